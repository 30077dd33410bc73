"""What the pages that gather several rooms read, each in one query that is written once."""

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, Func, IntegerField, OuterRef, Q, QuerySet, When

from communities.models import Area, Community, Membership, Viewer
from communities.paging import before
from communities.prepared import among, prepared
from councillors.models import Capacity, Councillor
from discussions.listing import THREADS_PER_PAGE, is_read, rows_of, written_lately
from discussions.models import Bookmark, Draft, Follow, Post, Thread, ThreadQuerySet
from questions.models import Question

MOST_SAID = 5
MOST_COUNTED = 100
OWN_PER_PAGE = 20
MOST_PLACES = 150
OF_COUNCILS = (Area.Kind.COUNTY, Area.Kind.DISTRICT, Area.Kind.UNITARY)
PK = IntegerField()
DRAWN = ("code", "name", "name_cy", "kind", "outline")


@prepared
def largest_communities(viewer: Viewer) -> QuerySet[Community]:
    communities = Community.objects.visible_to(viewer).offered().order_by("-member_count", "pk")
    return communities.only("name", "slug", "description", "member_count")[:6]


@prepared
def area_with_lineage(viewer: Viewer, *, code: str) -> QuerySet[Area]:
    return Area.objects.with_lineage().filter(code=code)


@prepared
def areas_around(viewer: Viewer, *, area: int, kind: str, day: date) -> QuerySet[Area]:
    """Areas of other kinds that hold a postcode of an area."""
    around = Area.objects.open_on(day).sharing_postcodes(area, kind, day)
    return around.only("code", "name", "name_cy", "kind").order_by("name")[:12]


@prepared
def areas_near(viewer: Viewer, *, area: int, day: date, **frame: int | str) -> QuerySet[Area]:
    """Siblings of an area whose outline touches its frame; see `frame_of_siblings`."""
    siblings = Area.objects.open_on(day).near(Area(pk=area, **frame))
    return siblings.only(*DRAWN, "box_left", "box_top", "box_right", "box_bottom")


def frame_of_siblings(area: Area) -> dict[str, int | str]:
    """Return what siblings of an area have in common, and the box around its outline."""
    names = ("kind", "parent_id", "box_left", "box_top", "box_right", "box_bottom")
    return {name: value for name in names if (value := getattr(area, name)) is not None}


@prepared
def areas_inside(viewer: Viewer, *, area: int, day: date) -> QuerySet[Area]:
    inside = Area.objects.open_on(day).filter(parent=area)
    return inside.only(*DRAWN, "box_left", "box_top", "box_right", "box_bottom").order_by(
        "kind", "name"
    )


def places_to_choose_from(day: date) -> list[Area]:
    """Return the wards of the site; where they are too many for one page, the councils' areas."""
    shown = Area.objects.open_on(day).select_related("parent").defer("boundary", "parent__boundary")
    by_council = shown.order_by("parent__name", "name")
    wards = list(by_council.filter(kind=Area.Kind.WARD)[: MOST_PLACES + 1])
    if len(wards) <= MOST_PLACES:
        return wards
    return list(by_council.filter(kind__in=OF_COUNCILS)[: 2 * MOST_PLACES])


@prepared
def communities_of_member(viewer: Viewer, *, user: int) -> QuerySet[Community]:
    """Communities that somebody belongs to, by name, with the place of each."""
    joined = Community.objects.visible_to(viewer).current().filter(memberships__user=user)
    shown = joined.select_related("area").order_by("name")
    return shown.only("name", "slug", "member_count", "area__code", "area__name", "area__name_cy")[
        :12
    ]


@prepared
def memberships_of(viewer: Viewer, *, user: int, since: datetime) -> QuerySet[Membership]:
    """Memberships of somebody by name, each with its `unread`: threads, counted up to a hundred."""
    counted = ArraySubquery(_unread(viewer, since).values("pk")[:MOST_COUNTED])
    memberships = Membership.objects.filter(user=user).select_related("community")
    memberships = memberships.annotate(
        unread=Func(counted, function="cardinality", output_field=PK)
    )
    shown = memberships.only("role", "digest", "community__name", "community__slug")
    return shown.order_by("community__name")


