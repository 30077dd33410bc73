"""The table that people read and the rows that programs read."""

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Reading, Weight, percentile
from bench.pages import Page

HEAD = (
    f"{'page':<20}{'viewer':<10}{'size':<6}{'req/s':>6}{'web ms':>8}{'db ms':>7}{'SQL':>5}"
    f"{'kB':>6}{'gz kB':>6}{'p50':>7}{'p95':>7}{'x floor':>8}{'spread':>8}{'x small':>8}"
)


@dataclass(frozen=True)
class Row:
    """A page at a size: all its readings, each with the floor of the same minute beside it."""

    page: Page
    size: str
    readings: list[Reading]
    floors: list[float]
    weight: Weight

    @property
    def ratio(self) -> float:
        return median(r.cpu_ms / floor for r, floor in zip(self.readings, self.floors, strict=True))

    @property
    def spread(self) -> float:
        """Return how far the rounds lie apart, as a share of the middle one."""
        costs = [reading.cpu_ms for reading in self.readings]
        return (max(costs) - min(costs)) / median(costs)

    def middle(self, name: str) -> float:
        return median(getattr(reading, name) for reading in self.readings)

    @property
    def waits(self) -> list[float]:
        return [wait for reading in self.readings for wait in reading.waits_ms]


def as_json(row: Row) -> dict[str, Any]:
    """Return a row as others read it; the names stay."""
    return {
        "page": row.page.name,
        "viewer": row.page.viewer,
        "size": row.size,
        "web_cpu_ms": round(row.middle("web_cpu_ms"), 3),
        "db_cpu_ms": round(row.middle("db_cpu_ms"), 3),
        "statements": row.weight.statements,
        "bytes": row.weight.bytes,
        "ratio_to_floor": round(row.ratio, 2),
    }


def as_line(row: Row, small: Row | None) -> str:
    """Return a row as people read it; `small` is the same page at the small size."""
    growth = f"{row.middle('cpu_ms') / small.middle('cpu_ms'):8.2f}" if small else ""
    statements = "" if row.weight.statements is None else str(row.weight.statements)
    return (
        f"{row.page.name:<20}{row.page.viewer:<10}{row.size:<6}"
        f"{row.middle('requests_per_second'):>6.0f}"
        f"{row.middle('web_cpu_ms'):>8.2f}{row.middle('db_cpu_ms'):>7.2f}{statements:>5}"
        f"{row.weight.bytes / 1000:>6.1f}{row.weight.gzip_bytes / 1000:>6.1f}"
        f"{percentile(row.waits, 50):>7.1f}{percentile(row.waits, 95):>7.1f}"
        f"{row.ratio:>8.2f}{row.spread:>7.0%} {growth}"
    )


def print_table(rows: list[Row]) -> None:
    """Print the sizes of each page below each other."""
    print(HEAD)
    names = dict.fromkeys(row.page.name for row in rows)
    for name in names:
        sizes = [row for row in rows if row.page.name == name]
        small = next((row for row in sizes if row.size == "small"), None)
        for row in sizes:
            print(as_line(row, small if row is not small else None))


def write_json(rows: list[dict[str, Any]], path: Path) -> None:
    """Write the rows as a list of objects."""
    path.write_text(json.dumps(rows, indent=1) + "\n")
