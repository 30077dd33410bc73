"""Full-text search over posts, in the database's own words."""

import html
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQueryCombinable,
    SearchQueryField,
    SearchRank,
)
from django.db.models import F, Func, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Left

from communities.models import Viewer
from communities.prepared import prepared
from discussions.models import Post
from discussions.narrowing import EVERYTHING, Narrowing, narrowed

CONFIGURATION = "townhall"
AS_WRITTEN = "townhall_written"  # names have no endings to lose
HITS_PER_PAGE = 20
MOST_HITS_RANKED = 500
MARK_START, MARK_END = "\x02", "\x03"  # control characters: no text of people needs them
LONGEST_INDEXED = 100_000  # characters; PostgreSQL refuses a vector over 1 MB
LARGEST_PK = 2**63 - 1
TAG = re.compile(r"<[^>]*>")
ENDS_OF_SENTENCES = (".", "!", "?", "…")
WEIGHTS = [0.0, 0.7, 0.4, 1.0]  # of D, C (tags), B (text) and A (title)
# Posts are indexed with the stretch of pks they lie in, of so many bits each. A word that half the
# town uses is looked for in the newest stretch, and in older ones only where that has too few hits.
STRETCHES = (14, 16, 18, 20, 22, 24)
SHOWN = ["language", "published_at", "author__public_name", "capacity__title", "thread__title"]
SHOWN += ["thread__community__name", "thread__community__slug"]


def find_posts(
    viewer: Viewer,
    words: str,
    page: int = 1,
    *,
    upto: int | None = None,
    narrowing: Narrowing = EVERYTHING,
) -> list[Post]:
    """Find posts that a reader may see, best match first; a page of them and the next one's first.

    Takes what people type into a search box: words, "quoted phrases", -excluded words. Each post
    has its `headline`: the part of the text that matches, hits between MARK_START and MARK_END.
    Pages keep their hits while people write on where `upto` is the `newest` that a post of the
    first page has.
    """
    words = words.replace("\0", "")
    if narrowing.finds_nothing:
        return []
    known: dict[str, Any] = {} if upto is None else {"upto": min(upto, LARGEST_PK)}
    asked, start = narrowing.values(), (page - 1) * HITS_PER_PAGE
    # Each set of filters and each page is a statement of its own: of both, too many to keep ready.
    if not asked or page == 1:
        found = _page_of_hits(start)(viewer, words=words, **known, **asked)
    else:
        found = list(_hits(viewer, start, words=words, **known, **asked))
    for post in found:
        post.headline = _with_ends(post)  # type: ignore[attr-defined]
    return found


def _with_ends(hit: Any) -> str:
    """Return the headline of a hit; where it begins or ends within a sentence, "…" says so."""
    headline = _plain(hit.headline)
    words, text = headline.replace(MARK_START, "").replace(MARK_END, ""), _plain(hit.text)
    before, found, after = text.partition(words)
    if not found:
        return headline
    if before and not before.rstrip().endswith(ENDS_OF_SENTENCES):
        headline = f"…{headline}"
    if after.startswith(ENDS_OF_SENTENCES):
        return f"{headline}{after[0]}"
    is_cut = any(sign.isalnum() for sign in after) and not words.endswith(ENDS_OF_SENTENCES)
    return f"{headline}…" if is_cut else headline


