import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from communities.models import Area
from councillors.models import Body, Councillor, Person
from tests.factories import make_capacity, make_user

pytestmark = pytest.mark.django_db

ANNE = {
    "id": "moor/anne",
    "name": "Anne Reed",
    "email": "anne@example.org",
    "image": "https://example.org/anne.jpg",
    "sources": [{"url": "https://example.org/anne"}],
}
SAM = {"id": "moor/sam", "name": "Sam Hill"}
COUNCIL = {"id": "legislature/moor", "name": "Moor Shire Council", "classification": "legislature"}
GREENS = {"id": "party/greens", "name": "Greens", "classification": "party"}
UNKNOWN = {"id": "party/unknown", "name": "unknown", "classification": "party"}


def seat(person: str, **more: Any) -> dict[str, Any]:
    return {
        "person_id": f"moor/{person}",
        "organization_id": "legislature/moor",
        "role": "councillor",
        **more,
    }


def run(tmp_path: Path, *memberships: Any, on: str = "2025-09-02", **lists: Any) -> str:
    path, out = tmp_path / "council.json", StringIO()
    content = {
        "persons": [ANNE, SAM],
        "organizations": [COUNCIL, GREENS, UNKNOWN],
        "memberships": memberships,
        **lists,
    }
    path.write_text(json.dumps(content))
    call_command("import_councillors", path, f"--on={on}", stdout=out)
    return out.getvalue()


def test_import_adds_bodies_people_and_seats(tmp_path: Path) -> None:
    said = run(tmp_path, seat("anne", on_behalf_of_id="party/greens", start_date="2016-10-23"))

    assert "bodies: 1 added, 0 changed, 0 left, 0 refused" in said
    assert "people: 2 added, 0 changed, 0 left, 0 refused" in said
    assert "seats: 1 added, 0 changed, 0 left, 0 refused" in said
    body = Body.objects.get()
    assert (body.name, body.slug) == ("Moor Shire Council", "moor-shire-council")
    assert (body.code, body.nation) == ("legislature/moor", "")
    councillor = Councillor.objects.get()
    assert (councillor.person.name, councillor.body) == ("Anne Reed", body)
    assert (councillor.role, councillor.party) == ("Councillor", "Greens")
    assert (councillor.start_on, councillor.end_on) == (date(2016, 10, 23), None)
    person = Person.objects.get(popolo_id="moor/anne")
    assert (person.slug, person.email) == ("anne-reed", "anne@example.org")
    assert person.profile_url == "https://example.org/anne"
    assert person.photo_url == "https://example.org/anne.jpg"


def test_import_again_changes_nothing(tmp_path: Path) -> None:
    memberships = [
        seat("anne", start_date="2012"),
        seat("anne", start_date="2016"),
        seat("anne", role="Mayor"),
        seat("sam", end_date="2016-10-22"),
    ]
    run(tmp_path, *memberships)
    before = [*Person.objects.order_by("pk").values(), *Councillor.objects.order_by("pk").values()]

    said = run(tmp_path, *memberships[::-1])

    assert "bodies: 0 added, 0 changed, 1 left" in said
    assert "people: 0 added, 0 changed, 2 left" in said
    assert "seats: 0 added, 0 changed, 4 left, 0 refused\n" in said
    after = [*Person.objects.order_by("pk").values(), *Councillor.objects.order_by("pk").values()]
    assert after == before


def test_import_keeps_two_seats_of_one_person(tmp_path: Path) -> None:
    run(tmp_path, seat("anne"), seat("anne", role="Deputy Mayor"), seat("sam", role="MAYOR"))

    held = Councillor.objects.values_list("person__name", "role")
    assert set(held) == {
        ("Anne Reed", "Councillor"),
        ("Anne Reed", "Deputy mayor"),
        ("Sam Hill", "Mayor"),
    }


def test_import_takes_an_unknown_party_for_none(tmp_path: Path) -> None:
    run(tmp_path, seat("anne", on_behalf_of_id="party/unknown"), seat("sam"))

    assert set(Councillor.objects.values_list("party", flat=True)) == {""}


@pytest.mark.parametrize(
    ("more", "lists"),
    [
        ({"area": {"id": "x", "name": "River Ward"}}, {}),
        ({"area_id": "x"}, {"areas": [{"id": "x", "name": "River Ward"}]}),
        ({"post_id": "p"}, {"posts": [{"id": "p", "area": {"id": "x", "name": "River Ward"}}]}),
        ({"area_id": "River Ward"}, {}),
    ],
)
def test_import_keeps_an_unknown_area_as_text(
    tmp_path: Path, more: dict[str, Any], lists: dict[str, Any]
) -> None:
    run(tmp_path, seat("anne", **more), **lists)

    councillor = Councillor.objects.get()
    assert (councillor.area, councillor.area_name) == (None, "River Ward")


