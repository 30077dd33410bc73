"""Which rows make public pages new when they change, one column at a time."""

import pytest
from django.utils import timezone
from taggit.models import Tag

from communities.models import Area, Community, LocalLink, Membership
from discussions.models import Act, OutcomeNote, Post, Thread
from tests.factories import (
    make_area,
    make_community,
    make_membership,
    make_outcome,
    make_post,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)  # versions move when a transaction ends
BOX = dict.fromkeys(("box_left", "box_right", "box_top", "box_bottom"), 0)


@pytest.fixture
def aside():
    """A page that shows nothing of where the tests write: it is new where every page is."""
    return make_thread(title="Aside").get_absolute_url()


def is_new(client, address, act):
    """Say whether a page is new after an act, to somebody who has it."""
    known = client.get(address)["ETag"]
    act()
    return client.get(address, headers={"If-None-Match": known}).status_code != 304


def those_new(client, address, acts):
    return [name for name, act in acts.items() if is_new(client, address, act)]


def update(rows, **fields):
    return lambda: rows.update(**fields)


def test_what_pages_show_of_areas_and_communities_changes_every_page(cast, client, aside):
    areas = Area.objects.filter(pk=cast.ward.pk)
    communities = Community.objects.filter(pk=cast.community.pk)
    links = LocalLink.objects.filter(community=cast.community)
    links.create(community=cast.community, title="Bins", url="https://bins.example/")
    new_ward = make_area()
    acts = {
        "area: name": update(areas, name="Weirside"),
        "area: name in Welsh": update(areas, name_cy="Melin"),
        "area: kind": update(areas, kind="parish"),
        "area: what it lies in": update(areas, parent=None),
        "area: outline": update(areas, outline="M0 0", **BOX),
        "area: from when": update(areas, valid_from="2020-01-01"),
        "area: until when": update(areas, valid_to="2999-01-01"),
        "area: another": make_area,
        "community: name": update(communities, name="Weirside"),
        "community: address": update(communities, slug="weirside"),
        "community: area": update(communities, area=new_ward),
        "community: visibility": update(communities, visibility="members"),
        "community: description": update(communities, description="Of the weir."),
        "community: rules": update(communities, rules_html="<p>Be kind.</p>"),
        "community: archived": update(communities, archived_at=timezone.now()),
        "community: another": make_community,
        "link: address": update(links, url="https://other.example/"),
        "link: gone": links.all().delete,
    }

    assert those_new(client, aside, acts) == list(acts)


def test_ambassadors_who_come_and_go_change_every_page_and_members_none(cast, client, aside):
    ambassador, member = make_user(), make_user()
    memberships = Membership.objects.filter(user=ambassador)

    def come(person, role):
        return lambda: Membership.objects.create(
            user=person, community=cast.community, role=role, rules_version=1
        )

    acts = {
        "ambassador comes": come(ambassador, "ambassador"),
        "ambassador steps back": update(memberships, role="member"),
        "member leaves": memberships.all().delete,
        "member comes": come(member, "member"),
        "ambassador goes": Membership.objects.filter(user=cast.ambassador).delete,
    }

    found = those_new(client, aside, acts)

    assert found == ["ambassador comes", "ambassador steps back", "ambassador goes"]


def test_page_of_a_community_is_new_where_somebody_joins_or_something_is_done(cast, client):
    rows = Community.objects.filter(pk=cast.community.pk)
    other = make_community()
    acts = {
        "members": lambda: make_membership(make_user(), cast.community),
        "threads": update(rows, thread_count=7),
        "act": lambda: Act.objects.create(community=cast.community, kind="lock", by=cast.moderator),
        "members elsewhere": lambda: make_membership(make_user(), other),
    }

    found = those_new(client, f"{cast.community.get_absolute_url()}acts/", acts)

    assert found == ["members", "threads", "act"]


def test_page_of_a_thread_is_new_with_each_row_that_it_shows(cast, client):
    thread = make_thread(cast.community, tags=["weir"])
    make_outcome(thread)
    reply, other = make_post(thread), make_thread(cast.community)
    outcomes = OutcomeNote.objects.filter(thread=thread)
    acts = {
        "outcome changes": update(outcomes, html="<p>Other.</p>"),
        "outcome goes": outcomes.all().delete,
        "tag comes": lambda: thread.tags.add("otter"),
        "tag is renamed": update(Tag.objects.filter(name="otter"), name="mink"),
        "tag goes": lambda: thread.tags.remove("mink"),
        "post changes": update(Post.objects.filter(pk=reply.pk), thanks_count=3),
        "post comes": lambda: make_post(thread, author=cast.neighbour),
        "post is hidden": update(Post.objects.filter(pk=reply.pk), status="withdrawn"),
        "thread changes": update(Thread.objects.filter(pk=thread.pk), is_locked=True),
        "other thread changes": update(Thread.objects.filter(pk=other.pk), is_locked=True),
    }

    found = those_new(client, thread.get_absolute_url(), acts)

    assert found == list(acts)[:-1]


@pytest.mark.parametrize("which", ["tag", "thread"])
def test_page_of_a_community_is_new_with_tags_that_go_and_threads_that_change(cast, client, which):
    thread = make_thread(cast.community)
    thread.tags.add("weir")
    acts = {
        "tag": lambda: thread.tags.remove("weir"),
        "thread": lambda: Thread.objects.filter(pk=thread.pk).update(title="A mink"),
    }

    assert is_new(client, f"{cast.community.get_absolute_url()}tags/", acts[which])


def test_thread_is_named_anew_on_every_page_where_others_could_see_it(cast, client, aside):
    rows = Thread.objects.filter(pk=make_thread(cast.community).pk)
    held = Thread.objects.filter(pk=make_thread(cast.community).pk)
    held.update(status="pending")
    acts = {
        "title": update(rows, title="A mink"),
        "community": update(rows, community=make_community()),
        "same title": update(rows, title="A mink"),
        "title of one held": update(held, title="An otter"),
        "published": update(held, status="published"),
        "status": update(rows, status="hidden"),
    }

    assert those_new(client, aside, acts) == ["title", "community", "status"]
