"""What was done in a community, as everybody reads it."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from communities.models import Community, Membership, ModeratorScope
from discussions import services
from discussions.models import Act, Thread
from discussions.services import Writing
from tests.factories import make_community, make_membership, make_thread, make_user


def act_list(community):
    return reverse("discussions:act-list", args=[community.slug])


def words_on(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_acts_are_read_by_everybody_newest_first(cast, client):
    thread = make_thread(cast.community, title="Heron")
    services.pin_thread(thread, True, by=cast.ambassador)
    services.lock_thread(thread, True, by=cast.moderator, reason="Enough said.")

    html = words_on(client, act_list(cast.community))

    assert html.index("Enough said.") < html.index("pinned")
    assert "Staff" in html
    assert "Sam Whitlock" not in html  # what staff do is the council's
    assert cast.ambassador.public_name in html


def test_acts_name_no_thread_that_is_hidden(cast, client_of):
    thread = make_thread(cast.community, title="Heron by the weir")
    services.pin_thread(thread, True, by=cast.ambassador)
    Thread.objects.filter(pk=thread.pk).update(status="hidden")

    assert "Heron by the weir" not in words_on(client_of(cast.resident), act_list(cast.community))
    assert "Heron by the weir" in words_on(client_of(cast.moderator), act_list(cast.community))


def test_acts_of_a_members_community_are_for_members(cast, client_of):
    closed = make_community(visibility="members")
    make_membership(cast.resident, closed)

    assert client_of(cast.outsider).get(act_list(closed)).status_code == 404
    assert client_of(cast.resident).get(act_list(closed)).status_code == 200


def test_acts_have_pages(cast, client):
    for number in range(31):
        services.record(cast.community, "describe", by=cast.ambassador, note=f"note {number:02}")

    first = client.get(act_list(cast.community)).context["page"]
    second = client.get(act_list(cast.community), {"after": first.next}).context["page"]

    notes = [act.note for act in [*first.rows, *second.rows]]
    assert notes == [f"note {number:02}" for number in reversed(range(31))]


@pytest.mark.parametrize("token", ["nonsense", "2000-01-01", "_", "2000-01-01T00:00:00+00:00_x"])
def test_acts_of_a_page_that_nobody_made_start_at_the_top(cast, client, token):
    services.record(cast.community, "describe", by=cast.ambassador, note="Newest.")

    response = client.get(act_list(cast.community), {"after": token})

    assert "Newest." in response.content.decode()


def test_visitor_gets_the_list_anew_once_something_was_done(cast, client):
    address = act_list(cast.community)
    tag = client.get(address).headers["ETag"]
    same = client.get(address, headers={"If-None-Match": tag})

    services.record(cast.community, "rules", by=cast.ambassador)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    anew = client.get(address, headers={"If-None-Match": tag})

    assert (same.status_code, anew.status_code) == (304, 200)


def words_of(community, reader):
    acts = Act.objects.visible_to(reader).for_list(reader).filter(community=community)
    return [act.words for act in acts.order_by("pk")]


def facts_of(act):
    return act.kind, act.number, act.elsewhere, act.is_anew, act.note


def test_facts_are_kept_and_only_what_was_typed_is_a_note(cast):
    thread, other = make_thread(cast.community), make_community()
    by = cast.admin

    services.set_pace(thread, 30, by=by, reason="Heated.")
    services.set_pace(thread, 0, by=by)
    for body in ("Done.", "Done again."):
        services.write_outcome(thread, by=by, writing=Writing(body))
    for cap in (3, None):
        services.keep_description(cast.community, by=by, description="All.", posts_per_day=cap)
    services.move_thread(thread, other, by=by)

    assert [facts_of(act) for act in Act.objects.order_by("pk")] == [
        ("slow", 30, None, False, "Heated."),
        ("slow", 0, None, False, ""),
        ("outcome", None, None, False, ""),
        ("outcome", None, None, True, ""),
        ("describe", None, None, False, ""),
        ("cap", 3, None, False, ""),
        ("cap", 0, None, False, ""),
        ("move", None, other, False, ""),
        ("arrive", None, cast.community, False, ""),
    ]


SETTINGS = {
    "name": ("Friends of the weir", "name", "Friends of the weir"),
    "hold_first_posts": ("on", "hold", ""),
    "visibility": ("members", "members", ""),
}


def set_in_admin(client, community, **fields):
    address = reverse("admin:communities_community_change", args=[community.pk])
    form = client.get(address).context["adminform"].form
    asked = {name: form[name].value() or "" for name in form.fields}
    links = {"links-TOTAL_FORMS": "0", "links-INITIAL_FORMS": "0"}
    assert client.post(address, asked | links | fields).status_code == 302


@pytest.mark.parametrize("setting", SETTINGS)
def test_setting_that_staff_change_leaves_an_act(cast, client_of, setting):
    value, kind, note = SETTINGS[setting]

    set_in_admin(client_of(cast.admin), cast.community, **{setting: value})

    acts = Act.objects.filter(community=cast.community)
    assert [(act.kind, act.note, act.by) for act in acts] == [(kind, note, cast.admin)]


def test_setting_that_is_taken_back_is_an_act_of_its_own(cast, client_of):
    community = make_community(visibility="members", hold_first_posts=True)

    set_in_admin(client_of(cast.admin), community, visibility="public", hold_first_posts="")

    acts = Act.objects.filter(community=community).order_by("kind")
    assert [act.kind for act in acts] == ["public", "unhold"]


def test_community_that_closes_says_so_to_those_who_still_see_it(cast, client_of):
    set_in_admin(client_of(cast.admin), cast.community, name="Quiet carers", visibility="members")

    answers = {
        role: client_of(getattr(cast, role)).get(act_list(cast.community))
        for role in ("visitor", "outsider", "resident")
    }

    assert {role: answer.status_code for role, answer in answers.items()} == {
        "visitor": 404,
        "outsider": 404,
        "resident": 200,
    }
    assert "renamed the community: Quiet carers" in answers["resident"].content.decode()


SAID = {
    # kind, its facts, and its words
    "wait": ("slow", {"number": 30}, "one post every 30 minutes"),
    "wait with a reason": (
        "slow",
        {"number": 30, "note": "Heated."},
        "one post every 30 minutes: Heated.",
    ),
    "no wait": ("slow", {"number": 0}, "no wait"),
    "cap": ("cap", {"number": 3}, "3 a day"),
    "no cap": ("cap", {"number": 0}, "no limit"),
    "anew": ("outcome", {"is_anew": True}, "in other words than before"),
    "first outcome": ("outcome", {}, ""),
    "reason alone": ("lock", {"note": "Enough."}, "Enough."),
    "cap in words of earlier": ("cap", {"note": "3 a day"}, "3 a day"),
    "wait in words of earlier": ("slow", {"note": "no wait"}, "no wait"),
}


@pytest.mark.parametrize("case", SAID)
def test_act_is_said_in_words(cast, case):
    kind, facts, expected = SAID[case]

    services.record(cast.community, kind, by=cast.ambassador, **facts)

    assert words_of(cast.community, cast.resident) == [expected]


@pytest.mark.parametrize("case", ["wait", "no wait", "cap", "no cap", "anew"])
def test_act_is_said_in_the_language_of_the_reader(cast, case):
    kind, facts, english = SAID[case]
    with translation.override("cy"):
        services.record(cast.community, kind, by=cast.ambassador, **facts)
        welsh = words_of(cast.community, cast.resident)

    assert words_of(cast.community, cast.resident) == [english]
    assert welsh != [english]


def test_pages_say_acts_in_their_language(cast, client_of):
    with translation.override("cy"):
        services.keep_description(
            cast.community, by=cast.ambassador, description="All.", posts_per_day=None
        )
        services.set_pace(make_thread(cast.community), 15, by=cast.ambassador, reason="Heated.")
    desk = reverse("moderation:desk", args=[cast.community.slug])
    client = client_of(cast.ambassador)

    for address in (act_list(cast.community), desk):
        assert ": one post every 15 minutes: Heated." in words_on(client, address)
        assert "one post every 15 minutes" not in words_on(client, f"/cy{address}")


@pytest.fixture
def moved(cast):
    """A thread that staff moved from where only its members read to the cast's community."""
    secret = make_community(name="Secret carers", visibility="members")
    thread = make_thread(secret)
    services.move_thread(thread, cast.community, by=cast.moderator)
    return secret


