"""Take the councillors of one body in from a table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Q

from communities.importers.files import Row, plain, read_table
from communities.importers.report import Problems, Refused, Report, save_row
from communities.models import Area
from councillors.importers.people import (
    comparable,
    end_seats,
    read_email,
    read_name,
    read_url,
)
from councillors.importers.slugs import Slugs
from councillors.models import Body, Councillor, Person

WARD_KINDS = [Area.Kind.WARD, Area.Kind.DIVISION, Area.Kind.PARISH_WARD]
NATIONS = {"W": Body.Nation.WALES, "S": Body.Nation.SCOTLAND, "N": Body.Nation.NORTHERN_IRELAND}
ROLE = "Councillor"


@dataclass
class Entry:
    """A row of the list: a person in a seat, or a vacant seat."""

    where: str
    name: str
    party: str | None
    area: Area | None
    email: str
    profile_url: str


def import_list(path: Path, body_code: str, on: date) -> Report:
    """Make the seats of a body what a list says they are on a day.

    Who is missing from the list has their seat ended the day before. A file with
    anything wrong in it raises Refused.
    """
    problems, report = Problems(path), Report(path)
    body = _find_or_make_body(path, body_code, report)
    entries = _read_entries(path, body, on, problems)
    report.note_empty_rows(problems)
    held = Councillor.objects.with_person().filter(body=body, role=ROLE)
    later = held.filter(start_on__gt=on).order_by("start_on").first()
    if later is not None:
        problems.add(f"{later}", f"begins on {later.start_on}, after the list of {on}")
    problems.refuse()
    start_on = on if held.exists() else None  # those of a first list sat before it
    seats = _Seats(report, body, held.held_on(on), entries)
    for entry in seats.match(entries):
        seats.add(entry, start_on)
    end_seats(report, seats.left, on)
    return report


def _find_or_make_body(path: Path, code: str, report: Report) -> Body:
    bodies = Body.objects.filter(Q(code=code) | Q(area__code=code)).select_related("area")
    body = bodies.filter(code=code).first() or bodies.filter(ended_on=None).first()
    if body is not None:
        return body
    area = Area.objects.for_page().filter(code=code).first()
    if area is None:
        raise Refused(f"{path}: refused, no body and no area has the code {code}")
    slugs = Slugs(Body.objects.values_list("slug", flat=True), most=80)
    body = Body.objects.create(
        name=area.name if area.name.endswith("Council") else f"{area.name} Council",
        slug=slugs.take(area.name, f"{area.name} {code}"),
        code=code,
        nation=NATIONS.get(code[:1], Body.Nation.ENGLAND),
        area=area,
    )
    report.count("bodies", "added")
    return body


def _read_entries(path: Path, body: Body, on: date, problems: Problems) -> list[Entry]:
    wards = _read_wards(body, on)
    entries = []
    seen: set[tuple[object, ...]] = set()
    for where, row in read_table(path, ["name", "ward"], problems):
        try:
            entry = _read_entry(where, row, body, wards)
            who = (comparable(entry.name), entry.area, entry.profile_url)
            if entry.name and who in seen:
                raise ValueError("the same councillor is in the list twice")
            seen.add(who)
        except ValueError as error:
            problems.add(f"{where} ({row['name'] or 'vacancy'})", error)
        else:
            entries.append(entry)
    problems.refuse()
    if not entries:
        raise Refused(f"{path}: there are no councillors in it")
    return entries


def _read_wards(body: Body, on: date) -> dict[str, list[Area]]:
    areas = Area.objects.for_page().open_on(on).filter(kind__in=WARD_KINDS)
    wards: dict[str, list[Area]] = {}
    for area in areas.filter(parent=body.area_id) if body.area_id else []:
        wards.setdefault(comparable(area.name), []).append(area)
    return wards


def _read_entry(where: str, row: Row, body: Body, wards: dict[str, list[Area]]) -> Entry:
    found = wards.get(comparable(row["ward"]), [])
    if row["ward"] and not found:
        raise ValueError(f"{body} has no open ward called {row['ward']!r}")
    if len(found) > 1:
        codes = ", ".join(area.code for area in found)
        raise ValueError(f"several open wards are called {row['ward']!r}: {codes}")
    party = plain(row["party"]) if "party" in row else None
    if party and len(party) > 120:
        raise ValueError("the party is longer than 120 characters")
    return Entry(
        where=where,
        name=read_name(row["name"]),
        party=party,
        area=found[0] if found else body.area,
        email=read_email(row.get("email")),
        profile_url=read_url(row.get("profile_url")),
    )


class _Seats:
    """The seats held at present, matched one by one with the rows of the list."""

    def __init__(
        self,
        report: Report,
        body: Body,
        held: Iterable[Councillor],
        entries: list[Entry],
    ) -> None:
        self.report, self.body, self.left = report, body, list(held)
        self.people = list(Person.objects.filter(seats__body=body).distinct())
        self.used: set[int | None] = set()
        self.slugs = Slugs(Person.objects.values_list("slug", flat=True), most=120)
        # A page that several rows name is a list, and tells nobody from another.
        urls = Counter(entry.profile_url for entry in entries)
        self.own_urls = {url for url, count in urls.items() if url and count == 1}

    def match(self, entries: list[Entry]) -> list[Entry]:
        """Save the seats that are there already and give the entries that have none."""
        missing = []
        for entry in entries:
            seat = self._take_seat(entry)
            if seat is None:
                missing.append(entry)
                continue
            if seat.person is not None:
                self._save_person(seat.person, entry)
            party = seat.party if entry.party is None else entry.party
            save_row(self.report, "seats", seat, party=party)
        return missing

    def add(self, entry: Entry, start_on: date | None) -> None:
        """Add a seat, for somebody known to this body or for a new person."""
        person = None
        if entry.name:
            person = self._find_person(entry) or Person(
                slug=self.slugs.take(entry.name, f"{entry.name} {self.body.slug}")
            )
            self._save_person(person, entry)
        seat = Councillor(person=person, body=self.body, area=entry.area, role=ROLE)
        save_row(self.report, "seats", seat, party=entry.party or "", start_on=start_on)

    def _take_seat(self, entry: Entry) -> Councillor | None:
        in_area = [seat for seat in self.left if seat.area_id == (entry.area and entry.area.pk)]
        if entry.name:
            same = [seat for seat in in_area if seat.person and self._has_url(seat.person, entry)]
            same += [seat for seat in in_area if seat.person and _has_name(seat.person, entry)]
        else:
            same = [seat for seat in in_area if seat.person is None]
        if not same:
            return None
        self.left.remove(same[0])
        return same[0]

    def _find_person(self, entry: Entry) -> Person | None:
        """Find somebody who sits or sat on this body, or has this page of their own."""
        elsewhere = Person.objects.filter(profile_url=entry.profile_url)
        known = [*self.people, *(elsewhere if entry.profile_url in self.own_urls else [])]
        free = [person for person in known if person.pk not in self.used]
        same = [person for person in free if self._has_url(person, entry)]
        same += [
            person
            for person in free
            if _has_name(person, entry) and not (person.profile_url and entry.profile_url)
        ]
        return same[0] if same else None

    def _has_url(self, person: Person, entry: Entry) -> bool:
        return person.profile_url == entry.profile_url and entry.profile_url in self.own_urls

    def _save_person(self, person: Person, entry: Entry) -> None:
        save_row(
            self.report,
            "people",
            person,
            name=entry.name,
            email=entry.email or person.email,
            profile_url=entry.profile_url or person.profile_url,
        )
        self.used.add(person.pk)


def _has_name(person: Person, entry: Entry) -> bool:
    return comparable(person.name) == comparable(entry.name)
