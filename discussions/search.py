"""Full-text search over posts, in the database's own words."""

from collections.abc import Callable
from functools import cache

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Left

from communities.models import Viewer
from communities.prepared import prepared
from discussions.models import Post, Thread

CONFIGURATION = "townhall"
HITS_PER_PAGE = 20
MOST_HITS_RANKED = 500
MARK_START, MARK_END = "\x02", "\x03"  # control characters: no text of people needs them
LONGEST_INDEXED = 100_000  # characters; PostgreSQL refuses a vector over 1 MB
SHOWN = ["published_at", "author__public_name", "capacity__title", "thread__title"]
SHOWN += ["thread__community__name", "thread__community__slug"]


def update_search(posts: QuerySet[Post]) -> int:
    """Store the search words of posts anew: the text, and the title with the first post."""
    title = Thread.objects.filter(pk=OuterRef("thread")).values("title")[:1]
    first = Case(When(number=1, then=Subquery(title)), default=Value(""), output_field=TextField())
    return posts.update(
        search=SearchVector(first, weight="A", config=CONFIGURATION)
        + SearchVector(Left("body", LONGEST_INDEXED), weight="B", config=CONFIGURATION)
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
        readable = Post.objects.visible_to(viewer).published().filter(search=query)
        newest = readable.order_by("-pk").values("pk")[:MOST_HITS_RANKED]
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