@prepared
def threads_of_member(
    viewer: Viewer,
    *,
    user: int,
    since: datetime,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    """One page of the latest over all communities of a person, and the next one's first."""
    newest = Thread.objects.published().filter(community=OuterRef("community"))
    newest = before(newest, "last_post_at", at, pk).order_by("-last_post_at", "-pk")
    found = _of_each_community(viewer, user, newest.values("pk")[: THREADS_PER_PAGE + 1])
    return rows_of(found, viewer, since)


@prepared
def unread_of(
    viewer: Viewer,
    *,
    user: int,
    since: datetime,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    """One page of what somebody has not read in their communities, and the next one's first."""
    unread = before(_unread(viewer, since), "last_post_at", at, pk)
    newest = unread.order_by("-last_post_at", "-pk").values("pk")[: THREADS_PER_PAGE + 1]
    return rows_of(_of_each_community(viewer, user, newest), viewer, since)


def _unread(viewer: Viewer, since: datetime) -> ThreadQuerySet:
    """Find what somebody has not read, within a query of their memberships."""
    lately = written_lately(OuterRef(OuterRef("community")), since)
    threads = Thread.objects.published().filter(lately, community=OuterRef("community"))
    return threads.exclude(is_read(viewer))


def _of_each_community(viewer: Viewer, user: int, newest: QuerySet[Thread, Any]) -> ThreadQuerySet:
    """Pick the newest of each community of somebody, so that the database need not sort all."""
    of_each = Func(ArraySubquery(newest), function="unnest", output_field=PK)
    candidates = Membership.objects.filter(user=user).values_list(of_each)
    return Thread.objects.visible_to(viewer).published().filter(pk__in=candidates)


@prepared
def followed_by(
    viewer: Viewer,
    *,
    user: int,
    since: datetime,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).published()
    followed = threads.filter(follows__user=user, follows__mode=Follow.Mode.FOLLOW)
    return rows_of(before(followed, "last_post_at", at, pk), viewer, since)


@prepared
def started_by(
    viewer: Viewer,
    *,
    user: int,
    since: datetime,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    """One page of the threads that somebody started, those that wait for staff too."""
    in_sight = (Thread.Status.PUBLISHED, Thread.Status.PENDING)
    threads = Thread.objects.visible_to(viewer).filter(author=user, status__in=in_sight)
    return rows_of(before(threads, "last_post_at", at, pk), viewer, since)


@prepared
def kept_by(
    viewer: Viewer, *, user: int, at: datetime | None = None, pk: int | None = None
) -> QuerySet[Bookmark]:
    """One page of the posts that somebody keeps, and the next one's first.

    Annotates `is_readable`: a note stays where its post cannot be read any more.
    """
    readable = Post.objects.visible_to(viewer).filter(pk=OuterRef("post"))
    kept = Bookmark.objects.filter(user=user).annotate(is_readable=Exists(readable))
    kept = kept.select_related("post__thread", "post__author").order_by("-at", "-pk")
    shown = kept.only(
        "note",
        "at",
        "post__number",
        "post__language",
        "post__body",
        "post__thread__title",
        "post__author__public_name",
    )
    return before(shown, "at", at, pk)[: OWN_PER_PAGE + 1]


@prepared
def drafts_of(
    viewer: Viewer, *, user: int, at: datetime | None = None, pk: int | None = None
) -> QuerySet[Draft]:
    """One page of what somebody began to write, and the next one's first.

    Annotates `is_open`: whether they can still see where it would stand.
    """
    communities = Community.objects.visible_to(viewer).filter(pk=OuterRef("community"))
    threads = Thread.objects.visible_to(viewer).filter(pk=OuterRef("thread"))
    posts = Post.objects.visible_to(viewer).filter(pk=OuterRef("post"))
    is_open = Case(
        When(Exists(communities) | Exists(threads) | Exists(posts), then=True), default=False
    )
    drafts = Draft.objects.filter(user=user).annotate(is_open=is_open)
    drafts = drafts.select_related("community", "thread", "post__thread")
    shown = drafts.order_by("-updated_at", "-pk").only(
        "title",
        "body",
        "updated_at",
        "community__name",
        "community__slug",
        "thread__kind",
        "thread__title",
        "post__thread__title",
    )
    return before(shown, "updated_at", at, pk)[: OWN_PER_PAGE + 1]


@prepared
def seats_of(viewer: Viewer, *, areas: list[int], day: date) -> QuerySet[Councillor]:
    """Who sits for some areas today, with everything that is said of them."""
    seats = Councillor.objects.held_on(day).filter(among("area", areas), person__isnull=False)
    shown = seats.select_related("person", "body", "area").order_by("area__kind", "person__name")
    return shown.only(
        "role",
        "party",
        "person__name",
        "person__slug",
        "body__name",
        "area__name",
        "area__name_cy",
    )[:24]


@prepared
def communities_of(viewer: Viewer, *, areas: list[int], area: int) -> QuerySet[Community]:
    """Communities of some areas, that of the place itself first."""
    here = Community.objects.visible_to(viewer).offered().filter(among("area", areas))
    its_own_first = Case(When(area=area, kind=Community.Kind.AREA, then=0), default=1)
    communities = here.order_by(its_own_first, "-member_count", "pk")
    return communities.only("name", "slug", "member_count")[:12]


@prepared
def threads_of(viewer: Viewer, *, communities: list[int]) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).published()
    return threads.filter(among("community", communities)).for_list().with_last_read(viewer)[:8]


@prepared
def questions_of(viewer: Viewer, *, area: int, seats: list[int]) -> QuerySet[Question]:
    """Questions that wait for some seats, or for all councillors of an area."""
    waiting = Question.objects.visible_to(viewer).in_public().for_list().unanswered()
    return waiting.filter(Q(area=area) | Q(among("seat", seats)))[:6]


@prepared
def said_in_office(viewer: Viewer, *, seats: list[int]) -> QuerySet[Post]:
    """What somebody said lately in the capacity of some seats."""
    newest = Post.objects.published().filter(capacity=OuterRef("pk")).order_by("-pk")
    of_each = ArraySubquery(newest.values("pk")[:MOST_SAID])
    candidates = Capacity.objects.filter(among("seat", seats)).values_list(
        Func(of_each, function="unnest", output_field=PK)
    )
    posts = Post.objects.visible_to(viewer).published().filter(pk__in=candidates)
    shown = posts.select_related("thread").only("created_at", "language", "body", "thread__title")
    return shown.order_by("-pk")[:MOST_SAID]
