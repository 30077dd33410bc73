"""What somebody asks search for, as the database takes it: words, and marks that nobody types."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

CONFIGURATION = "townhall"
AS_WRITTEN = "townhall_written"  # names have no endings to lose


class Asked(SearchQuery):
    """Words; where all of them say nothing, such as a name, as they are written."""

    plain = f"websearch_to_tsquery('{CONFIGURATION}', %(expressions)s)"
    written = f"websearch_to_tsquery('{AS_WRITTEN}', %(expressions)s)"
    # By a query of its own: asked once, not for each of the posts that are ranked.
    template = f"(SELECT CASE WHEN numnode({plain}) = 0 THEN {written} ELSE {plain} END)"

    def __init__(self, words: str) -> None:
        super().__init__(words)

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        """Give the words as often as the template names them."""
        sql, params = super().as_sql(*args, **kwargs)
        return sql, list(params) * sql.count("websearch_to_tsquery")


class AskedByMeaning(Asked):
    """Words without their endings; none where all of them say nothing."""

    template = f"(SELECT {Asked.plain})"


class AskedBothWays(Asked):
    """Words without their endings and as they are written: for ranks, which count either."""

    template = f"(SELECT {Asked.plain} || {Asked.written})"


class AskedOfTitles(Asked):
    """Words as marks of the titles and tags that have them all, of a phrase in any order."""

    word, after = r"'((?:[^']|'')+)'", r"<(-|\d+)>"
    # Without what is left out; of nothing but that, querytree gives T, a word that no post has.
    wanted = f"regexp_replace(querytree({Asked.template}), $${after}$$, '&', 'g')"
    template = f"(SELECT regexp_replace({wanted}, $${word}$$, $$'title \\1'$$, 'g')::tsquery)"


class Marks(SearchQuery):
    """A query that is written already: of marks, not of words."""

    template = "(%(expressions)s)::tsquery"

    def __init__(self, marks: str) -> None:
        super().__init__(marks)


class NotMarks(Marks):
    """The query for posts without marks."""

    template = "!!(%(expressions)s)::tsquery"


def asked_for(words: str, marks: str | None) -> Q:
    """Ask for words and marks: two conditions, so that the index leaps over what one has not."""
    asked = Q(search=Asked(words))
    return asked if marks is None else asked & Q(search=Marks(marks))
