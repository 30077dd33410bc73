"""How far back search must look: posts are indexed with the stretches of pks that they lie in.

An index of words gives all matches at once and in no order. So search first looks how many there
are among the newest posts, and then takes as much of the past as should hold as many as it ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Func, IntegerField, OuterRef, QuerySet, Value

from communities.models import Viewer
from communities.prepared import prepared, row_of
from discussions.asking import Asked, asked_for
from discussions.models import Post

SIZES = (12, 14, 16, 18, 20, 22, 24)  # of a stretch: bits of a pk that its posts differ in
MOST_STRETCHES = 8
WITHIN_COMMUNITIES = 14  # bits: posts have a mark of their stretch of this size and community
FEW = 300  # matches, which may all be looked at
# Halves the pks that the post may have until one is left: a look into the index for each half.
LAST_BEFORE = """
WITH RECURSIVE halves (lowest, highest) AS (
    SELECT 0::bigint, (SELECT coalesce(max(id), 0) FROM discussions_post)
    UNION ALL
    SELECT CASE WHEN is_before THEN middle ELSE lowest END,
        CASE WHEN is_before THEN highest ELSE middle - 1 END
    FROM (
        SELECT lowest, highest, middle, coalesce((
            SELECT published_at < $1::timestamptz FROM discussions_post
            WHERE id <= middle AND published_at IS NOT NULL ORDER BY id DESC LIMIT 1
        ), true) AS is_before
        FROM (
            SELECT *, (lowest + highest + 1) / 2 AS middle FROM halves WHERE lowest < highest
        ) half
    ) looked_at
)
SELECT coalesce((
    SELECT id FROM discussions_post
    WHERE id <= (SELECT lowest FROM halves WHERE lowest = highest) ORDER BY id DESC LIMIT 1
), 0)
"""


@dataclass(frozen=True)
class Density:
    """How many matches there are among the newest posts, whoever may read them."""

    newest: int
    found: int
    words: int  # that say something, and what joins them

    @property
    def is_low(self) -> bool:
        """Say whether all matches there ever were are few, if there were always as many."""
        return self.total <= FEW

    @property
    def total(self) -> float:
        """Return how many matches there are, if there were always as many."""
        return self.found * self.newest / self.looked_at if self.found else 0

    @property
    def looked_at(self) -> int:
        return self.newest - (max((self.newest >> SIZES[0]) - 1, 0) << SIZES[0])

    def stretches_with(self, matches: int, communities: Sequence[int] = ()) -> str:
        """Write the newest stretches that should hold so many matches, as a query of full text.

        Of communities, where posts are marked so: the database then reads no others.
        """
        first = max(self.newest - self.looked_at * matches // self.found, 0)
        bits = next((b for b in SIZES if self.newest - first < MOST_STRETCHES << b), SIZES[-1])
        sizes = [str(bits)]
        if bits == WITHIN_COMMUNITIES and communities:
            sizes = [f"community {pk}" for pk in communities]
        stretches = range(first >> bits, (self.newest >> bits) + 1)
        return " | ".join(f"'{size} {stretch}'" for size in sizes for stretch in stretches)


def density_of(viewer: Viewer, words: str, **narrowing: Any) -> Density:
    """Look how many of the newest posts match; `narrowing` may have `marks` and `upto`."""
    for newest in _newest(viewer, words=words, **narrowing):
        return Density(newest.pk, newest.found, newest.words)  # type: ignore[attr-defined]
    return Density(0, 0, 0)


def last_before(moment: datetime) -> int:
    """Say which post came before a moment, where pks grow with time; 0 if none did.

    They do, but for what was imported. So this says where to look first, not what there is.
    """
    pk: int = row_of("post_before", LAST_BEFORE, [moment])[0]
    return pk


@prepared
def _newest(
    viewer: Viewer, *, words: str, marks: str | None = None, upto: int | None = None
) -> QuerySet[Post]:
    matches = Post.objects.filter(asked_for(words, marks), search=NewestStretches(OuterRef("pk")))
    words_asked = Func(Asked(words), function="numnode", output_field=IntegerField())
    newest = Post.objects.annotate(
        found=Counted(matches.values(one=Value(1))[:FEW]), words=words_asked
    )
    if upto is not None:
        newest = newest.filter(pk__lte=upto)
    return newest.only("pk").order_by("-pk")[:1]


class Counted(Func):
    """The number of rows that a query gives."""

    template = "(SELECT count(*) FROM %(expressions)s AS rows)"
    output_field = IntegerField()


class NewestStretches(SearchQuery):
    """The query for posts of the smallest stretch that a pk lies in, and of the one before."""

    template = f"""(
        '''{SIZES[0]} ' || (%(expressions)s >> {SIZES[0]}) || ''' | '
        || '''{SIZES[0]} ' || ((%(expressions)s >> {SIZES[0]}) - 1) || ''''
    )::tsquery"""
