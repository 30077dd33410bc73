"""Load rows of a model by COPY, every column that is not named with its default."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    table: str = "",
) -> None:
    """Copy rows into the table of a model, or into another one of the same columns."""
    others = {
        field.column: _default(field)
        for field in model._meta.concrete_fields
        if field.column not in columns and not (field.primary_key or field.generated)
    }
    names = ", ".join(f'"{name}"' for name in [*columns, *others])
    command = f'COPY "{table or model._meta.db_table}" ({names}) FROM STDIN'
    suffix = "".join(f"\t{as_text(value)}" for value in others.values())
    with connection.cursor() as cursor:
        cursor.copy_expert(command, Lines(rows, suffix))


def as_text(value: Any) -> str:
    """Write a value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


class Lines:
    """The rows as a file, made while they are read."""

    def __init__(self, rows: Iterable[Sequence[Any]], suffix: str) -> None:
        self.lines: Iterator[str] = ("\t".join(map(as_text, row)) + suffix + "\n" for row in rows)
        self.rest = ""

    def read(self, size: int) -> str:
        """Return about so many letters; psycopg2 asks until there are none."""
        parts, length = [self.rest], len(self.rest)
        for line in self.lines:
            parts.append(line)
            length += len(line)
            if length >= size:
                break
        text = "".join(parts)
        self.rest = text[size:]
        return text[:size]


def _default(field: Any) -> Any:
    value = field.get_default()
    return field.get_db_prep_save(value, connection) if isinstance(value, (dict, list)) else value
