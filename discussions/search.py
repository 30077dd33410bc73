"""Full-text search over posts, in the database's own words."""

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Left

from communities.models import Viewer
from discussions.models import Post, Thread

CONFIGURATION = "townhall"
MOST_HITS_RANKED = 500
MARK_START, MARK_END = "\x02", "\x03"  # control characters: no text of people needs them
LONGEST_INDEXED = 100_000  # characters; PostgreSQL refuses a vector over 1 MB


def update_search(posts: QuerySet[Post]) -> int:
    """Store the search words of posts anew: the text, and the title with the first post."""
    title = Thread.objects.filter(pk=OuterRef("thread")).values("title")[:1]
    first = Case(When(number=1, then=Subquery(title)), default=Value(""), output_field=TextField())
    return posts.update(
        search=SearchVector(first, weight="A", config=CONFIGURATION)
        + SearchVector(Left("body", LONGEST_INDEXED), weight="B", config=CONFIGURATION)
    )


def find_posts(viewer: Viewer, words: str) -> QuerySet[Post]:
    """Find posts that a reader may see, best match first.

    Takes what people type into a search box: words, "quoted phrases", -excluded words.
    """
    query = SearchQuery(words, config=CONFIGURATION, search_type="websearch")
    hits = Post.objects.visible_to(viewer).published().filter(search=query)
    newest = hits.order_by("-pk").values("pk")[:MOST_HITS_RANKED]
    return (
        Post.objects.filter(pk__in=newest)
        .annotate(rank=SearchRank(F("search"), query))
        .select_related("thread", "thread__community", "author", "capacity")
        .defer("html", "search")
        .order_by("-rank", "-pk")
    )


def highlight(posts: QuerySet[Post], words: str) -> QuerySet[Post]:
    """Annotate `headline`: the part of the text that matches, hits between MARK_START and MARK_END.

    Ask for few rows: the database reads each text again.
    """
    return posts.annotate(
        headline=SearchHeadline(
            Left("body", LONGEST_INDEXED),
            SearchQuery(words, config=CONFIGURATION, search_type="websearch"),
            config=CONFIGURATION,
            start_sel=MARK_START,
            stop_sel=MARK_END,
            max_words=35,
            min_words=20,
        )
    )
