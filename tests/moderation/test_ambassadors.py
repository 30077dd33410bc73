from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Membership
from communities.services import welcome
from discussions.models import Act, Post
from discussions.permissions import may_approve
from discussions.services import (
    Writing,
    edit_post,
    reply,
    set_status,
    start_thread,
    withdraw_post,
)
from moderation.models import Report
from tests.factories import (
    make_community,
    make_membership,
    make_post,
    make_thread,
    make_user,
)
from tests.pages.visits import form_of

APPROVED = {"act": "approve", "edition": "1"}


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
    thread = make_thread(cast.community)
    for name, reason in {"neighbour": "newcomer", "resident": "account"}.items():
        post = make_post(thread, author=getattr(cast, name))
        Post.objects.filter(pk=post.pk).update(
            status="pending", hold_reason=reason, html=f"Words of a {name}."
        )

    html = page(client_of(cast.ambassador), desk_of(cast.community))

    assert "Words of a neighbour." in html
    assert "Words of a resident." not in html


def test_desk_shows_no_reports(cast, client_of):
    post = make_post(make_thread(cast.community), author=cast.resident)
    Report.objects.create(post=post, rule="abuse", text="Secret report.")

    html = page(client_of(cast.ambassador), desk_of(cast.community))

    assert "Secret report." not in html


def test_ambassador_approves_a_first_post(cast, held, client_of):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])

    response = client_of(cast.ambassador).post(address, APPROVED)

    held.refresh_from_db()
    assert response.url == desk_of(cast.community)
    assert (held.status, held.number, held.thread.status) == ("published", 1, "published")
    assert acts() == [("approve", "")]


@pytest.mark.parametrize("read", ["1", "3", "", "x"])
def test_first_post_is_approved_in_no_other_words_than_were_read(
    cast, newcomer, held, client_of, read
):
    edit_post(held, by=newcomer, body="Buy pills.", edition=1, title=held.thread.title)
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])
    client = client_of(cast.ambassador)

    response = client.post(address, {"act": "approve", "edition": read}, follow=True)

    held.refresh_from_db()
    assert (held.status, acts()) == ("pending", [])
    html = response.content.decode()
    assert "These words were changed since you read them." in html
    assert "Buy pills." in html
    address, fields = form_of(html, {"edition": "2"})
    client.post(address, fields | {"act": "approve"})
    held.refresh_from_db()
    assert held.status == "published"


def test_approved_newcomer_writes_freely(cast, newcomer, held, client_of):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])
    client_of(cast.ambassador).post(address, APPROVED)

    assert reply(held.thread, by=newcomer, writing=Writing("Again.")).status == "published"


def test_ambassador_passes_a_first_post_to_staff(cast, held, client_of):
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])
    client = client_of(cast.ambassador)

    client.post(address, {"act": "pass", "text": "Is this an advert?"})
    client.post(address, APPROVED)

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

    assert client_of(cast.ambassador).post(address, APPROVED).status_code == 404


def test_ambassador_does_not_approve_their_own_first_post(cast, newcomer, client_of):
    thread = start_thread(
        cast.community, by=cast.ambassador, title="Mine", writing=Writing("Hello.")
    )
    post = thread.posts.get()
    client = client_of(cast.ambassador)

    client.post(reverse("moderation:desk-held", args=[cast.community.slug, post.pk]), APPROVED)

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


def test_newcomer_who_is_welcomed_twice_was_welcomed_the_first_time(cast):
    membership = Membership.objects.get(user=cast.resident)
    is_new = [welcome(membership, by=cast.ambassador)]
    membership.refresh_from_db()
    first = membership.welcomed_at

    is_new.append(welcome(membership, by=cast.moderator))

    membership.refresh_from_db()
    assert is_new == [True, False]
    assert membership.welcomed_at == first


@pytest.mark.parametrize("role", ["neighbour", "outsider", "councillor"])
def test_others_welcome_nobody(cast, role):
    membership = Membership.objects.get(user=cast.resident)

    with pytest.raises(ValidationError):
        welcome(membership, by=getattr(cast, role))

    membership.refresh_from_db()
    assert membership.welcomed_at is None


def test_whoever_looks_after_it_no_more_since_the_page_was_asked_for_is_told(
    cast, client_of, monkeypatch
):
    person = Membership.objects.get(user=cast.resident)
    desk = import_module("moderation.views.desk")
    ask = desk.kept_or_403

    def ask_in_the_last_moment(request, slug):
        community = ask(request, slug)
        Membership.objects.filter(user=cast.ambassador).update(role="member")
        return community

    monkeypatch.setattr(desk, "kept_or_403", ask_in_the_last_moment)
    address = reverse("moderation:desk-welcome", args=[cast.community.slug, person.user_id])

    answer = client_of(cast.ambassador).post(address)

    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.welcomed_at is None


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


def test_held_reply_to_what_was_taken_back_is_not_offered(cast, newcomer, client_of):
    thread = make_thread(cast.community, author=cast.resident)
    set_status(thread.posts.get(), Post.Status.PUBLISHED, by=cast.admin)
    thread.refresh_from_db()
    held = reply(thread, by=newcomer, writing=Writing("Shall I?"))
    withdraw_post(thread.posts.get(number=1), by=cast.resident)
    client = client_of(cast.ambassador)

    shown = page(client, desk_of(cast.community))
    address = reverse("moderation:desk-held", args=[cast.community.slug, held.pk])
    response = client.post(address, APPROVED)

    held.refresh_from_db()
    assert "Shall I?" not in shown
    assert (response.status_code, held.status) == (404, "pending")
    assert not may_approve(cast.ambassador, held)
