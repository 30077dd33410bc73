"""Full-text search over posts, in the database's own words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, Func, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Left
from django.utils import timezone

from communities.markup import words_of
from communities.models import Viewer
from communities.prepared import prepared
from discussions.asking import (
    CONFIGURATION,
    Asked,
    AskedBothWays,
    AskedOfTitles,
    Marks,
    NotMarks,
    asked_for,
)
from discussions.models import Post
from discussions.narrowing import EVERYTHING, Narrowing, narrowed
from discussions.stretches import FEW, Density, density_of, last_before
from discussions.terms import websearch_of

HITS_PER_PAGE = 20
MOST_RANKED = 80  # of many matches: the newest, and the newest by title
LAST_PAGE_OF_HITS = FEW // HITS_PER_PAGE
# Of many, as much of the past is looked through as should hold so many matches, then more of it.
MATCHES_SOUGHT = {"near": 120, "far": 800}
# Of more than can be read where filters leave hardly any over, the rest of the past is left out.
MAX_MATCHES = 15_000
FURTHEST = 4_000
LONG = 11  # six words and what joins them: titles that have them all are not sought for ever
# Control characters: no text of people has them.
MARK_START, MARK_END, GAP = "\x02", "\x03", "\x01"
LONGEST_INDEXED = 100_000  # characters; PostgreSQL refuses a vector over 1 MB
LARGEST_PK = 2**63 - 1
ENDS_OF_SENTENCES = (".", "!", "?", "…")
WEIGHTS = [0.0, 0.7, 0.4, 1.0]  # of D, C (tags), B (text) and A (title)
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

    Takes what people type into a search box: words, "quoted phrases", -excluded words. Of what many
    posts say, only the newest are ranked, and the newest of those whose title or tags say it. Each
    post has its `headline`: the part of the text that matches, hits between MARK_START and
    MARK_END. Pages keep their hits while people write on where `upto` is the `newest` that a post
    of the first page has.
    """
    words = websearch_of(words)
    if not words or narrowing.finds_nothing:
        return []
    last = _last_before(narrowing, upto)
    if last == 0:
        narrowing = replace(narrowing, only_imports=True)
    asked, start = narrowing.values(), (page - 1) * HITS_PER_PAGE
    bounds: dict[str, Any] = {} if upto is None else {"upto": min(upto, LARGEST_PK)}
    marks = {name: value for name, value in asked.items() if name == "marks"}
    back_from = {"upto": last} if last else {}
    density = density_of(viewer, words, **{**bounds, **back_from}, **marks)
    if not density.words:
        return []  # nothing but words that say nothing, which a mark beside them must not stand for
    reach = _reach(density, narrowing)
    # Each set of filters and each page is a statement of its own: of both, too many to keep ready.
    if not asked or page == 1:
        found = _page_of_hits(start)(viewer, words=words, **bounds, **reach, **asked)
    else:
        found = list(_hits(viewer, start, words=words, **bounds, **reach, **asked))
    for post in found:
        post.headline = _with_ends(post)  # type: ignore[attr-defined]
    return found


def _last_before(narrowing: Narrowing, upto: int | None) -> int | None:
    """Name the post to look back from, where the search is about a time that is over."""
    if narrowing.before is None or narrowing.before > timezone.now():
        return None
    return min(last_before(narrowing.before), LARGEST_PK if upto is None else upto)


def _reach(density: Density, narrowing: Narrowing) -> dict[str, Any]:
    """Name the stretches to look through, one after the other; none where all will do."""
    if density.is_low:
        return {}
    sought = dict(MATCHES_SOUGHT)
    if density.total > MAX_MATCHES:
        sought["furthest"] = FURTHEST
        if density.words > LONG:
            sought["titles"] = FURTHEST
    return {
        name: density.stretches_with(matches, narrowing.communities)
        for name, matches in sought.items()
    }


def _with_ends(hit: Any) -> str:
    """Return the headline of a hit; where it begins or ends within a sentence, "…" says so."""
    headline = words_of(hit.headline.replace(GAP, ""))
    words, text = headline.replace(MARK_START, "").replace(MARK_END, ""), words_of(hit.text)
    if not words:
        return ""
    before, found, after = text.partition(words)
    if not found:
        return headline
    if before and not before.rstrip().endswith(ENDS_OF_SENTENCES):
        headline = f"…{headline}"
    if after.startswith(ENDS_OF_SENTENCES):
        return f"{headline}{after[0]}"
    is_cut = any(sign.isalnum() for sign in after) and not words.endswith(ENDS_OF_SENTENCES)
    return f"{headline}…" if is_cut else headline


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
    near: str | None = None,
    far: str = "",
    furthest: str | None = None,
    titles: str | None = None,
    **narrowing: Any,
) -> QuerySet[Post]:
    query = Asked(words)
    readable = narrowed(Post.objects.each_visible_to(viewer).published(), **narrowing)
    if upto is not None:
        # By an expression: the index of pks has nearly all posts up to it, the words have few.
        readable = readable.alias(key=F("pk") + Value(0)).filter(key__lte=upto)
    if near is None:
        matches = _newest_of(readable, asked_for(words, marks), FEW)
    else:
        asked = asked_for(words, marks)
        in_title = asked & Q(search=AskedOfTitles(words))
        beyond = NotMarks(far) if furthest is None else Marks(furthest) & NotMarks(far)
        parts = [Marks(near), Marks(far) & NotMarks(near), beyond]
        # However many say it, what has it in its title is found.
        newest = furthest or far
        titled = [Marks(newest), NotMarks(newest)] if titles is None else [Marks(titles)]
        matches = _newest(readable, asked, parts).union(
            _newest(readable, in_title, titled), all=True
        )
    ranked = Post.objects.annotate(rank=_rank(words))
    best = ranked.filter(pk__in=matches).order_by("-rank", "-pk")
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
    return SearchRank(F("search"), AskedBothWays(words), weights=WEIGHTS)


def _newest(readable: QuerySet[Post], asked: Q, parts: Sequence[SearchQuery]) -> QuerySet[Any, Any]:
    """Pick the newest matches, part by part: the database stops where there are enough."""
    first, *others = (_newest_of(readable, asked & Q(search=part), MOST_RANKED) for part in parts)
    return first.union(*others, all=True)[:MOST_RANKED]


def _newest_of(readable: QuerySet[Post], asked: Q, most: int) -> QuerySet[Any, Any]:
    # By an expression: an index of pks would be read backwards until enough matches turn up.
    matches = readable.filter(asked).order_by((F("pk") * Value(-1)).asc())
    return matches.values("pk")[:most]


def _headline(query: Asked) -> SearchHeadline:
    """Cut out what matches."""
    return SearchHeadline(
        WordsApart(Left("html", LONGEST_INDEXED)),
        query,
        config=CONFIGURATION,
        start_sel=MARK_START,
        stop_sel=MARK_END,
        max_words=35,
        min_words=20,
    )


class WordsApart(Func):
    """A text without its tags and with a gap around the signs that may join two words.

    PostgreSQL would take "road/pavement" for a path, and mark neither word in it.
    """

    template = (
        r"regexp_replace(regexp_replace(%(expressions)s, '<[^>]*>', ' ', 'g'),"
        rf" '([^[:alnum:][:space:]&#;]+)', '{GAP}\1{GAP}', 'g')"
    )
    output_field = TextField()
