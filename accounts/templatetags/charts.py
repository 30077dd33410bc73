"""Numbers over time: bars for the eye, and a table of the same numbers for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

# Of the height of a chart, in hundredths: above stand the numbers, below the names of periods.
TOP, FLOOR, NAMES = 12.0, 85.0, 97.0
BAR = 0.66  # of the width that each period has
MOST_NAMES = 4  # more do not fit side by side on a phone
WIDEST_NUMBER = 999  # of those that stand on every bar


@dataclass(frozen=True)
class Period:
    """A stretch of time, as it stands under its bar and as it stands in the table."""

    short: str
    name: str


@dataclass(frozen=True)
class Series:
    """One number for each period. `kind` colours it: accent, done, wait or bad."""

    name: str
    values: list[int]
    kind: str = "accent"


@dataclass(frozen=True)
class Chart:
    """What a chart shows: one series, or two of which the second stands on the first.

    `key` is the chart's own among those of a page.
    """

    key: str
    title: str
    periods: list[Period]
    series: list[Series]

    @property
    def totals(self) -> list[int]:
        return [sum(values) for values in zip(*(each.values for each in self.series), strict=True)]

    @property
    def rows(self) -> list[tuple[str, tuple[int, ...]]]:
        values = zip(*(each.values for each in self.series), strict=True)
        return list(zip((period.name for period in self.periods), values, strict=True))


@dataclass(frozen=True)
class Part:
    """A piece of a bar; lengths as text, so that no locale writes a comma into them."""

    kind: str
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """One period as it is drawn."""

    x: str
    middle: str
    parts: list[Part] = field(default_factory=list)
    number: int | None = None
    number_y: str = ""
    name: str = ""


def months(first_days: Iterable[date]) -> list[Period]:
    """Name months by their first days."""
    return [Period(date_format(day, "M"), date_format(day, "F Y")) for day in first_days]


@register.inclusion_tag("accounts/_chart.html")
def chart(shown: Chart) -> dict[str, Any]:
    """Draw a chart with its table; says so in words where there is nothing to draw."""
    highest = max(shown.totals, default=0)
    return {
        "chart": shown,
        "summary": _summary(shown, highest) if highest else "",
        "bars": _bars(shown, highest) if highest else [],
        "width": _percent(BAR * 100 / max(len(shown.periods), 1)),
        "floor": _percent(FLOOR),
        "names": _percent(NAMES),
    }


def _bars(shown: Chart, highest: int) -> list[Bar]:
    column, count = 100 / len(shown.periods), len(shown.periods)
    step = -(-count // MOST_NAMES)
    bars = []
    for place, (period, total) in enumerate(zip(shown.periods, shown.totals, strict=True)):
        parts, top = _parts(shown, place, highest)
        is_numbered = total and (highest <= WIDEST_NUMBER or total == highest)
        bars.append(
            Bar(
                x=_percent((place + (1 - BAR) / 2) * column),
                middle=_percent((place + 0.5) * column),
                parts=parts,
                number=total if is_numbered else None,
                number_y=_percent(top - 2),
                # Counted from the latest, which always has its name.
                name="" if (count - 1 - place) % step else period.short,
            )
        )
    return bars


def _parts(shown: Chart, place: int, highest: int) -> tuple[list[Part], float]:
    """Stack the pieces of one bar; return them with the height that they reach."""
    parts, top = [], FLOOR
    for order, series in zip(("first", "second"), shown.series, strict=False):
        height = series.values[place] / highest * (FLOOR - TOP)
        if height:
            top -= height
            parts.append(Part(f"{order} {series.kind}", _percent(top), _percent(height)))
    return parts, top


def _summary(shown: Chart, highest: int) -> str:
    """Say what a glance at the bars would tell."""
    top = shown.periods[shown.totals.index(highest)].name
    words = ngettext(
        "%(count)d bar, from %(first)s to %(last)s. The highest is %(highest)d, in %(top)s.",
        "%(count)d bars, from %(first)s to %(last)s. The highest is %(highest)d, in %(top)s.",
        len(shown.periods),
    ) % {
        "count": len(shown.periods),
        "first": shown.periods[0].name,
        "last": shown.periods[-1].name,
        "highest": highest,
        "top": top,
    }
    below = _("The table below has every number.")
    return f"{words} {below}"


def _percent(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") + "%"
