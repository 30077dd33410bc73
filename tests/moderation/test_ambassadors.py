import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, LocalLink, Membership
from discussions.models import Act, OutcomeNote, Post, Thread
from discussions.services import Writing, reply, set_locked, set_status, start_thread
from moderation.models import Report
from tests.factories import (
    make_area,
    make_capacity,
    make_community,
    make_membership,
    make_post,
    make_thread,
    make_user,
)


@pytest.fixture
def newcomer(cast):
    """Somebody whose first post waits in a community that holds first posts."""
    Community.objects.filter(pk=cast.community.pk).update(hold_first_posts=True)
    cast.community.refresh_from_db()
    person = make_user(public_name="Ines Duarte")
    make_membership(person, cast.community)
    return person


@pytest.fixture
def held(cast, newcomer):
    thread = start_thread(
        cast.community, by=newcomer, title="Hello all", writing=Writing("I am *new* here.")
    )
    return thread.posts.get()


def desk_of(community):
    return reverse("moderation:desk", args=[community.slug])


def thread_desk(thread):
    return reverse("moderation:desk-thread", args=[thread.community.slug, thread.pk])


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def acts():
    return list(Act.objects.order_by("pk").values_list("kind", "note"))


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("outsider", 403),
        ("resident", 403),
        ("councillor", 403),
        ("ambassador", 200),
        ("moderator", 200),
        ("admin", 200),
    ],
)
def test_desk_is_for_those_who_look_after_the_community(cast, client_of, role, status):
    response = client_of(getattr(cast, role)).get(desk_of(cast.community))

    assert response.status_code == status


def test_desk_of_another_community_is_closed(cast, client_of):
    other = make_community()
    make_membership(cast.ambassador, other)

    assert client_of(cast.ambassador).get(desk_of(other)).status_code == 403


def test_desk_shows_held_first_posts_with_their_words(cast, held, client_of):
    html = page(client_of(cast.ambassador), desk_of(cast.community))

    assert "I am <em>new</em> here." in html
    assert "Ines Duarte" in html


def test_desk_shows_no_post_that_staff_hold(cast, client_of):
    make_post(make_thread(cast.community), author=cast.resident)
    Post.objects.filter(author=cast.resident).update(
        status="pending", hold_reason="account", body="Account words.", html="Account words."
    )

    assert "Account words." not in page(client_of(cast.ambassador), desk_of(cast.community))


def test_desk_shows_no_reports(cast, client_of):
    post = make_post(make_thread(cast.community), author=cast.resident)
    Report.objects.create(post=post, rule="abuse", text="Secret report.")

    html = page(client_of(cast.ambassador), desk_of(cast.community))

    assert "Secret report." not in html


def test_ambassador_approves_a_first_post(cast, held, client_of):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])

    response = client_of(cast.ambassador).post(address, {"act": "approve"})

    held.refresh_from_db()
    assert response.url == desk_of(cast.community)
    assert (held.status, held.number, held.thread.status) == ("published", 1, "published")
    assert acts() == [("approve", "")]


def test_approved_newcomer_writes_freely(cast, newcomer, held, client_of):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])
    client_of(cast.ambassador).post(address, {"act": "approve"})

    assert reply(held.thread, by=newcomer, writing=Writing("Again.")).status == "published"


def test_ambassador_passes_a_first_post_to_staff(cast, held, client_of):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])
    client = client_of(cast.ambassador)

    client.post(address, {"act": "pass", "text": "Is this an advert?"})
    client.post(address, {"act": "approve"})

    report = Report.objects.get()
    held.refresh_from_db()
    assert (report.post, report.text, report.reporter) == (
        held,
        "Is this an advert?",
        cast.ambassador,
    )
    assert held.status == "pending"
    assert "Passed to staff" in page(client, desk_of(cast.community))


def test_first_post_of_another_community_cannot_be_approved_here(cast, held, client_of):
    other = make_community()
    make_membership(cast.ambassador, other, role="ambassador")
    Membership.objects.filter(user=cast.ambassador, community=cast.community).delete()
    address = reverse("moderation:desk-held", args=[other.slug, held.pk])

    assert client_of(cast.ambassador).post(address, {"act": "approve"}).status_code == 404


