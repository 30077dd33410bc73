"""Read tables and JSON from files that may hold anything."""

import csv
import json
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from communities.importers.report import Problems, Refused
from communities.markup import storable

Row = dict[str, str]


def read_table(path: Path, columns: Iterable[str], problems: Problems) -> Iterator[tuple[str, Row]]:
    """Give each row of a CSV file, named as a spreadsheet numbers it, as it is read.

    A row with more or fewer cells than the header is a problem and is not given.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            _check_header(path, header, columns)
            for number, cells in enumerate(rows, start=2):
                if len(cells) == len(header):
                    cleaned = (cell.replace("\0", "").strip() for cell in cells)
                    yield f"row {number}", dict(zip(header, cleaned, strict=True))
                elif cells:
                    why = f"it has {len(cells)} cells, the header {len(header)}"
                    problems.add(f"row {number}", why)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read as a table: {_reason(error)}") from error


def read_header(path: Path) -> list[str]:
    """Give the names of a table's columns, to tell one sort of table from another."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read as a table: {_reason(error)}") from error


def read_json(path: Path) -> Any:
    """Read a JSON file, whatever mark it begins with."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(f"{path}: cannot be read as JSON: {_reason(error)}") from error


def plain(value: object) -> str:
    """Make one line of text, fit to be stored, of a JSON value; nothing becomes empty."""
    return "" if value is None else " ".join(storable(str(value)).split())


def read_day(text: str, *, is_end: bool = False) -> date | None:
    """Read a date; a year or month alone means its first day, or its last for an end."""
    if not text:
        return None
    try:
        if len(text) == 4:
            return date(int(text), 12, 31) if is_end else date(int(text), 1, 1)
        if len(text) == 7:
            first = date.fromisoformat(f"{text}-01")
            last = monthrange(first.year, first.month)[1]
            return first.replace(day=last) if is_end else first
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date like 2024-05-02") from None


def _check_header(path: Path, header: list[str], columns: Iterable[str]) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        there = ", ".join(header) or "none"
        raise Refused(f"{path}: has no column {', '.join(missing)}; its columns are {there}")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {error.start}"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return getattr(error, "strerror", None) or str(error)
