"""Keyset paging: the next page starts after the last row shown, however deep it lies."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the token of the page after them (empty at the end)."""

    rows: list[Any]
    next: str


def newest_first(rows: QuerySet[Any], moment: str, *, after: str, size: int) -> Page:
    """Page through rows by a moment and pk, newest first; a token nobody made starts at the top.

    `moment` names a date-time field of the model that is never null.
    """
    rows = before(rows, moment, **read_token(after))
    return page_of(list(rows.order_by(f"-{moment}", "-pk")[: size + 1]), moment, size)


def before(rows: Rows, moment: str, at: datetime | None = None, pk: int | None = None) -> Rows:
    """Pick what comes after a row in a list by a moment and pk, newest first."""
    if at is None:
        return rows
    earlier = Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk})
    return rows.filter(earlier, **{f"{moment}__lte": at})


def page_of(found: list[Any], moment: str, size: int) -> Page:
    """Make a page of the rows that were found, which are one more where there is a next page."""
    return Page(found[:size], _token(found[size - 1], moment) if len(found) > size else "")


def read_token(token: str) -> dict[str, Any]:
    """Return where a token starts, as `at` and `pk`; nothing where nobody made it."""
    written, _, number = token.partition("_")
    try:
        at, pk = datetime.fromisoformat(written.replace(" ", "+")), int(number)
        is_made = at.tzinfo is not None and 0 < pk < 2**63
        # Python knows hours off UTC that the database refuses.
        return {"at": at.astimezone(UTC), "pk": pk} if is_made else {}
    except (ValueError, OverflowError):
        return {}


def _token(row: Model, moment: str) -> str:
    return f"{getattr(row, moment).isoformat()}_{row.pk}"
