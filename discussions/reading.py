"""What the pages of threads read, each in one query that is written once."""

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from taggit.models import Tag

from accounts.models import User
from communities.models import Community, LocalLink, Membership, Viewer, readable_communities
from communities.paging import before
from communities.prepared import prepared
from councillors.models import Capacity, Councillor
from discussions.models import Draft, Follow, Post, Thread, readable_threads

THREADS_PER_PAGE = 20
MOST_PINNED = 10
POSTS_IN_FEED = 30
MOST_DRAFTS_LISTED = 100
THREADS_SEARCHED_FOR_TAGS = 300
MOST_TAGS_OFFERED = 30
PK = IntegerField()


@prepared
def community_named(viewer: Viewer, *, slug: str, day: date) -> QuerySet[Community]:
    """A community with its area, its `local_links`, its `ambassadors` and its `officers`.

    Ambassadors are pk and name; officers, members who speak for a body, title and body besides.
    """
    communities = Community.objects.visible_to(viewer).filter(slug=slug)
    links = LocalLink.objects.filter(community=OuterRef("pk")).order_by("position", "pk")
    keepers = Membership.objects.filter(
        community=OuterRef("pk"), role=Membership.Role.AMBASSADOR
    ).order_by("joined_at", "pk")
    named = JSONObject(pk="user", public_name="user__public_name")
    offices = Capacity.objects.held_on(day).filter(
        kind=Capacity.Kind.OFFICER, user__memberships__community=OuterRef("pk")
    )
    entitled = JSONObject(
        pk="user", public_name="user__public_name", title="title", body="body__name"
    )
    return (
        communities.annotate(
            local_links=ArraySubquery(links.values(link=JSONObject(title="title", url="url"))[:12]),
            ambassadors=ArraySubquery(keepers.values(person=named)[:6]),
            officers=ArraySubquery(offices.order_by("pk").values(person=entitled)[:6]),
        )
        .select_related("area")
        .defer("area__boundary")
    )


def ambassadors_read_with(community: Any) -> list[User]:
    """Return the ambassadors that `community_named` has read."""
    return [User(**person) for person in community.ambassadors]


def officers_read_with(community: Any) -> list[tuple[User, str]]:
    """Return the officers that `community_named` has read, each with title and body in words."""
    return [
        (User(pk=each["pk"], public_name=each["public_name"]), f"{each['title']}, {each['body']}")
        for each in community.officers
    ]


@prepared
def threads_in(
    viewer: Viewer, *, community: int, at: datetime | None = None, pk: int | None = None
) -> QuerySet[Thread]:
    """One page of the threads of a community and the next one's first; pinned ones are apart."""
    threads = Thread.objects.visible_to(viewer).published().filter(community=community)
    threads = before(threads.filter(is_pinned=False), "last_post_at", at, pk)
    return threads.for_list().with_last_read(viewer)[: THREADS_PER_PAGE + 1]


@prepared
def pinned_in(viewer: Viewer, *, community: int) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).published().filter(community=community)
    return threads.filter(is_pinned=True).for_list().with_last_read(viewer)[:MOST_PINNED]


@prepared
def threads_of_member(
    viewer: Viewer, *, user: int, at: datetime | None = None, pk: int | None = None
) -> QuerySet[Thread]:
    """One page of the latest over all communities of a person, and the next one's first."""
    newest = Thread.objects.published().filter(community=OuterRef("community"))
    newest = before(newest, "last_post_at", at, pk).order_by("-last_post_at", "-pk")
    # The newest of each community, so that the database need not sort all of them.
    of_each = ArraySubquery(newest.values("pk")[: THREADS_PER_PAGE + 1])
    memberships = Membership.objects.filter(user=user)
    candidates = memberships.values_list(
        Func(of_each, function="unnest", output_field=IntegerField())
    )
    threads = Thread.objects.visible_to(viewer).published().filter(pk__in=candidates)
    return threads.for_list().with_last_read(viewer)[: THREADS_PER_PAGE + 1]


@prepared
def latest_discussions(viewer: Viewer) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).published()
    return threads.filter(kind=Thread.Kind.DISCUSSION).for_list()[:6]