def _plain(text: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", text)).split())


@cache
def _page_of_hits(start: int) -> Callable[..., list[Post]]:
    @prepared
    def hits(viewer: Viewer, **values: Any) -> QuerySet[Post]:
        return _hits(viewer, start, **values)

    return hits


def _hits(
    viewer: Viewer,
    start: int,
    *,
    words: str,
    marks: str | None = None,
    upto: int | None = None,
    **narrowing: Any,
) -> QuerySet[Post]:
    query = Asked(words)
    readable = narrowed(Post.objects.each_visible_to(viewer).published(), **narrowing)
    if upto is not None:
        # By an expression: the index of pks has nearly all posts up to it, the words have few.
        readable = readable.alias(key=F("pk") + Value(0)).filter(key__lte=upto)
    # A query of nothing but stop words finds nothing, also beside a stretch or a mark.
    count = Func(query, function="numnode", output_field=IntegerField())
    readable = readable.alias(words=count).filter(words__gt=0)
    newest = _newest(readable, query) if marks is None else _newest_marked(readable, query, marks)
    ranked = Post.objects.annotate(rank=_rank(words))
    best = ranked.filter(pk__in=newest).order_by("-rank", "-pk")
    # Who wrote it and where, and the text itself, are read for the hits of this page alone.
    shown = ranked.filter(pk__in=best.values("pk")[start : start + HITS_PER_PAGE + 1])
    return (
        shown.annotate(headline=_headline(query), newest=_newest_pk())
        .annotate(text=Left("html", LONGEST_INDEXED))
        .select_related("thread__community", "author", "capacity")
        .only(*SHOWN)
        .order_by("-rank", "-pk")
    )


def _newest_pk() -> Subquery:
    return Subquery(Post.objects.order_by("-pk").values("pk")[:1])


def _rank(words: str) -> SearchRank:
    """Rank by the words, and by those of a title that are written just so."""
    both = Asked(words, template=f"(SELECT {Asked.plain} || {Asked.written})")
    return SearchRank(F("search"), both, weights=WEIGHTS)


class Asked(SearchQueryCombinable, Func):  # type: ignore[misc]  # as SearchQuery itself does
    """What somebody asks for; where all their words say nothing, such as a name, as written."""

    plain = f"websearch_to_tsquery('{CONFIGURATION}', %(expressions)s)"
    written = f"websearch_to_tsquery('{AS_WRITTEN}', %(expressions)s)"
    # By a query of its own: asked once, not for each of the posts that are ranked.
    template = f"(SELECT CASE WHEN numnode({plain}) = 0 THEN {written} ELSE {plain} END)"
    config = None
    output_field = SearchQueryField()

    def __init__(self, words: str, **extra: Any) -> None:
        super().__init__(Value(words), **extra)

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        """Give the words as often as the template names them."""
        sql, params = super().as_sql(*args, **kwargs)
        return sql, tuple(params) * sql.count("websearch_to_tsquery")


class Marks(SearchQueryCombinable, Func):  # type: ignore[misc]  # as SearchQuery itself does
    """A query that is written already: of marks, not of words."""

    template = "(%(expressions)s)::tsquery"
    config = None
    output_field = SearchQueryField()


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
        super().__init__(_newest_pk(), bits=bits, **extra)


def _newest(readable: QuerySet[Post], query: Asked) -> QuerySet[Any, Any]:
    """Pick the newest matches, stretch by stretch: the database stops where there are enough."""
    inside = [Newest(bits) for bits in STRETCHES]
    outside = [Newest(bits, template=Newest.inverted) for bits in STRETCHES]
    next_ones = [query & here & before for here, before in zip(inside[1:], outside, strict=False)]
    first, *others = (
        _newest_of(readable.filter(search=asked))
        for asked in [query & inside[0], *next_ones, query & outside[-1]]
    )
    return first.union(*others, all=True)[:MOST_HITS_RANKED]


def _newest_marked(readable: QuerySet[Post], query: Asked, marks: str) -> QuerySet[Any, Any]:
    """Pick the newest matches with marks; these leave few enough to look at all of them."""
    return _newest_of(readable.filter(search=query & Marks(Value(marks))))


def _newest_of(matches: QuerySet[Post]) -> QuerySet[Any, Any]:
    # By an expression: an index of pks would be read backwards until enough matches turn up.
    return matches.order_by((F("pk") * Value(-1)).asc()).values("pk")[:MOST_HITS_RANKED]


def _headline(query: Asked) -> SearchHeadline:
    """Cut out what matches; PostgreSQL leaves tags of HTML away."""
    return SearchHeadline(
        Left("html", LONGEST_INDEXED),
        query,
        config=CONFIGURATION,
        start_sel=MARK_START,
        stop_sel=MARK_END,
        max_words=35,
        min_words=20,
    )