def test_ambassador_does_not_approve_their_own_first_post(cast, newcomer, client_of):
    thread = start_thread(
        cast.community, by=cast.ambassador, title="Mine", writing=Writing("Hello.")
    )
    post = thread.posts.get()
    client = client_of(cast.ambassador)

    client.post(
        reverse("moderation:desk-held", args=[cast.community.slug, post.pk]), {"act": "approve"}
    )

    post.refresh_from_db()
    assert post.status == "pending"
    assert "This is yours" in page(client, desk_of(cast.community))


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_post_is_not_passed_on_without_words_or_with_too_many(cast, held, client_of, text):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])

    response = client_of(cast.ambassador).post(address, {"act": "pass", "text": text})

    assert "There is a problem" in response.content.decode()
    assert text in response.content.decode()
    assert not Report.objects.exists()


def test_page_of_a_post_that_is_decided_leads_to_the_desk(cast, held, client_of):
    set_status(held, "published", by=cast.moderator)
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])

    assert client_of(cast.ambassador).get(address).url == desk_of(cast.community)


@pytest.mark.parametrize("act", ["", "hide"])
def test_unknown_act_on_a_held_post_is_not_found(cast, held, client_of, act):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])

    assert client_of(cast.ambassador).post(address, {"act": act}).status_code == 404


def test_newcomer_is_listed_with_the_first_post_until_welcomed(cast, client_of):
    person = make_user(public_name="Ines Duarte")
    make_membership(person, cast.community)
    make_post(make_thread(cast.community, title="Bench"), author=person, body="Words at last.")
    client = client_of(cast.ambassador)

    before = page(client, desk_of(cast.community))
    client.post(reverse("moderation:desk-welcome", args=[cast.community.slug, person.pk]))
    after = page(client, desk_of(cast.community))

    assert "Words at last." in before
    assert "Words at last." not in after
    assert Membership.objects.get(user=person).welcomed_at is not None


def test_member_of_long_ago_is_no_newcomer(cast, client_of):
    past = timezone.now() - timezone.timedelta(days=91)
    Membership.objects.filter(user=cast.resident).update(joined_at=past)

    html = page(client_of(cast.ambassador), desk_of(cast.community))

    assert "Resident" not in html
    assert "Neighbour" in html


def test_newcomers_of_a_crowd_have_pages(cast, client_of):
    for number in range(21):
        make_membership(make_user(public_name=f"Newcomer {number:02}"), cast.community)
    client = client_of(cast.ambassador)

    first = client.get(desk_of(cast.community))
    second = client.get(desk_of(cast.community), {"after": first.context["page"].next})

    shown = [*first.context["page"].rows, *second.context["page"].rows]
    assert len({row.pk for row in shown}) == len(shown) == 24


def test_thread_is_pinned_and_unpinned(cast, client_of):
    thread = make_thread(cast.community)
    client = client_of(cast.ambassador)

    client.post(thread_desk(thread), {"act": "pin"})
    pinned = Thread.objects.get(pk=thread.pk).is_pinned
    client.post(thread_desk(thread), {"act": "unpin"})

    assert pinned
    assert not Thread.objects.get(pk=thread.pk).is_pinned
    assert acts() == [("pin", ""), ("unpin", "")]


def test_thread_is_locked_for_a_reason_that_everybody_reads(cast, client_of, client):
    thread = make_thread(cast.community)

    client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "lock", "reason": "It goes in circles."}
    )

    client.logout()
    html = page(client, reverse("discussions:act-list", args=[cast.community.slug]))
    assert Thread.objects.get(pk=thread.pk).is_locked
    assert "It goes in circles." in html
    assert "Ambassador" in html


def test_lock_without_a_reason_is_refused(cast, client_of):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(thread_desk(thread), {"act": "lock"})

    assert "There is a problem" in response.content.decode()
    assert not Thread.objects.get(pk=thread.pk).is_locked


def test_thread_that_one_started_is_opened_again_by_somebody_else(cast, client_of):
    thread = make_thread(cast.community, author=cast.ambassador)
    set_locked(thread, True, by=cast.moderator)
    client = client_of(cast.ambassador)

    response = client.post(thread_desk(thread), {"act": "unlock", "reason": "Mine."})

    assert response.status_code == 404
    assert "somebody else decides" in page(client, thread_desk(thread))
    assert Thread.objects.get(pk=thread.pk).is_locked


