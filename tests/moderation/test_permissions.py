from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from communities.models import Community, ModeratorScope
from discussions.models import Post
from discussions.permissions import may_move
from moderation import services
from moderation.models import Appeal
from moderation.permissions import (
    communities_to_move_to,
    may_appeal,
    may_decide,
    may_decide_appeal,
    may_read_decision,
    may_report,
    moderated_communities,
)
from tests.factories import (
    make_community,
    make_membership,
    make_post,
    make_report,
    make_thread,
    make_user,
)

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]
EVERYBODY = set(CAST)
MEMBERS = {"resident", "neighbour", "councillor", "ambassador"}
STAFF = {"moderator", "admin"}


@pytest.fixture
def post(cast):
    return make_post(make_thread(cast.community, author=cast.neighbour), author=cast.resident)


def viewer_named(cast, name):
    return getattr(cast, name) or AnonymousUser()


def those_who(cast, may, thing):
    return {name for name in CAST if may(viewer_named(cast, name), thing)}


def hide(post, by):
    decision = services.decide(post, by=by, verb="hide", rule="abuse", reason="Rude.")
    post.refresh_from_db()
    return decision


def make_scoped_moderator(**target):
    user = make_user(is_staff=True)
    codenames = ["decide_post", "view_decision", "change_appeal"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    ModeratorScope.objects.create(user=user, **target)
    return user


@pytest.mark.parametrize(
    ("visibility", "status", "allowed"),
    [
        ("public", "published", EVERYBODY),
        ("members", "published", MEMBERS | STAFF),
        ("public", "pending", set()),
        ("public", "hidden", set()),
        ("public", "withdrawn", set()),
        ("public", "moved", set()),
    ],
)
def test_may_report(cast, post, visibility, status, allowed):
    cast.community.visibility = visibility
    cast.community.save()
    Post.objects.filter(pk=post.pk).update(status=status)

    assert those_who(cast, may_report, post) == allowed

    Post.objects.filter(pk=post.pk).update(status="published")  # for the deferred constraint


def test_may_decide(cast, post):
    assert those_who(cast, may_decide, post) == STAFF


@pytest.mark.parametrize("name", sorted(STAFF))
def test_may_decide_is_never_about_ones_own_post(cast, name):
    own = make_post(make_thread(cast.community), author=getattr(cast, name))

    assert those_who(cast, may_decide, own) == STAFF - {name}


@pytest.mark.parametrize("name", sorted(STAFF))
def test_may_decide_is_never_about_ones_own_report(cast, post, name):
    make_report(post, reporter=getattr(cast, name))

    assert those_who(cast, may_decide, post) == STAFF - {name}


def test_may_decide_keeps_to_the_scope(cast, post):
    elsewhere = make_post(make_thread(make_community()))

    answers = {
        "community": make_scoped_moderator(community=cast.community),
        "area": make_scoped_moderator(area=cast.ward),
        "other": make_scoped_moderator(community=make_community()),
    }

    assert {key: may_decide(user, post) for key, user in answers.items()} == {
        "community": True,
        "area": True,
        "other": False,
    }
    assert not any(may_decide(user, elsewhere) for user in answers.values())


def test_may_decide_needs_the_permission_beside_the_scope(cast, post):
    ModeratorScope.objects.create(user=cast.outsider, community=cast.community)

    assert not may_decide(cast.outsider, post)


def test_may_read_decision(cast, post):
    decision = hide(post, cast.moderator)

    assert those_who(cast, may_read_decision, decision) == {"resident"} | STAFF


def test_may_read_decision_keeps_to_the_scope(cast, post):
    decision = hide(post, cast.moderator)

    inside = make_scoped_moderator(community=cast.community)
    outside = make_scoped_moderator(community=make_community())

    assert may_read_decision(inside, decision)
    assert not may_read_decision(outside, decision)


def test_may_appeal(cast, post):
    decision = hide(post, cast.moderator)

    assert those_who(cast, may_appeal, decision) == {"resident"}


def test_may_appeal_once(cast, post):
    decision = hide(post, cast.moderator)
    Appeal.objects.create(decision=decision, by=cast.resident, text="No.")

    assert those_who(cast, may_appeal, decision) == set()


def test_may_appeal_only_while_the_decision_hides_the_post(cast, post):
    first = hide(post, cast.moderator)
    restored = services.decide(post, by=cast.moderator, verb="restore", rule="", reason="Sorry.")
    post.refresh_from_db()
    first.post, restored.post = post, post

    assert not may_appeal(cast.resident, first)
    assert not may_appeal(cast.resident, restored)

    second = hide(post, cast.moderator)

    assert not may_appeal(cast.resident, first)
    assert may_appeal(cast.resident, second)


@pytest.mark.parametrize(
    ("decided_by", "allowed"), [("moderator", {"admin"}), ("admin", {"moderator"})]
)
def test_may_decide_appeal(cast, post, decided_by, allowed):
    decision = hide(post, getattr(cast, decided_by))
    appeal = Appeal.objects.create(decision=decision, by=cast.resident, text="No.")

    assert those_who(cast, may_decide_appeal, appeal) == allowed


def test_may_decide_appeal_once(cast, post):
    appeal = Appeal.objects.create(
        decision=hide(post, cast.moderator), by=cast.resident, text="No."
    )
    services.decide_appeal(appeal, by=cast.admin, outcome="upheld", reason="No.")
    appeal.refresh_from_db()

    assert those_who(cast, may_decide_appeal, appeal) == set()


def test_moderated_communities(cast):
    other = make_community()
    scoped = make_scoped_moderator(area=cast.ward)

    names = {name: set(moderated_communities(viewer_named(cast, name))) for name in CAST}

    assert {name for name, found in names.items() if found} == STAFF
    assert names["moderator"] == {cast.community, other}
    assert set(moderated_communities(scoped)) == {cast.community}


@pytest.mark.parametrize("is_public", [True, False])
def test_communities_to_move_to_are_those_of_may_move(cast, is_public):
    now = timezone.now()
    make_community(visibility="members")
    make_community(archived_at=now)
    kept, closed, hushed = make_community(), make_community(visibility="members"), make_community()
    for community in (kept, closed, hushed):
        make_membership(cast.ambassador, community, role="ambassador")
    cast.ambassador.memberships.filter(community=hushed).update(
        silenced_until=now + timedelta(days=1)
    )
    scoped = make_scoped_moderator(community=kept)
    make_membership(scoped, cast.community, role="ambassador")
    if not is_public:
        Community.objects.filter(pk=cast.community.pk).update(visibility="members")
    thread = make_thread(Community.objects.get(pk=cast.community.pk), author=cast.neighbour)
    every = Community.objects.all()
    people = [scoped, *(viewer_named(cast, name) for name in CAST)]

    found = {person.pk: set(communities_to_move_to(person, thread)) for person in people}

    assert found == {
        person.pk: {to for to in every if may_move(person, thread, to)} for person in people
    }
    assert kept in found[cast.moderator.pk]
