"""Take bodies, people and seats in from Popolo JSON."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from communities.importers.files import plain, read_json, read_whole_text
from communities.importers.report import (
    PROBLEMS_SHOWN,
    Problems,
    Progress,
    Refused,
    Report,
    save_row,
)
from communities.models import Area
from councillors.importers.people import carry_dates, end_seats, read_email, read_name, read_url
from councillors.importers.periods import Periods
from councillors.importers.slugs import Slugs
from councillors.models import Body, Councillor, Person

Entry = dict[str, Any]

LONGEST_ID = {"persons": 200, "organizations": 80}
PARTIES = {"party", "political party", "faction"}


@dataclass
class Seat:
    """A membership as the file has it."""

    key: str
    person: str
    body: str
    role: str
    party: str
    area: Entry
    start_on: date | None
    end_on: date | None


class File:
    """The lists of a Popolo file, by id; whatever has the wrong shape is a problem."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self.raw, self.path, self.problems = read_json(path), path, problems
        if not isinstance(self.raw, dict) or not isinstance(self.raw.get("memberships"), list):
            raise Refused(f"{path}: is not Popolo JSON; it has no list of memberships")
        self.persons = self._by_id("persons")
        self.organizations = self._by_id("organizations")
        self.areas = self._by_id("areas")
        self.posts = self._by_id("posts")
        self.periods = Periods(self.raw, self.organizations, problems)
        self.parties = {
            key: "" if name.casefold() == "unknown" else name
            for key, entry in self.organizations.items()
            if plain(entry.get("classification")).casefold() in PARTIES
            for name in [plain(entry.get("name"))]
        }

    def memberships(self) -> Iterator[tuple[str, Entry]]:
        for number, entry in enumerate(self.raw["memberships"], start=1):
            if isinstance(entry, dict):
                yield f"membership {number}", entry
            else:
                self.problems.add(f"membership {number}", "it is not an object")

    def area_of(self, membership: Entry) -> Entry:
        """Find the area of a membership, or of the post that it fills."""
        post = self.posts.get(plain(membership.get("post_id")), {})
        for holder in (membership, post):
            if isinstance(holder.get("area"), dict):
                return dict(holder["area"])
            if key := plain(holder.get("area_id")):
                return self.areas.get(key, {"id": key, "name": key})
        return {}

    def _by_id(self, what: str) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        listed = self.raw.get(what) or []
        if not isinstance(listed, list):
            raise Refused(f"{self.path}: is not Popolo JSON; its {what} are not a list")
        for number, entry in enumerate(listed, start=1):
            key = plain(entry.get("id")) if isinstance(entry, dict) else ""
            if not key or key in entries:
                self.problems.add(f"{what} {number}", f"its id {key!r} is not its own")
            elif len(key) > LONGEST_ID.get(what, 200):
                self.problems.add(f"{what} {number}", f"its id {key!r} is too long")
            else:
                entries[key] = entry
        return entries


def import_popolo(path: Path, on: date, progress: Progress) -> Report:
    """Add or change the bodies, people and seats of a Popolo file.

    A seat that an earlier file had and this one lacks is ended the day before. A file
    with anything wrong in it raises Refused.
    """
    problems, report = Problems(path), Report(path)
    file = File(path, problems)
    problems.refuse()
    seats = _read_seats(file, problems, report)
    names = _read_bodies(file, seats, problems)
    values = _read_people(file, problems)
    problems.refuse()
    bodies = _save_bodies(names, report)
    people = _save_people(values, seats, bodies, report, progress)
    _save_seats(seats, people, bodies, report, progress)
    absent = Councillor.objects.with_person().filter(body__in=bodies.values()).held_on(on)
    absent = absent.exclude(popolo_id="").exclude(popolo_id__in=[seat.key for seat in seats])
    end_seats(report, absent, on)
    return report


def _read_seats(file: File, problems: Problems, report: Report) -> list[Seat]:
    seats = []
    for where, entry in file.memberships():
        if holder := _organization_holding(file, entry):
            _refuse_holder(report, where, holder)
            continue
        try:
            seat = _read_seat(file, entry)
        except ValueError as error:
            problems.add(f"{where} ({plain(entry.get('person_id'))})", error)
        else:
            if seat.body not in file.parties:
                seats.append(seat)
    # A second term in the same role has no id of its own; its place in time stands for it.
    terms: Counter[str] = Counter()
    for seat in sorted(seats, key=lambda seat: seat.start_on or date.min):
        terms[seat.key] += 1
        if terms[seat.key] > 1:
            seat.key = f"{seat.key} {terms[seat.key]}"
    return seats


def _organization_holding(file: File, entry: Entry) -> str:
    """Return the id of an organisation that is a member; only people have seats here."""
    member = entry.get("member")
    if isinstance(member, dict):
        kind, key = plain(member.get("@type")).casefold(), plain(member.get("id"))
        return key if kind == "organization" or key in file.organizations else ""
    named = plain(entry.get("person_id") or entry.get("member_id") or member)
    return named if named in file.organizations and named not in file.persons else ""


def _refuse_holder(report: Report, where: str, holder: str) -> None:
    report.count("seats", "refused")
    if report.counts["seats"]["refused"] <= PROBLEMS_SHOWN:
        report.note(f"{where} refused: {holder} is an organisation, and only people have seats")