def test_tags_are_set_and_made(cast, client_of):
    thread = make_thread(cast.community, tags=["weir", "flood"])

    client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "tag", "tags": ["weir"], "new_tags": "Heron, bird"}
    )

    assert set(thread.tags.names()) == {"weir", "heron", "bird"}
    assert acts() == [("tag", "weir, heron, bird")]


def test_slow_mode_is_set(cast, client_of):
    thread = make_thread(cast.community)

    client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "slow", "minutes": "30", "reason": "Heated."}
    )

    assert Thread.objects.get(pk=thread.pk).slow_minutes == 30
    assert acts() == [("slow", "one post every 30 minutes: Heated.")]


@pytest.mark.parametrize("minutes", ["7", "-5", "x", ""])
def test_wait_that_is_not_offered_is_refused(cast, client_of, minutes):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "slow", "minutes": minutes}
    )

    assert response.status_code == 200
    assert Thread.objects.get(pk=thread.pk).slow_minutes == 0


def test_thread_is_moved_between_communities_that_one_looks_after(cast, client_of):
    other = make_community(name="Cycling", area=make_area())
    make_membership(cast.ambassador, other, role="ambassador")
    thread = make_thread(cast.community)
    Thread.objects.filter(pk=thread.pk).update(is_pinned=True, slow_minutes=15)

    response = client_of(cast.ambassador).post(thread_desk(thread), {"act": "move", "to": other.pk})

    thread.refresh_from_db()
    assert response.url == thread_desk(thread)
    assert (thread.community, thread.is_pinned, thread.slow_minutes) == (other, False, 15)
    counts = Community.objects.values_list("thread_count", flat=True)
    assert (counts.get(pk=cast.community.pk), counts.get(pk=other.pk)) == (0, 1)
    assert acts() == [("move", "to Cycling"), ("move", "from Millbrook neighbours")]


def test_thread_is_not_moved_where_one_is_only_a_member(cast, client_of):
    other = make_community()
    make_membership(cast.ambassador, other)
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(thread_desk(thread), {"act": "move", "to": other.pk})

    thread.refresh_from_db()
    assert response.status_code == 404
    assert thread.community == cast.community


def test_desk_of_a_moved_thread_leads_to_where_it_is(cast, client_of):
    other = make_community()
    make_membership(cast.ambassador, other, role="ambassador")
    thread = make_thread(other)
    old = reverse("moderation:desk-thread", args=[cast.community.slug, thread.pk])

    assert client_of(cast.ambassador).get(old).url == thread_desk(thread)


@pytest.mark.parametrize("act", ["", "hide", "unlock", "unpin"])
def test_act_that_is_not_offered_is_not_found(cast, client_of, act):
    thread = make_thread(cast.community)

    assert client_of(cast.ambassador).post(thread_desk(thread), {"act": act}).status_code == 404


def settings_of(community, what):
    return reverse("moderation:desk-settings", args=[community.slug, what])


def test_description_and_cap_are_kept(cast, client_of):
    client_of(cast.ambassador).post(
        settings_of(cast.community, "description"),
        {"description": "All round  the mill.", "posts_per_day": "3"},
    )

    cast.community.refresh_from_db()
    assert (cast.community.description, cast.community.posts_per_day) == (
        "All round the mill.",
        3,
    )
    assert acts() == [("describe", ""), ("cap", "3 a day")]


def test_nothing_new_leaves_no_act(cast, client_of):
    client_of(cast.ambassador).post(
        settings_of(cast.community, "description"),
        {"description": cast.community.description, "posts_per_day": ""},
    )

    assert acts() == []


def test_rules_are_kept_with_a_new_version(cast, client_of):
    client = client_of(cast.ambassador)
    for rules in ("Be kind.", "Be *kind*."):
        client.post(settings_of(cast.community, "rules"), {"rules": rules})

    cast.community.refresh_from_db()
    assert (cast.community.rules_html, cast.community.rules_version) == (
        "<p>Be <em>kind</em>.</p>\n",
        2,
    )
    assert acts() == [("rules", ""), ("rules", "")]


