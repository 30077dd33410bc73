"""The legislative periods and other events of a Popolo file, by which memberships are dated."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from communities.importers.files import plain, read_day
from communities.importers.report import Problems

Entry = dict[str, Any]
PERIODS = {"legislative period", "term", "parliamentary term", "council term"}


@dataclass(frozen=True)
class Period:
    """Something with a beginning and an end, of one body or of the only one there is."""

    body: str
    start_on: date | None
    end_on: date | None
    is_term: bool


class Periods:
    """What has happened when, by id."""

    def __init__(self, raw: Entry, organizations: dict[str, Entry], problems: Problems) -> None:
        self.known: dict[str, Period] = {}
        for number, entry in enumerate(_listed(raw, "events"), start=1):
            self._add(f"event {number}", entry, "", problems)
        for key, organization in organizations.items():
            for entry in _listed(organization, "legislative_periods"):
                self._add(f"legislative period of {key}", {**entry, **_TERM}, key, problems)
        self._end_before_the_next()

    def dates_of(self, membership: Entry) -> tuple[date | None, date | None]:
        """Return the first and last day of a membership: its own, else those of its period.

        Raise ValueError where it names a period or an event that the file has not.
        """
        period = self._named(membership, "legislative_period_id", "legislative_period", "term_id")
        begins = self._named(membership, "start_event_id", "start_event")
        ends = self._named(membership, "end_event_id", "end_event")
        start_on = read_day(plain(membership.get("start_date")))
        end_on = read_day(plain(membership.get("end_date")), is_end=True)
        return (
            start_on or (begins and begins.start_on) or (period and period.start_on) or None,
            end_on or _end_of(ends) or (period and period.end_on) or None,
        )

    def _named(self, membership: Entry, *fields: str) -> Period | None:
        for field in fields:
            value = membership.get(field)
            key = plain(value.get("id") if isinstance(value, dict) else value)
            if key and key not in self.known:
                raise ValueError(f"the file has no {field.removesuffix('_id')} {key!r}")
            if key:
                return self.known[key]
        return None

    def _add(self, where: str, entry: Entry, body: str, problems: Problems) -> None:
        try:
            self.known[plain(entry.get("id"))] = Period(
                body=plain(entry.get("organization_id")) or body,
                start_on=read_day(plain(entry.get("start_date"))),
                end_on=read_day(plain(entry.get("end_date")), is_end=True),
                is_term=plain(entry.get("classification")).casefold() in PERIODS,
            )
        except ValueError as error:
            problems.add(f"{where} ({plain(entry.get('id'))})", error)

    def _end_before_the_next(self) -> None:
        """End a term that says not when on the day before the next one of its body."""
        terms = [(key, term) for key, term in self.known.items() if term.is_term and term.start_on]
        for key, term in terms:
            starts = [other.start_on for _key, other in terms if other.body == term.body]
            later = [day for day in starts if day and term.start_on and day > term.start_on]
            if term.end_on is None and later:
                self.known[key] = replace(term, end_on=min(later) - timedelta(days=1))


_TERM = {"classification": "legislative period"}


def _end_of(event: Period | None) -> date | None:
    """Return the last day of an event that ends something: of an election, the day itself."""
    return (event.end_on or event.start_on) if event else None


def _listed(holder: Entry, what: str) -> Iterable[Entry]:
    listed = holder.get(what)
    return (
        [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    )