def test_import_links_an_area_that_is_on_the_map(tmp_path: Path) -> None:
    area = Area.objects.create(code="E051", name="River", kind="ward")

    run(tmp_path, seat("anne", area={"id": "E051", "name": "River Ward"}))

    councillor = Councillor.objects.get()
    assert (councillor.area, councillor.area_name) == (area, "")


def test_import_reads_dates_of_a_year_or_a_month(tmp_path: Path) -> None:
    run(tmp_path, seat("anne", start_date="2012", end_date="2016-02"))

    councillor = Councillor.objects.get()
    assert (councillor.start_on, councillor.end_on) == (date(2012, 1, 1), date(2016, 2, 29))


def test_import_ends_a_seat_and_its_capacity_as_the_file_says(tmp_path: Path) -> None:
    run(tmp_path, seat("anne"))
    capacity = make_capacity(make_user(), Councillor.objects.get())

    said = run(tmp_path, seat("anne", end_date="2025-06-30"))

    capacity.refresh_from_db()
    assert "seats: 0 added, 1 changed" in said
    assert Councillor.objects.get().end_on == capacity.end_on == date(2025, 6, 30)


def test_import_ends_seats_that_are_missing_from_a_later_file(tmp_path: Path) -> None:
    run(tmp_path, seat("anne"), seat("sam"))

    said = run(tmp_path, seat("anne"), on="2026-05-07")

    assert "seats: 0 added, 0 changed, 1 left, 0 refused, 1 ended" in said
    ends = Councillor.objects.values_list("person__name", "end_on")
    assert set(ends) == {("Anne Reed", None), ("Sam Hill", date(2026, 5, 6))}


def test_import_leaves_out_memberships_of_parties(tmp_path: Path) -> None:
    run(tmp_path, seat("anne"), seat("anne", organization_id="party/greens"))

    assert Councillor.objects.get().body.name == "Moor Shire Council"


def test_import_tells_namesakes_apart_by_their_body(tmp_path: Path) -> None:
    other = {"id": "moor/other", "name": "Anne Reed"}

    run(tmp_path, seat("anne"), seat("other"), persons=[ANNE, other])

    slugs = Person.objects.values_list("slug", flat=True)
    assert set(slugs) == {"anne-reed", "anne-reed-moor-shire-council"}


@pytest.mark.parametrize(
    ("member", "lists", "why"),
    [
        (seat("eve"), {}, "membership 2 (moor/eve): the file has no person 'moor/eve'"),
        (seat("sam", organization_id="x"), {}, "the file has no organization 'x'"),
        (seat("sam", start_date="soon"), {}, "'soon' is not a date"),
        (seat("sam", start_date="2016", end_date="2015"), {}, "it ends on 2015-12-31, before"),
        (seat("sam", role="x" * 81), {}, "has too long a name"),
        ("sam", {}, "membership 2: it is not an object"),
        (seat("sam"), {"persons": [ANNE, SAM | {"email": "sam"}]}, "'sam' is not an e-mail"),
        (seat("sam"), {"persons": [ANNE, SAM | {"name": ""}]}, "person moor/sam: it has no name"),
        (seat("sam"), {"persons": [ANNE, SAM, SAM]}, "its id 'moor/sam' is not its own"),
        (seat("sam"), {"persons": [ANNE, {"id": "moor/sam", "links": 7}]}, "it has no name"),
        (seat("sam"), {"persons": [ANNE, SAM, 7]}, "persons 3: its id '' is not its own"),
        (seat("sam"), {"organizations": [COUNCIL | {"name": ""}]}, "its name is missing"),
        (seat("sam"), {"organizations": [COUNCIL | {"id": "x" * 81}]}, "is too long"),
        (seat("sam"), {"persons": {"a": 1}}, "its persons are not a list"),
        (seat("sam"), {"memberships": 7}, "it has no list of memberships"),
    ],
)
def test_import_refuses_the_file_for_one_bad_entry(
    tmp_path: Path, member: Any, lists: dict[str, Any], why: str
) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, *([] if "memberships" in lists else [seat("anne"), member]), **lists)

    assert why in str(refusal.value)
    assert not Body.objects.exists()
    assert not Person.objects.exists()


def test_import_refuses_a_body_for_popolo(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--body is for CSV"):
        call_command("import_councillors", tmp_path / "council.json", "--body=E07")