def test_both_communities_of_a_move_are_named_to_whoever_sees_them(cast):
    other = make_community(name="Cycling")
    make_membership(cast.ambassador, other, role="ambassador")

    services.move_thread(make_thread(cast.community), other, by=cast.ambassador)

    assert words_of(cast.community, cast.outsider) == ["to Cycling"]
    assert words_of(other, cast.outsider) == ["from Millbrook neighbours"]


def test_community_that_a_reader_does_not_see_is_not_named(cast, moved, client_of):
    member, scoped = make_user(), make_user()
    make_membership(member, moved)
    ModeratorScope.objects.create(user=scoped, community=moved)
    readers = {
        cast.visitor: False,
        cast.resident: False,
        cast.ambassador: False,
        member: True,
        scoped: True,
        cast.moderator: True,
    }

    named = {
        reader: "Secret carers" in words_on(client_of(reader), act_list(cast.community))
        for reader in readers
    }

    assert named == readers


def test_desk_does_not_name_a_community_that_its_ambassador_does_not_see(cast, moved, client_of):
    desk = reverse("moderation:desk", args=[cast.community.slug])

    hidden = words_on(client_of(cast.ambassador), desk)
    make_membership(cast.ambassador, moved)
    shown = words_on(client_of(cast.ambassador), desk)

    assert "Secret carers" not in hidden
    assert ": from Secret carers" in shown


def test_move_between_closed_communities_names_neither_to_members_of_the_other(cast):
    one, two = (make_community(name=name, visibility="members") for name in ("One", "Two"))
    make_membership(cast.resident, one)
    make_membership(cast.neighbour, two)
    make_membership(cast.neighbour, one)

    services.move_thread(make_thread(one), two, by=cast.admin)

    # who reads only where it came from sees no act about a thread that they cannot read
    assert words_of(one, cast.resident) == []
    assert words_of(two, cast.neighbour) == ["from One"]
    Membership.objects.filter(user=cast.neighbour, community=one).delete()
    assert words_of(two, cast.neighbour) == [""]


def test_community_that_closes_is_named_no_more_to_visitors(cast, client):
    other = make_community(name="Cycling")
    services.move_thread(make_thread(other), cast.community, by=cast.admin)
    before = words_on(client, act_list(cast.community))

    Community.objects.filter(pk=other.pk).update(visibility="members")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert "from Cycling" in before
    assert "Cycling" not in words_on(client, act_list(cast.community))
