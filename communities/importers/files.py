"""Read tables and JSON from files that may hold anything."""

import csv
import json
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from communities.importers.report import Problems, Refused
from communities.markup import storable

Row = dict[str, str]

HOW_TO_SAVE = (
    "open the file it came from again, and save it as UTF-8 "
    "(in Excel: Save As, “CSV UTF-8 (Comma delimited)”)"
)
# What files of other kinds begin with; the longer ones first
BEGINNINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16, which Excel calls “Unicode Text”",
    b"\xfe\xff": "UTF-16, which Excel calls “Unicode Text”",
    b"PK\x03\x04": "a workbook or an archive",
    b"\xd0\xcf\x11\xe0": "a workbook",
}
MARK_ENCODED_TWICE = "\u00ef\u00bb\u00bf"  # UTF-8's own mark, taken for letters and encoded again
LOST = "\ufffd"  # what stands for a letter that could not be read
LOOKED_AT = 4_096  # bytes
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "strokes"}


def read_table(path: Path, columns: Iterable[str], problems: Problems) -> Iterator[tuple[str, Row]]:
    """Give each row of a CSV file, named as a spreadsheet numbers it, as it is read.

    A row with more or fewer cells than the header is a problem and is not given; one without
    anything in its cells is counted and passed over.
    """
    try:
        with _opened(path) as file:
            rows = enumerate(csv.reader(file), start=1)
            header = next((cells for _number, cells in rows if any(map(_cleaned, cells))), [])
            _check_header(path, header, columns)
            for number, row in rows:
                cells = [_cleaned(cell) for cell in row]
                if not any(cells):
                    problems.empty_rows += bool(cells)
                elif len(cells) == len(header):
                    yield f"row {number}", dict(zip(header, cells, strict=True))
                else:
                    why = f"it has {len(cells)} cells, the header {len(header)}"
                    problems.add(f"row {number}", why)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read as a table: {_reason(error)}") from error


def read_header(path: Path) -> list[str]:
    """Give the names of a table's columns, to tell one sort of table from another."""
    try:
        with _opened(path) as file:
            return next((cells for cells in csv.reader(file) if any(map(_cleaned, cells))), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read as a table: {_reason(error)}") from error


def read_pairs(path: Path) -> dict[str, str]:
    """Read a CSV file of keys and values; rows of another length are passed over."""
    try:
        with _opened(path) as file:
            pairs = [row for row in csv.reader(file) if len(row) == 2]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{path}: cannot be read: {_reason(error)}") from error
    return {_cleaned(key): _cleaned(value) for key, value in pairs}


def read_json(path: Path) -> Any:
    """Read a JSON file, whatever mark it begins with."""
    try:
        with _opened(path) as file:
            return json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(f"{path}: cannot be read as JSON: {_reason(error)}") from error


def read_whole_text(value: object, what: str) -> str:
    """Return a name as one line; raise ValueError where another encoding has spoilt its letters."""
    text = plain(value)
    if LOST in text or _is_encoded_twice(text):
        raise ValueError(f"letters of {what} {text!r} are spoilt: {HOW_TO_SAVE}")
    return text


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


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Open a text that is in UTF-8; refuse another with how to save it."""
    with path.open("rb") as raw:
        head = raw.read(LOOKED_AT)
    kind = next((kind for start, kind in BEGINNINGS.items() if head.startswith(start)), "")
    # A NUL or two are a slip and go; every second byte is another encoding.
    if not kind and head.count(0) * 3 > len(head):
        kind = "UTF-16"
    if kind:
        raise Refused(f"{path}: it is not UTF-8 at byte 0, but {kind}: {HOW_TO_SAVE}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield file


def _cleaned(cell: str) -> str:
    return cell.replace("\0", "").strip()


def _is_encoded_twice(text: str) -> bool:
    """Say whether each letter beyond ASCII is a piece of one: of “é” that is “Ã©”."""
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode() != text
    except ValueError:
        return False


def _check_header(path: Path, header: list[str], columns: Iterable[str]) -> None:
    first = header[0] if header else ""
    if first.startswith(MARK_ENCODED_TWICE):
        raise Refused(f"{path}: was saved in another encoding twice: {HOW_TO_SAVE}")
    missing = [column for column in columns if column not in header]
    if missing:
        there = ", ".join(header) or "none"
        why = f"{path}: has no column {', '.join(missing)}; its columns are {there}"
        if len(header) == 1 and (sign := next((each for each in SEPARATORS if each in first), "")):
            why += f". Its cells are parted by {SEPARATORS[sign]}: save it with commas between them"
        raise Refused(why)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return (
            f"it is not UTF-8 at byte {error.start}, but maybe Windows-1252, which Excel calls"
            f" “CSV (Comma delimited)”: {HOW_TO_SAVE}"
        )
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return getattr(error, "strerror", None) or str(error)