def _read_seat(file: File, entry: Entry) -> Seat:
    person, body = plain(entry.get("person_id")), plain(entry.get("organization_id"))
    if person not in file.persons:
        raise ValueError(f"the file has no person {person!r}")
    if body not in file.organizations:
        raise ValueError(f"the file has no organization {body!r}")
    post = file.posts.get(plain(entry.get("post_id")), {})
    role = plain(entry.get("role") or post.get("role") or "councillor")
    key = plain(entry.get("id")) or f"{person} {body} {role.casefold()}"
    if len(key) > 190:  # the field takes 200
        key = sha256(key.encode()).hexdigest()
    start_on, end_on = file.periods.dates_of(entry)
    if start_on and end_on and end_on < start_on:
        raise ValueError(f"it ends on {end_on}, before it starts on {start_on}")
    party = file.parties.get(plain(entry.get("on_behalf_of_id")), "")
    area = file.area_of(entry)
    if len(role) > 80 or len(party) > 120 or len(plain(area.get("name"))) > 160:
        raise ValueError("its role, party or area has too long a name")
    return Seat(key, person, body, role.capitalize(), party, area, start_on, end_on)


def _read_people(file: File, problems: Problems) -> dict[str, dict[str, str]]:
    people = {}
    for key, entry in file.persons.items():
        try:
            people[key] = {
                "name": read_name(entry.get("name")),
                "email": read_email(entry.get("email")),
                "profile_url": read_url(_first_page(entry)),
                "photo_url": read_url(entry.get("image")),
            }
            if not people[key]["name"]:
                if not plain(entry.get("name")):
                    raise ValueError("it has no name")
                del people[key]  # somebody called “Vacant” is nobody
        except ValueError as error:
            problems.add(f"person {key}", error)
    return people


def _first_page(person: Entry) -> object:
    for what in ("links", "sources"):
        pages = person.get(what)
        if isinstance(pages, list) and pages and isinstance(pages[0], dict):
            return pages[0].get("url")
    return None


def _read_bodies(file: File, seats: list[Seat], problems: Problems) -> dict[str, str]:
    """Name the legislatures, and whatever else somebody has a seat on."""
    keys = [
        key
        for key, entry in file.organizations.items()
        if plain(entry.get("classification")).casefold() == "legislature"
    ]
    names = {}
    for key in dict.fromkeys([*keys, *(seat.body for seat in seats)]):
        try:
            names[key] = read_whole_text(file.organizations[key].get("name"), "the name")
        except ValueError as error:
            problems.add(f"organization {key}", error)
            continue
        if not 0 < len(names[key]) <= 160:
            problems.add(f"organization {key}", "its name is missing or too long")
    return names


def _save_bodies(names: dict[str, str], report: Report) -> dict[str, Body]:
    bodies = Body.objects.in_bulk(list(names), field_name="code")
    slugs = Slugs(Body.objects.values_list("slug", flat=True), most=80)
    for key, name in names.items():
        if key not in bodies:
            slug = slugs.take(name, f"{name} {key}")
            bodies[key] = Body(code=key, slug=slug, nation=Body.Nation.ELSEWHERE)
        save_row(report, "bodies", bodies[key], name=name)
    return bodies


def _save_people(
    values: dict[str, dict[str, str]],
    seats: list[Seat],
    bodies: dict[str, Body],
    report: Report,
    progress: Progress,
) -> dict[str, Person]:
    people = Person.objects.in_bulk(list(values), field_name="popolo_id")
    slugs = Slugs(Person.objects.values_list("slug", flat=True), most=120)
    where = {seat.person: bodies[seat.body].slug for seat in seats}
    for done, (key, fields) in enumerate(values.items(), start=1):
        if key not in people:
            slug = slugs.take(fields["name"], f"{fields['name']} {where.get(key, '')}")
            people[key] = Person(popolo_id=key, slug=slug)
        given = {name: value for name, value in fields.items() if value}
        save_row(report, "people", people[key], **given)
        progress(f"{done} of {len(values)} people")
    return people


def _save_seats(
    seats: list[Seat],
    people: dict[str, Person],
    bodies: dict[str, Body],
    report: Report,
    progress: Progress,
) -> None:
    keys = [seat.key for seat in seats]
    held = Councillor.objects.filter(popolo_id__in=keys, body__in=bodies.values())
    known = {row.popolo_id: row for row in held}
    codes = {plain(seat.area.get("id")) for seat in seats}
    areas = Area.objects.for_page().in_bulk(list(codes), field_name="code")
    for done, seat in enumerate(seats, start=1):
        area = areas.get(plain(seat.area.get("id")))
        row = known.get(seat.key) or Councillor(popolo_id=seat.key)
        dates = (row.start_on, row.end_on)
        save_row(
            report,
            "seats",
            row,
            person_id=people[seat.person].pk if seat.person in people else None,
            body_id=bodies[seat.body].pk,
            role=seat.role,
            party=seat.party,
            area_id=area.pk if area else None,
            area_name="" if area else plain(seat.area.get("name")),
            start_on=seat.start_on,
            end_on=seat.end_on,
        )
        if dates != (seat.start_on, seat.end_on):
            carry_dates(row)
        progress(f"{done} of {len(seats)} seats")
