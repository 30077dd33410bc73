"""What the pages of threads read, each in one query that is written once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateTimeField, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from taggit.models import Tag

from accounts.models import User
from communities.models import Community, LocalLink, Membership, Viewer
from communities.prepared import among, prepared
from councillors.models import Body, Capacity, Councillor, Person
from discussions.models import (
    Draft,
    Follow,
    Ignore,
    OutcomeNote,
    Post,
    PostQuerySet,
    Thread,
    ThreadQuerySet,
    ThreadTag,
)

POSTS_IN_FEED = 30
THREADS_SEARCHED_FOR_TAGS = 300
MOST_TAGS_OFFERED = 30
THREADS_SEARCHED_FOR_RELATED = 100
MOST_RELATED = 4
MOST_FRESH = 100
LONG_AGO = Func(template="'-infinity'::timestamptz", output_field=DateTimeField())
MOST_IGNORED = 200
MOST_LISTENING = 6
MOST_SEATS = 8


@prepared
def community_named(viewer: Viewer, *, slug: str, day: date) -> QuerySet[Community]:
    """A community with its area, its `local_links`, and who reads along.

    These are its `ambassadors`, pk and name; its `officers`, members who speak for a body, title
    and body besides; and `seats`, the councillors of its area.
    """
    communities = Community.objects.visible_to(viewer).filter(slug=slug)
    links = LocalLink.objects.filter(community=OuterRef("pk")).order_by("position", "pk")
    offices = Capacity.objects.held_on(day).filter(
        kind=Capacity.Kind.OFFICER, user__memberships__community=OuterRef("pk")
    )
    entitled = JSONObject(
        pk="user", public_name="user__public_name", title="title", body="body__name"
    )
    return (
        communities.annotate(
            local_links=ArraySubquery(links.values(link=JSONObject(title="title", url="url"))[:12]),
            ambassadors=_ambassadors(OuterRef("pk")),
            officers=ArraySubquery(offices.order_by("pk").values(person=entitled)[:MOST_LISTENING]),
            seats=_seats(OuterRef("area"), day),
        )
        .select_related("area")
        .defer("area__boundary")
    )


def _ambassadors(community: OuterRef) -> ArraySubquery:
    keepers = Membership.objects.filter(community=community, role=Membership.Role.AMBASSADOR)
    named = JSONObject(pk="user", public_name="user__public_name")
    return ArraySubquery(keepers.order_by("joined_at", "pk").values(person=named)[:MOST_LISTENING])


def _seats(area: OuterRef, day: date) -> ArraySubquery:
    seats = Councillor.objects.held_on(day).filter(area=area, person__isnull=False)
    shown = JSONObject(
        role="role", pk="person", name="person__name", slug="person__slug", body="body__name"
    )
    return ArraySubquery(seats.order_by("pk").values(seat=shown)[:MOST_SEATS])


def ambassadors_read_with(place: Any) -> list[User]:
    """Return the ambassadors that `community_named` or `thread_for_page` has read."""
    return [User(**person) for person in place.ambassadors]


def seats_read_with(place: Any) -> list[Councillor]:
    """Return the councillors that `community_named` or `thread_for_page` has read."""
    return [
        Councillor(
            role=seat["role"],
            person=Person(pk=seat["pk"], name=seat["name"], slug=seat["slug"]),
            body=Body(name=seat["body"]),
        )
        for seat in place.seats
    ]


def officers_read_with(community: Any) -> list[tuple[User, str]]:
    """Return the officers that `community_named` has read, each with title and body in words."""
    return [
        (User(pk=each["pk"], public_name=each["public_name"]), f"{each['title']}, {each['body']}")
        for each in community.officers
    ]


@prepared
def latest_discussions(viewer: Viewer) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).published()
    return threads.filter(kind=Thread.Kind.DISCUSSION).for_list()[:6]


@dataclass(frozen=True)
class Outcome:
    """What came of a thread, and who wrote that when; in a capacity, or as an ambassador."""

    html: str
    language: str
    written_at: datetime
    author: User
    office: str


@prepared
def thread_for_page(viewer: Viewer, *, pk: int, day: date) -> QuerySet[Thread]:
    """A thread with its community and what stands around its posts.

    That is its `outcome_note`, its `tag_names`, the `related` threads, and who reads along, as in
    `community_named`. And `last_read`, `follow_mode` of the reader ("" or None), and `begun`, the
    reply that they have begun: its body, what was chosen beside it, and when it was kept.
    """
    threads = Thread.objects.visible_to(viewer).with_last_read(viewer).filter(pk=pk)
    if viewer.is_authenticated:
        follows = Follow.objects.filter(user=viewer, thread=OuterRef("pk"))
        threads = threads.annotate(follow_mode=Subquery(follows.values("mode")))
        threads = threads.annotate(begun=_begun_by(viewer))
    outcomes = OutcomeNote.objects.filter(thread=OuterRef("pk")).values(
        note=JSONObject(
            html="html",
            language="language",
            written_at="written_at",
            pk="author",
            public_name="author__public_name",
            title="capacity__title",
            body="capacity__body__name",
        )
    )
    threads = threads.annotate(
        outcome_note=Subquery(outcomes),
        tag_names=_tags(),
        related=_related(viewer),
        ambassadors=_ambassadors(OuterRef("community")),
        seats=_seats(OuterRef("community__area"), day),
    )
    return threads.select_related("community")


def _tags() -> ArraySubquery:
    tags = ThreadTag.objects.filter(content_object=OuterRef("pk")).order_by("tag__name")
    return ArraySubquery(tags.values(found=JSONObject(name="tag__name", slug="tag__slug")))


def _related(viewer: Viewer) -> ArraySubquery:
    """Find threads that share most tags with the one of the query outside.

    They are sought among those of its community that were written in last: so the search costs the
    same however many there are.
    """
    near = Thread.objects.published().filter(community=OuterRef(OuterRef("community")))
    lately = near.order_by("-last_post_at", "-pk").values("pk")[:THREADS_SEARCHED_FOR_RELATED]
    tags = ThreadTag.objects.filter(content_object=OuterRef(OuterRef("pk"))).values("tag")
    # By an expression: these few have fewer tags than a tag has threads.
    alike = Thread.objects.visible_to(viewer).filter(pk__in=lately).exclude(pk=OuterRef("pk"))
    alike = alike.alias(tag=F("thread_tags__tag") + Value(0)).filter(among("tag", tags))
    alike = alike.annotate(shared=Count("tag"))
    best = alike.order_by("-shared", "-last_post_at", "-pk")
    return ArraySubquery(best.values(found=JSONObject(pk="pk", title="title"))[:MOST_RELATED])


def outcome_read_with(thread: Any) -> Outcome | None:
    """Return the outcome note that `thread_for_page` has read, if there is one."""
    note = thread.outcome_note
    if note is None:
        return None
    return Outcome(
        html=note["html"],
        language=note["language"],
        written_at=datetime.fromisoformat(note["written_at"]),
        author=User(pk=note["pk"], public_name=note["public_name"]),
        office=f"{note['title']}, {note['body']}" if note["title"] else "",
    )


def tags_read_with(thread: Any) -> list[Tag]:
    """Return the tags that `thread_for_page` has read."""
    return [Tag(**tag) for tag in thread.tag_names]


def related_read_with(thread: Any) -> list[Thread]:
    """Return the related threads that `thread_for_page` has read."""
    return [Thread(**each) for each in thread.related]


@prepared
def thread_to_answer(viewer: Viewer, *, pk: int) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).filter(pk=pk)
    if viewer.is_authenticated:
        threads = threads.annotate(begun=_begun_by(viewer))
    return threads.select_related("community")


def _begun_by(viewer: User) -> Subquery:
    drafts = Draft.objects.filter(user=viewer, thread=OuterRef("pk"))
    begun = JSONObject(
        body="body",
        at="updated_at",
        capacity="capacity",
        answers="answers",
        pictures="pictures",
        words="picture_words",
    )
    return Subquery(drafts.values(begun=begun))


@prepared
def posts_for_page(viewer: Viewer, *, thread: int, first: int, last: int) -> QuerySet[Post]:
    return Post.objects.filter(thread=thread).for_page(viewer, first, last)


@prepared
def numbers_after(viewer: Viewer, *, thread: int, after: int) -> QuerySet[Post]:
    """The first posts behind a number that everybody sees, with no more than their numbers."""
    posts = Post.objects.visible_to(viewer).published().filter(thread=thread, number__gt=after)
    return posts.only("number").order_by("number")[:MOST_FRESH]


@prepared
def tags_used_in(viewer: Viewer, *, community: int) -> QuerySet[Tag]:
    """Tags of the threads last written in, for members to pick from."""
    threads = Thread.objects.published().filter(community=community)
    lately = threads.order_by("-last_post_at", "-pk").values("pk")[:THREADS_SEARCHED_FOR_TAGS]
    tags = Tag.objects.filter(discussions_threadtag_items__content_object__in=lately)
    return tags.distinct().order_by("name")[:MOST_TAGS_OFFERED]


@prepared
def ignored_by(viewer: Viewer, *, user: int) -> QuerySet[Ignore]:
    """Whom somebody ignores, the latest first, as far as one page goes."""
    ignored = Ignore.objects.filter(user=user).select_related("ignored").order_by("-at", "-pk")
    return ignored.only("at", "ignored__public_name")[:MOST_IGNORED]


@prepared
def capacities_of(viewer: Viewer, *, user: int, day: date) -> QuerySet[Capacity]:
    return Capacity.objects.filter(user=user).held_on(day)


@prepared
def offices_of(viewer: Viewer, *, user: int) -> QuerySet[Capacity]:
    """The offices that somebody holds or has held, the latest first."""
    offices = Capacity.objects.filter(user=user).select_related("body")
    return offices.order_by("-start_on", "-pk")[:12]


@prepared
def newest_posts_in(viewer: Viewer, *, community: int) -> QuerySet[Post]:
    return _newest_posts(viewer, Thread.objects.published().filter(community=community))


@prepared
def newest_posts_tagged(viewer: Viewer, *, tag: int) -> QuerySet[Post]:
    threads = Thread.objects.visible_to(viewer).published()
    return _newest_posts(viewer, threads.filter(thread_tags__tag=tag))


def _newest_posts(viewer: Viewer, threads: ThreadQuerySet) -> QuerySet[Post]:
    # Whatever is among the newest posts lies at the end of one of the threads last written in.
    latest = threads.order_by("-last_post_at", "-pk").values("pk")[: 2 * POSTS_IN_FEED]
    posts = Post.objects.visible_to(viewer).published().filter(thread__in=latest)
    # By an expression: an index of numbers would read more of them than one of moments.
    last = F("thread__last_number")
    posts = posts.alias(end=F("number") + 2 * POSTS_IN_FEED).filter(end__gt=last)
    # What is shown of them is read for the newest alone.
    newest = posts.filter(published_at__gte=Coalesce(_all_shown_since(latest), LONG_AGO))
    shown = newest.order_by("-published_at", "-pk").values("pk")[:POSTS_IN_FEED]
    return _for_feed(viewer, Post.objects.filter(pk__in=shown)).order_by("-published_at", "-pk")


def _all_shown_since(threads: QuerySet[Thread, Any]) -> Subquery:
    """Say since when as many threads were written in as a feed has posts, if there are so many."""
    last = Post.objects.published().filter(thread=OuterRef("pk")).order_by("-published_at")
    written = Thread.objects.filter(pk__in=threads).annotate(
        moment=Subquery(last.values("published_at")[:1])
    )
    moments = written.order_by(F("moment").desc(nulls_last=True)).values("moment")
    return Subquery(moments[POSTS_IN_FEED - 1 : POSTS_IN_FEED])


@prepared
def newest_posts_of(viewer: Viewer, *, thread: int) -> QuerySet[Post]:
    posts = _for_feed(viewer, Post.objects.filter(thread=thread))
    return posts.order_by("-number")[:POSTS_IN_FEED]


def _for_feed(viewer: Viewer, posts: PostQuerySet) -> PostQuerySet:
    fetched = posts.visible_to(viewer).published().select_related("thread", "author")
    return fetched.only(
        "number",
        "language",
        "html",
        "published_at",
        "edited_at",
        "thread__title",
        "author__public_name",
    )
