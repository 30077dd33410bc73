"""Keyset paging: the next page starts after the last row shown, however deep it lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the token of the page after them (empty at the end)."""

    rows: list[Any]
    next: str


def newest_first(rows: QuerySet[Any], moment: str, *, after: str, size: int) -> Page:
    """Page through rows by a moment and pk, newest first; a token nobody made starts at the top.

    `moment` names a date-time field of the model that is never null.
    """
    if start := _read_token(after):
        at, pk = start
        rows = rows.filter(
            Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk}), **{f"{moment}__lte": at}
        )
    found = list(rows.order_by(f"-{moment}", "-pk")[: size + 1])
    return Page(found[:size], _token(found[size - 1], moment) if len(found) > size else "")


def _token(row: Model, moment: str) -> str:
    return f"{getattr(row, moment).isoformat()}_{row.pk}"


def _read_token(token: str) -> tuple[datetime, int] | None:
    at, _, pk = token.partition("_")
    try:
        moment, number = datetime.fromisoformat(at.replace(" ", "+")), int(pk)
    except ValueError:
        return None
    if moment.tzinfo is None or not 0 < number < 2**63:
        return None
    return moment, number
