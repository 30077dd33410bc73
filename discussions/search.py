"""Full-text search over posts, in the database's own words."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchQueryCombinable,
    SearchQueryField,
    SearchRank,
    SearchVector,
    SearchVectorCombinable,
    SearchVectorField,
)
from django.db.models import (
    Case,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Left

from communities.models import Viewer
from communities.prepared import prepared
from discussions.models import Post, Thread

CONFIGURATION = "townhall"
HITS_PER_PAGE = 20
MOST_HITS_RANKED = 500
MARK_START, MARK_END = "\x02", "\x03"  # control characters: no text of people needs them
LONGEST_INDEXED = 100_000  # characters; PostgreSQL refuses a vector over 1 MB
# Posts are indexed with the stretch of pks they lie in, of so many bits each. A word that half the
# town uses is looked for in the newest stretch, and in older ones only where that has too few hits.
STRETCHES = (14, 16, 18, 20, 22, 24)
SHOWN = ["language", "published_at", "author__public_name", "capacity__title", "thread__title"]
SHOWN += ["thread__community__name", "thread__community__slug"]


def words_of(pk: int, *, title: str, body: str) -> Expression:
    """Return what search finds a new post by; the title goes with the first post of a thread."""
    return (
        SearchVector(Value(title), weight="A", config=CONFIGURATION)
        + SearchVector(Value(body[:LONGEST_INDEXED]), weight="B", config=CONFIGURATION)
        + Stretches(Value(pk))
    )


def update_search(posts: QuerySet[Post]) -> int:
    """Store the search words of posts anew: the text, and the title with the first post."""
    title = Thread.objects.filter(pk=OuterRef("thread")).values("title")[:1]
    first = Case(When(number=1, then=Subquery(title)), default=Value(""), output_field=TextField())
    return posts.update(
        search=SearchVector(first, weight="A", config=CONFIGURATION)
        + SearchVector(Left("body", LONGEST_INDEXED), weight="B", config=CONFIGURATION)
        + Stretches("pk")
    )


def find_posts(viewer: Viewer, words: str, page: int = 1) -> list[Post]:
    """Find posts that a reader may see, best match first; a page of them and the next one's first.

    Takes what people type into a search box: words, "quoted phrases", -excluded words. Each post
    has its `headline`: the part of the text that matches, hits between MARK_START and MARK_END.
    """
    return _page_of_hits((page - 1) * HITS_PER_PAGE)(viewer, words=words)


@cache
def _page_of_hits(start: int) -> Callable[..., list[Post]]:
    @prepared
    def hits(viewer: Viewer, *, words: str) -> QuerySet[Post]:
        query = SearchQuery(words, config=CONFIGURATION, search_type="websearch")
        newest = _newest_hits(Post.objects.each_visible_to(viewer).published(), query)
        ranked = Post.objects.annotate(rank=SearchRank(F("search"), query))
        best = ranked.filter(pk__in=newest).order_by("-rank", "-pk")
        # Who wrote it and where, and the text itself, are read for the hits of this page alone.
        shown = ranked.filter(pk__in=best.values("pk")[start : start + HITS_PER_PAGE + 1])
        return (
            shown.annotate(headline=_headline(query))
            .select_related("thread__community", "author", "capacity")
            .only(*SHOWN)
            .order_by("-rank", "-pk")
        )

    return hits


def _newest_hits(readable: QuerySet[Post], query: SearchQuery) -> QuerySet[Any, Any]:
    """Pick the newest matches, stretch by stretch: the database stops where there are enough."""
    inside = [Newest(bits) for bits in STRETCHES]
    outside = [Newest(bits, template=Newest.inverted) for bits in STRETCHES]
    next_ones = [query & here & before for here, before in zip(inside[1:], outside, strict=False)]
    # By an expression: an index of pks would be read backwards until enough matches turn up.
    newest_first = (F("pk") * Value(-1)).asc()
    # A query of nothing but stop words finds nothing, also beside a stretch.
    words = Func(query, function="numnode", output_field=IntegerField())
    readable = readable.alias(words=words).filter(words__gt=0)
    first, *others = (
        readable.filter(search=asked).order_by(newest_first).values("pk")[:MOST_HITS_RANKED]
        for asked in [query & inside[0], *next_ones, query & outside[-1]]
    )
    return first.union(*others, all=True)[:MOST_HITS_RANKED]


class Stretches(SearchVectorCombinable, Func):
    """The stretches that a post lies in, as words that nobody can type."""

    template = "array_to_tsvector(ARRAY[{}])".format(
        ", ".join(f"'{bits} ' || (%(expressions)s >> {bits})" for bits in STRETCHES)
    )
    config = None
    output_field = SearchVectorField()

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        """Give the value of the pk as often as the template names it."""
        sql, params = super().as_sql(*args, **kwargs)
        return sql, tuple(params) * len(STRETCHES)


class Newest(SearchQueryCombinable, Func):  # type: ignore[misc]  # as SearchQuery itself does
    """The query for posts of the two newest stretches of a size; inverted, for all others."""

    template = """(
        '''%(bits)s ' || (%(expressions)s >> %(bits)s) || ''' | '
        || '''%(bits)s ' || ((%(expressions)s >> %(bits)s) - 1) || ''''
    )::tsquery"""
    inverted = f"!!{template}"
    config = None
    output_field = SearchQueryField()

    def __init__(self, bits: int, **extra: Any) -> None:
        newest = Post.objects.order_by("-pk").values("pk")[:1]
        super().__init__(Subquery(newest), bits=bits, **extra)


def _headline(query: SearchQuery) -> SearchHeadline:
    return SearchHeadline(
        Left("body", LONGEST_INDEXED),
        query,
        config=CONFIGURATION,
        start_sel=MARK_START,
        stop_sel=MARK_END,
        max_words=35,
        min_words=20,
    )
