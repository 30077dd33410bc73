"""Who may do what with threads and posts: every verb, every member of the cast, every state."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from communities import permissions as communities
from communities.models import Community, ModeratorScope, Proposal
from discussions import permissions as discussions
from discussions.models import Post, Thread
from discussions.services import move_thread, set_locked, set_pinned, set_status
from tests.factories import (
    make_body,
    make_capacity,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

FUTURE = timezone.now() + timedelta(days=3)
MEMBERS = {
    "resident",
    "neighbour",
    "newcomer",
    "suspended",
    "silenced",
    "councillor",
    "officer member",
    "ambassador",
    "suspended ambassador",
    "silenced ambassador",
}
STAFF = {"moderator", "admin"}
SCOPED = {"scoped moderator", "moderator of the ward"}
KEEPERS = {"ambassador"} | STAFF | SCOPED
STOPPED = {"suspended", "silenced", "suspended ambassador", "silenced ambassador"}
WRITERS = MEMBERS - STOPPED
SUSPENDED = {"suspended", "suspended ambassador"}
CAST = MEMBERS | KEEPERS | {"visitor", "outsider", "officer", "officer of elsewhere"}
CAST |= {"ambassador of elsewhere"}
SIGNED_IN = CAST - {"visitor"}
IN_OFFICE = {"councillor", "officer", "officer member"}
NOBODY = set()

# What may be done to a thread that somebody else started, by its state.
THREAD = {
    "plain": {
        "may_post": WRITERS,
        "may_pin": KEEPERS,
        "may_lock": KEEPERS,
        "may_unlock": KEEPERS,
        "may_tag": KEEPERS,
        "may_slow": KEEPERS,
        "may_write_outcome": KEEPERS | IN_OFFICE,
    },
    "locked": {
        "may_post": NOBODY,  # moderators do, once they are members
        "may_pin": KEEPERS,
        "may_lock": KEEPERS,
        "may_unlock": STAFF | SCOPED,
        "may_tag": KEEPERS,
        "may_slow": KEEPERS,
        "may_write_outcome": KEEPERS | IN_OFFICE,
    },
    "locked by an ambassador": {"may_post": NOBODY, "may_unlock": KEEPERS},
    "locked by a moderator of the place": {"may_unlock": STAFF | SCOPED},
    "locked by staff after an ambassador": {"may_unlock": STAFF | SCOPED},
    "locked by an ambassador after staff": {"may_unlock": KEEPERS},
    "locked before acts were kept": {"may_unlock": STAFF | SCOPED},
    "locked by staff and unlocked": {"may_post": WRITERS, "may_unlock": KEEPERS},
    "locked where it came from": {"may_unlock": STAFF | SCOPED},
}
THREAD |= {state: dict.fromkeys(THREAD["plain"], NOBODY) for state in ("archived", "pending")}
# What may be done with a post of the neighbour, by its state.
POST = {
    "plain": {
        "may_thank": SIGNED_IN - {"neighbour"} - SUSPENDED,
        "may_withdraw": {"neighbour"},
        "may_bookmark": SIGNED_IN,
        "may_edit": {"neighbour"},
        "may_approve": NOBODY,
    },
    "held first": {
        "may_thank": NOBODY,
        "may_withdraw": {"neighbour"},
        "may_bookmark": {"neighbour"},
        "may_edit": {"neighbour"},
        "may_approve": KEEPERS,
    },
    "held account": {
        "may_thank": NOBODY,
        "may_withdraw": {"neighbour"},
        "may_bookmark": {"neighbour"},
        "may_edit": {"neighbour"},
        "may_approve": NOBODY,
    },
    "hidden": {
        "may_thank": NOBODY,
        "may_withdraw": NOBODY,
        "may_bookmark": {"neighbour"},
        "may_edit": NOBODY,
        "may_approve": NOBODY,
    },
}
SETTLED = POST["plain"] | {"may_edit": NOBODY}
POST |= dict.fromkeys(("archived", "locked", "old"), SETTLED)
COMMUNITY = {
    "plain": {
        "may_start_thread": WRITERS,
        "may_make_tags": KEEPERS,
        "may_look_after": KEEPERS,
        "may_see_desk": KEEPERS,
        "may_keep_community": KEEPERS,
        "may_moderate": STAFF | SCOPED,
        "may_join": SIGNED_IN - SUSPENDED,
    },
    "archived": {
        "may_start_thread": NOBODY,
        "may_make_tags": NOBODY,
        "may_look_after": KEEPERS,
        "may_see_desk": KEEPERS,
        "may_keep_community": NOBODY,
        "may_moderate": STAFF | SCOPED,
        "may_join": NOBODY,
    },
    "members only": {
        "may_start_thread": WRITERS,
        "may_make_tags": KEEPERS,
        "may_look_after": KEEPERS,
        "may_see_desk": KEEPERS,
        "may_keep_community": KEEPERS,
        "may_moderate": STAFF | SCOPED,
        "may_join": NOBODY,
    },
}


@pytest.fixture
def everybody(cast):
    """The cast and those whom other tests do not need, by name."""
    community = cast.community
    people = {
        name: make_user(public_name=name.title())
        for name in CAST - set(vars(cast))
        if name != "visitor"
    }
    for name in ("newcomer", "suspended", "silenced", "officer member"):
        make_membership(people[name], community)
    for name in ("suspended ambassador", "silenced ambassador"):
        make_membership(people[name], community, role="ambassador")
    for name in SUSPENDED:
        people[name].suspended_until = FUTURE
        people[name].save()
    for name in ("silenced", "silenced ambassador"):
        people[name].memberships.update(silenced_until=FUTURE)
    make_membership(people["ambassador of elsewhere"], make_community(), role="ambassador")
    make_capacity(people["officer"], body=cast.body)  # of the district that the ward lies in
    make_capacity(people["officer member"])
    make_capacity(people["officer of elsewhere"], body=make_body())
    ModeratorScope.objects.create(user=people["scoped moderator"], community=community)
    ModeratorScope.objects.create(user=people["moderator of the ward"], area=cast.ward)
    people["visitor"] = AnonymousUser()
    others = {name: person for name, person in vars(cast).items() if name in CAST and person}
    return SimpleNamespace(cast=cast, people=people | others)


def community_in(cast, state):
    fields = {
        "plain": {},
        "archived": {"archived_at": timezone.now()},
        "members only": {"visibility": "members"},
    }[state]
    Community.objects.filter(pk=cast.community.pk).update(**fields)
    return Community.objects.get(pk=cast.community.pk)


# Who locked a thread and unlocked it, in turns.
LOCKS = {
    "locked": ["admin"],
    "locked by an ambassador": ["ambassador"],
    "locked by a moderator of the place": ["scoped moderator"],
    "locked by staff after an ambassador": ["ambassador", "ambassador", "moderator"],
    "locked by an ambassador after staff": ["moderator", "moderator", "ambassador"],
    "locked by staff and unlocked": ["moderator", "moderator"],
}


def scoped(community):
    person = make_user()
    ModeratorScope.objects.create(user=person, community=community)
    return person


def moved_when_locked(to, author):
    """Lock a thread in another community, as who moderates only that one, and move it."""
    thread = make_thread(make_community(), author=author)
    set_locked(thread, True, by=scoped(thread.community))
    move_thread(thread, to, by=make_user(is_staff=True, is_superuser=True))
    return thread


def thread_in(cast, state, author=None):
    thread = make_thread(cast.community, author=author or make_user())
    for turn, name in enumerate(LOCKS.get(state, [])):
        by = getattr(cast, name, None) or scoped(cast.community)
        set_locked(thread, turn % 2 == 0, by=by)
        set_pinned(thread, turn % 2 == 0, by=cast.ambassador)
        set_locked(make_thread(cast.community), True, by=cast.ambassador)
    if state == "archived":
        community_in(cast, "archived")
    elif state == "locked before acts were kept":
        Thread.objects.filter(pk=thread.pk).update(is_locked=True)
    elif state == "locked where it came from":
        thread = moved_when_locked(cast.community, thread.author)
    elif state == "pending":
        Thread.objects.filter(pk=thread.pk).update(status="pending")
    return Thread.objects.select_related("community").get(pk=thread.pk)


def post_in(cast, state, author=None):
    thread = make_thread(cast.community, author=make_user())
    post = make_post(thread, author=author or cast.neighbour)
    past = timezone.now() - timedelta(hours=2)
    changes = {
        "held first": {"status": "pending", "hold_reason": "newcomer"},
        "held account": {"status": "pending", "hold_reason": "account"},
        "old": {"created_at": past, "published_at": past},
    }
    Post.objects.filter(pk=post.pk).update(**changes.get(state, {"number": 2}))
    if state == "hidden":
        make_decision(post, verb="hide", rule="abuse", by=cast.admin)
        set_status(post, "hidden", by=cast.admin)
    if state == "locked":
        set_locked(thread, True, by=cast.admin)
    if state == "archived":
        community_in(cast, "archived")
    return Post.objects.select_related("thread__community").get(pk=post.pk)


def those_who(everybody, may, *things):
    return {name for name, person in everybody.people.items() if may(person, *things)}


def test_cast_is_whole(everybody):
    assert set(everybody.people) == CAST


@pytest.mark.parametrize("state", THREAD)
def test_who_may_do_what_with_a_thread(everybody, state):
    thread = thread_in(everybody.cast, state)

    allowed = {
        verb: those_who(everybody, getattr(discussions, verb), thread) for verb in THREAD[state]
    }

    assert allowed == THREAD[state]


@pytest.mark.parametrize("state", POST)
def test_who_may_do_what_with_a_post(everybody, state):
    post = post_in(everybody.cast, state)

    allowed = {verb: those_who(everybody, getattr(discussions, verb), post) for verb in POST[state]}

    assert allowed == POST[state]


@pytest.mark.parametrize("state", COMMUNITY)
def test_who_may_do_what_in_a_community(everybody, state):
    community = community_in(everybody.cast, state)

    allowed = {}
    for verb in COMMUNITY[state]:
        room = discussions if hasattr(discussions, verb) else communities
        allowed[verb] = those_who(everybody, getattr(room, verb), community)

    assert allowed == COMMUNITY[state]


@pytest.mark.parametrize("name", sorted(KEEPERS))
def test_nobody_opens_again_or_sums_up_a_thread_of_their_own(everybody, name):
    keeper = everybody.people[name]
    thread = thread_in(everybody.cast, "locked by an ambassador", author=keeper)

    assert not discussions.may_unlock(keeper, thread)
    assert not discussions.may_write_outcome(keeper, thread)
    assert discussions.may_pin(keeper, thread)


@pytest.mark.parametrize("name", sorted(KEEPERS))
def test_nobody_approves_a_post_of_their_own(everybody, name):
    keeper = everybody.people[name]
    post = post_in(everybody.cast, "held first", author=keeper)

    assert not discussions.may_approve(keeper, post)
    assert discussions.may_withdraw(keeper, post)


def test_moderators_who_are_members_write_in_a_locked_thread(everybody):
    thread = thread_in(everybody.cast, "locked")
    for name in STAFF | SCOPED:
        make_membership(everybody.people[name], thread.community)

    assert those_who(everybody, discussions.may_post, thread) == STAFF | SCOPED


def test_suspended_author_takes_back_but_does_not_edit(everybody):
    author = everybody.people["newcomer"]
    post = post_in(everybody.cast, "plain", author=author)
    author.suspended_until = FUTURE

    assert discussions.may_withdraw(author, post)
    assert not discussions.may_edit(author, post)


def test_author_does_not_take_back_what_others_wait_for(everybody):
    author = everybody.people["newcomer"]
    post = post_in(everybody.cast, "plain", author=author)
    post.thread.answer = post
    question = thread_in(everybody.cast, "plain", author=author)
    Thread.objects.filter(pk=question.pk).update(kind="question")
    opening = Post.objects.select_related("thread").get(thread=question, number=1)

    assert not discussions.may_withdraw(author, post)
    assert not discussions.may_withdraw(author, opening)


@pytest.mark.parametrize(("seconds", "allowed"), [(3599, True), (3600, False)])
def test_window_to_edit_is_the_setting(everybody, settings, seconds, allowed):
    settings.EDIT_MINUTES = 60
    post = post_in(everybody.cast, "plain")
    now = timezone.now()
    post.created_at = now - timedelta(seconds=seconds)

    with time_machine.travel(now, tick=False):
        assert discussions.may_edit(everybody.cast.neighbour, post) == allowed


def test_nobody_ignores_themselves_or_staff(everybody):
    target, staff = everybody.people["resident"], everybody.people["moderator"]

    assert those_who(everybody, discussions.may_ignore, target) == SIGNED_IN - {"resident"}
    assert those_who(everybody, discussions.may_ignore, staff) == NOBODY


MOVES = {
    # where to, and who may
    "one's own": ({}, {"ambassador"} | STAFF),
    "few read": ({"visibility": "members"}, STAFF),
    "archived": ({"archived_at": timezone.now()}, NOBODY),
}


@pytest.mark.parametrize("where", MOVES)
def test_who_may_move_a_thread(everybody, where):
    fields, expected = MOVES[where]
    target = make_community(**fields)
    make_membership(everybody.people["ambassador"], target, role="ambassador")
    make_membership(everybody.people["ambassador of elsewhere"], target, role="ambassador")
    thread = thread_in(everybody.cast, "plain")

    assert those_who(everybody, discussions.may_move, thread, target) == expected


def test_question_and_thread_that_is_there_already_are_not_moved(everybody):
    target = make_community()
    thread = thread_in(everybody.cast, "plain")

    assert those_who(everybody, discussions.may_move, thread, thread.community) == NOBODY
    thread.kind = Thread.Kind.QUESTION
    assert those_who(everybody, discussions.may_move, thread, target) == NOBODY


def test_who_may_propose_a_community_and_decide_about_it(everybody):
    proposal = Proposal.objects.create(proposer=everybody.cast.admin, name="Birds")

    assert those_who(everybody, communities.may_propose) == SIGNED_IN - SUSPENDED
    assert those_who(everybody, communities.may_decide_proposal, proposal) == {"moderator"}
    proposal.proposer = everybody.cast.resident
    assert those_who(everybody, communities.may_decide_proposal, proposal) == STAFF


def test_way_to_the_desk_is_shown_to_those_who_may_see_it(everybody):
    community = everybody.cast.community

    shown = {
        name
        for name, person in everybody.people.items()
        if discussions.offers_desk(person, community, communities.membership_of(person, community))
    }

    # those who moderate without being staff find no link, and the desk all the same
    assert shown == {"ambassador"} | STAFF