@prepared
def thread_for_page(viewer: Viewer, *, pk: int) -> QuerySet[Thread]:
    """A thread with its community, `last_read`, and `follow_mode` of the reader ("" or None).

    And `begun`, the reply that they have begun: its body and the moment it was kept at.
    """
    threads = Thread.objects.visible_to(viewer).with_last_read(viewer).filter(pk=pk)
    if viewer.is_authenticated:
        follows = Follow.objects.filter(user=viewer, thread=OuterRef("pk"))
        threads = threads.annotate(follow_mode=Subquery(follows.values("mode")))
        threads = threads.annotate(begun=_begun_by(viewer))
    return threads.select_related("community")


@prepared
def thread_to_answer(viewer: Viewer, *, pk: int) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).filter(pk=pk)
    if viewer.is_authenticated:
        threads = threads.annotate(begun=_begun_by(viewer))
    return threads.select_related("community")


def _begun_by(viewer: User) -> Subquery:
    drafts = Draft.objects.filter(user=viewer, thread=OuterRef("pk"))
    return Subquery(drafts.values(begun=JSONObject(body="body", at="updated_at")))


@prepared
def posts_for_page(viewer: Viewer, *, thread: int, first: int, last: int) -> QuerySet[Post]:
    return Post.objects.filter(thread=thread).for_page(viewer, first, last)


@prepared
def tags_of(viewer: Viewer, *, thread: int) -> QuerySet[Tag]:
    return Tag.objects.filter(discussions_threadtag_items__content_object=thread).order_by("name")


@prepared
def tags_used_in(viewer: Viewer, *, community: int) -> QuerySet[Tag]:
    """Tags of the threads last written in, for members to pick from."""
    threads = Thread.objects.published().filter(community=community)
    lately = threads.order_by("-last_post_at", "-pk").values("pk")[:THREADS_SEARCHED_FOR_TAGS]
    tags = Tag.objects.filter(discussions_threadtag_items__content_object__in=lately)
    return tags.distinct().order_by("name")[:MOST_TAGS_OFFERED]


@prepared
def ambassadors_of(viewer: Viewer, *, community: int) -> QuerySet[User]:
    keepers = User.objects.filter(
        memberships__community=community, memberships__role=Membership.Role.AMBASSADOR
    )
    return keepers.only("public_name").order_by("memberships__joined_at", "pk")[:6]


@prepared
def seats_for(viewer: Viewer, *, area: int, day: date) -> QuerySet[Councillor]:
    seats = Councillor.objects.held_on(day).filter(area=area, person__isnull=False)
    shown = seats.select_related("person", "body").order_by("pk")
    return shown.only("role", "person__name", "person__slug", "body__name")[:8]


@prepared
def capacities_of(viewer: Viewer, *, user: int, day: date) -> QuerySet[Capacity]:
    return Capacity.objects.filter(user=user).held_on(day)


@prepared
def newest_posts_in(viewer: Viewer, *, community: int) -> QuerySet[Post]:
    threads = Thread.objects.published().filter(community=community)
    # Whatever is among the newest posts lies at the end of one of the threads last written in.
    latest = threads.order_by("-last_post_at", "-pk").values("pk")[: 2 * POSTS_IN_FEED]
    posts = (
        Post.objects.visible_to(viewer)
        .published()
        .filter(thread__in=latest, number__gt=F("thread__last_number") - 2 * POSTS_IN_FEED)
    )
    fetched = posts.select_related("thread", "author").only(
        "number", "language", "html", "published_at", "thread__title", "author__public_name"
    )
    return fetched.order_by("-published_at", "-pk")[:POSTS_IN_FEED]


@prepared
def drafts_of(viewer: Viewer, *, user: int) -> QuerySet[Draft]:
    """What a person has begun to write in places that they may see, with these; newest first."""
    seen = Q(readable_communities(viewer, "community__"))
    seen |= Q(readable_threads(viewer, "thread__")) | Q(readable_threads(viewer, "post__thread__"))
    drafts = Draft.objects.filter(seen, user=user).order_by("-updated_at", "-pk")
    joined = drafts.select_related("community", "thread__community", "post__thread")
    return joined.defer("post__search", "post__html")[:MOST_DRAFTS_LISTED]
