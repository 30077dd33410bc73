"""Make the bodies of the demonstration council, who sits on them, and who speaks for them."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.text import slugify

from councillors.models import Body, Councillor, Person
from councillors.services import Grant, grant_capacity, save_seat
from townhall.demo.content import Entry
from townhall.demo.town import Town

OFFICER_SINCE = timedelta(days=900)


def make_office(town: Town) -> None:
    """Insert bodies, people in office and seats, and grant those with an account their capacity."""
    for entry in town.content.bodies:
        town.bodies[entry["key"]] = _make_body(town, entry)
    for entry in town.content.councillors:
        town.seats[entry["key"]] = _make_seat(town, entry)
        if "account" in entry:
            grant = Grant(
                user=town.users[entry["account"]],
                title=entry["role"],
                seat=town.seats[entry["key"]],
            )
            _grant(town, entry["key"], grant)
    for entry in town.content.officers:
        grant = Grant(
            user=town.users[entry["person"]],
            title=entry["title"],
            body=town.bodies[entry["body"]],
            start_on=timezone.localdate(town.moments.now) - OFFICER_SINCE,
        )
        _grant(town, entry["person"], grant)


def _make_body(town: Town, entry: Entry) -> Body:
    return Body.objects.create(
        name=entry["name"],
        slug=entry["slug"],
        nation=Body.Nation[entry["nation"].upper()],
        area=town.areas[entry["area_code"]],
        referral_email=entry["referral_email"],
    )


def _make_seat(town: Town, entry: Entry) -> Councillor:
    """Insert a seat with its person; a seat without a name is vacant."""
    person = None
    if "name" in entry:
        person = Person.objects.create(
            name=entry["name"],
            slug=slugify(entry["name"]),
            biography=entry["bio"],
            email=entry["email"],
        )
    seat = Councillor(
        person=person,
        body=town.bodies[entry["body"]],
        area=town.areas[entry["area_code"]],
        role=entry["role"],
        party=entry["party"],
        start_on=date.fromisoformat(entry["start_on"]),
        end_on=date.fromisoformat(entry["end_on"]) if "end_on" in entry else None,
    )
    return save_seat(seat, by=town.users["admin"])


def _grant(town: Town, key: str, grant: Grant) -> None:
    town.capacities[key] = grant_capacity(
        grant, by=town.users["admin"], confirmed_by=town.users["moderator"]
    )
