"""Wards with outlines and postcodes, a parish under each, seats, and a community for each ward."""

import random
from datetime import date
from math import cos, pi, sin

from bench.data.copying import copy_rows
from bench.sizes import Size
from communities.models import Area, Community, LocalLink, Postcode, PostcodeArea
from councillors.models import Body, Councillor, Person

AUTHORITY = 1
FIRST_WARD = 10
FIRST_PARISH = 10_000
SEATS_A_WARD = 3
POSTCODES_A_WARD = 50
SIDE = 1_000  # units of the drawing
CORNERS = 90
RULES_HTML = "<ul><li>Be kind.</li><li>Stay local.</li><li>Keep private details private.</li></ul>"


def ward_of(community: int) -> int:
    """Return the pk of the ward that a community (counted from 0) belongs to."""
    return FIRST_WARD + community


def make_places(size: Size) -> None:
    """Fill areas, postcodes, seats and communities."""
    wards = range(size.communities)
    area_columns = ["id", "code", "name", "kind", "parent_id", "outline"]
    area_columns += ["box_left", "box_top", "box_right", "box_bottom"]
    authority = (AUTHORITY, "E07000999", "Benchshire", "district", None, "", *[None] * 4)
    copy_rows(Area, area_columns, [authority, *map(_ward, wards), *map(_parish, wards)])
    copy_rows(Postcode, ["code"], [(code,) for ward in wards for code in postcodes_of(ward)])
    copy_rows(
        PostcodeArea,
        ["postcode_id", "area_id"],
        [
            (code, area)
            for ward in wards
            for code in postcodes_of(ward)
            for area in (FIRST_WARD + ward, FIRST_PARISH + ward)
        ],
    )
    _make_seats(size)
    _make_communities(size)


def postcodes_of(ward: int) -> list[str]:
    """Name the postcodes of a ward (counted from 0)."""
    district, sector = divmod(ward, 10)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    pairs = [a + b for a in letters for b in letters][:POSTCODES_A_WARD]
    return [f"BN{district + 1}{sector}{pair}" for pair in pairs]


def person_of(seat: int) -> int:
    """Return the pk of the person on a seat."""
    return seat


def _ward(number: int) -> tuple[object, ...]:
    row, column = divmod(number, 20)
    left, top = column * SIDE, row * SIDE
    outline, middle = [], SIDE // 2
    for corner in range(CORNERS):
        reach = middle - (corner * 37) % 90
        angle = 2 * pi * corner / CORNERS
        x, y = left + middle + reach * cos(angle), top + middle + reach * sin(angle)
        outline.append(f"{int(x)} {int(y)}")
    path = f"M{'L'.join(outline)}z"
    box = (left, top, left + SIDE, top + SIDE)
    return (FIRST_WARD + number, f"E0500{number:04}", f"Ward {number}", "ward", 1, path, *box)


def _parish(number: int) -> tuple[object, ...]:
    name = f"Parish {number}"
    return (FIRST_PARISH + number, f"E0400{number:04}", name, "parish", 1, "", *[None] * 4)


def _make_seats(size: Size) -> None:
    Body.objects.create(pk=1, name="Benchshire Council", slug="benchshire", area_id=AUTHORITY)
    seats = range(1, size.communities * SEATS_A_WARD + 1)
    copy_rows(
        Person,
        ["id", "name", "slug", "biography", "popolo_id"],
        [(seat, f"Councillor {seat}", f"councillor-{seat}", "", f"bench-{seat}") for seat in seats],
    )
    parties = ["Independent", "Residents", "Town", "Country"]
    copy_rows(
        Councillor,
        ["id", "person_id", "body_id", "area_id", "party", "start_on"],
        [
            (
                seat,
                person_of(seat),
                1,
                FIRST_WARD + (seat - 1) // SEATS_A_WARD,
                random.Random(seat).choice(parties),  # noqa: S311 (no secret)
                date(2023, 5, 5),
            )
            for seat in seats
        ],
    )


def _make_communities(size: Size) -> None:
    numbers = range(size.communities)
    copy_rows(
        Community,
        ["id", "name", "slug", "kind", "area_id", "description", "rules", "rules_html"],
        [
            (
                number + 1,
                f"Ward {number} neighbours",
                f"ward-{number}",
                "area",
                ward_of(number),
                "Everything about living here.",
                "Be kind.",
                RULES_HTML,
            )
            for number in numbers
        ],
    )
    copy_rows(
        LocalLink,
        ["community_id", "title", "url", "position"],
        [
            (number + 1, f"Link {link}", f"https://example.org/{number}/{link}", link)
            for number in numbers
            for link in range(4)
        ],
    )