def test_links_are_kept_in_their_order(cast, client_of):
    lines = [
        "https://example.org/bins Bins",
        "Buses https://example.org/buses",
        "",
        "http://example.org/clinic",
    ]

    client_of(cast.ambassador).post(
        settings_of(cast.community, "links"), {"links": "\n".join(lines)}
    )

    assert [(link.title, link.url) for link in LocalLink.objects.all()] == [
        ("Bins", "https://example.org/bins"),
        ("Buses", "https://example.org/buses"),
        ("example.org", "http://example.org/clinic"),
    ]
    assert acts() == [("links", "")]


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ("https://example.org/ One\nhttps://example.org/2 Two", "at least 3 links"),
        ("\n".join(["https://example.org/ One"] * 13), "at most 12 links"),
        ("javascript:alert(1) One\nhttps://a.org b\nhttps://b.org c", "no web address"),
        ("javascript://a.org/%0aalert(1) One", "no web address"),
        (f"https://example.org/{'x' * 300} One", "too long"),
        (f"https://example.org/ {'x' * 121}", "too long"),
    ],
)
def test_links_that_are_wrong_are_refused_and_kept_on_the_page(cast, client_of, links, words):
    response = client_of(cast.ambassador).post(
        settings_of(cast.community, "links"), {"links": links}
    )

    html = response.content.decode()
    assert words in html
    assert links.splitlines()[0] in html
    assert not LocalLink.objects.exists()


def test_setting_that_there_is_not_is_not_found(cast, client_of):
    address = settings_of(cast.community, "colour")

    assert client_of(cast.ambassador).get(address).status_code == 404


def test_archived_community_is_kept_no_longer(cast, client_of):
    thread = make_thread(cast.community)
    Community.objects.update(archived_at=timezone.now())
    client = client_of(cast.ambassador)

    assert "is archived" in page(client, desk_of(cast.community))
    assert client.get(settings_of(cast.community, "rules")).status_code == 403
    assert client.post(thread_desk(thread), {"act": "pin"}).status_code == 404


def outcome_of(thread):
    return reverse("discussions:outcome-write", args=[thread.pk])


def test_ambassador_writes_what_happened_and_writes_it_anew(cast, client_of):
    thread = make_thread(cast.community)
    client = client_of(cast.ambassador)

    client.post(outcome_of(thread), {"body": "A *survey* was ordered."})
    first = OutcomeNote.objects.get()
    client.post(outcome_of(thread), {"body": "The survey is done."})

    note = OutcomeNote.objects.get()
    assert (first.author, first.html) == (
        cast.ambassador,
        "<p>A <em>survey</em> was ordered.</p>\n",
    )
    assert note.body == "The survey is done."
    assert acts() == [("outcome", ""), ("outcome", "in other words than before")]


def test_councillor_writes_what_happened_in_their_capacity(cast, client_of):
    thread = make_thread(cast.community)
    capacity = cast.councillor.capacities.get()

    client_of(cast.councillor).post(
        outcome_of(thread), {"body": "Ordered.", "capacity": capacity.pk}
    )

    note = OutcomeNote.objects.get()
    assert (note.author, note.capacity) == (cast.councillor, capacity)


def test_capacity_of_somebody_else_is_refused(cast, client_of):
    thread = make_thread(cast.community)
    make_capacity(cast.councillor, title="Other")
    others = make_capacity(make_user())

    response = client_of(cast.councillor).post(
        outcome_of(thread), {"body": "Ordered.", "capacity": others.pk}
    )

    assert response.status_code == 200
    assert not OutcomeNote.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "x" * 2_001])
def test_outcome_that_says_nothing_or_too_much_is_refused(cast, client_of, body):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(outcome_of(thread), {"body": body})

    assert "There is a problem" in response.content.decode()
    assert not OutcomeNote.objects.exists()


def test_links_to_the_desk_are_only_for_those_who_look_after_it(cast, client_of):
    thread = make_thread(cast.community)
    for role, expected in {"ambassador": True, "moderator": True, "resident": False}.items():
        client = client_of(getattr(cast, role))

        assert (desk_of(cast.community) in page(client, cast.community.get_absolute_url())) == (
            expected
        ), role
        assert (thread_desk(thread) in page(client, thread.get_absolute_url())) == expected, role


def test_thread_page_offers_a_councillor_to_write_what_happened(cast, client_of):
    thread = make_thread(cast.community)
    own = make_thread(cast.community, author=cast.councillor)
    client = client_of(cast.councillor)

    assert outcome_of(thread) in page(client, thread.get_absolute_url())
    assert outcome_of(own) not in page(client, own.get_absolute_url())
