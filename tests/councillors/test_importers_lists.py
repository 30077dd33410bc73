from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from communities.models import Area
from councillors.models import Body, Councillor, Person
from tests.factories import make_capacity, make_seat, make_user

pytestmark = pytest.mark.django_db

HEADER = "name,party,ward,email,profile_url"
REED = "Councillor Anne Reed,Green,Mill & Fell,anne@example.org,https://example.org/1"
OBRIEN = "Councillor Pat O'Brien,Labour,Sandside,,https://example.org/2"


@pytest.fixture(autouse=True)
def wards() -> dict[str, Area]:
    council = Area.objects.create(code="E07", name="Northmoor", kind="district")
    old = {"name": "Sandside", "valid_to": date(2023, 5, 3)}
    Area.objects.create(code="E050", kind="ward", parent=council, **old)
    Area.objects.create(code="loc", name="Sandside", kind="locality", parent=council)
    return {
        name: Area.objects.create(
            code=code, name=name, kind="ward", parent=council, valid_from=date(2023, 5, 4)
        )
        for code, name in [("E051", "Mill & Fell"), ("E052", "Sandside")]
    }


def run(
    tmp_path: Path,
    *rows: str,
    on: str = "2025-09-02",
    body: str = "E07",
    header: str = HEADER,
) -> str:
    path, out = tmp_path / "councillors.csv", StringIO()
    path.write_text("\n".join([header, *rows]))
    call_command("import_councillors", path, f"--body={body}", f"--on={on}", stdout=out)
    return out.getvalue()


def seats() -> set[tuple[str | None, str, date | None, date | None]]:
    values = Councillor.objects.values_list("person__name", "area__name", "start_on", "end_on")
    return set(values)


def test_import_adds_people_in_the_seats_of_open_wards(tmp_path: Path) -> None:
    said = run(tmp_path, REED, OBRIEN)

    assert "people: 2 added, 0 changed, 0 left, 0 refused" in said
    assert "seats: 2 added, 0 changed, 0 left, 0 refused" in said
    assert seats() == {
        ("Anne Reed", "Mill & Fell", None, None),
        ("Pat O'Brien", "Sandside", None, None),
    }
    seat = Councillor.objects.get(person__slug="pat-obrien")
    assert (seat.area.code, seat.role, seat.party) == ("E052", "Councillor", "Labour")
    person = Person.objects.get(slug="anne-reed")
    assert (person.email, person.profile_url) == ("anne@example.org", "https://example.org/1")


def test_import_makes_the_body_of_the_area(tmp_path: Path) -> None:
    said = run(tmp_path, REED)

    assert "bodies: 1 added" in said
    body = Body.objects.get()
    assert (body.name, body.slug, body.code) == ("Northmoor Council", "northmoor", "E07")
    assert (body.nation, body.area.code) == ("ENG", "E07")


@pytest.mark.parametrize("code", ["E07", "northmoor"])
def test_import_finds_the_body_by_its_code_or_area(tmp_path: Path, code: str) -> None:
    area = Area.objects.get(code="E07")
    body = Body.objects.create(name="N", slug="n", code="northmoor", area=area)

    run(tmp_path, REED, body=code)

    assert Councillor.objects.get().body == body


def test_import_again_changes_nothing(tmp_path: Path) -> None:
    rows = [REED, OBRIEN, ",,Sandside,,", ",,Sandside,,"]
    run(tmp_path, *rows)
    before = [*Person.objects.order_by("pk").values(), *Councillor.objects.order_by("pk").values()]

    said = run(tmp_path, *rows, on="2025-10-01")

    assert "people: 0 added, 0 changed, 2 left" in said
    assert "seats: 0 added, 0 changed, 4 left, 0 refused\n" in said
    after = [*Person.objects.order_by("pk").values(), *Councillor.objects.order_by("pk").values()]
    assert after == before


@pytest.mark.parametrize("ward", ["mill and fell", " MILL &  FELL "])
def test_import_knows_a_ward_however_it_is_typed(tmp_path: Path, ward: str) -> None:
    run(tmp_path, REED.replace("Mill & Fell", ward))

    assert Councillor.objects.get().area.code == "E051"


def test_import_seats_a_row_without_ward_for_the_whole_area(tmp_path: Path) -> None:
    run(tmp_path, REED.replace("Mill & Fell", ""))

    assert Councillor.objects.get().area.code == "E07"


@pytest.mark.parametrize("name", ["", "Vacant", "Councillor Vacancy"])
def test_import_makes_a_vacant_seat(tmp_path: Path, name: str) -> None:
    run(tmp_path, f"{name},,Sandside,,")

    assert seats() == {(None, "Sandside", None, None)}
    assert not Person.objects.exists()


def test_import_ends_the_seat_of_somebody_who_is_missing(tmp_path: Path) -> None:
    run(tmp_path, REED, OBRIEN)

    said = run(tmp_path, REED, ",,Sandside,,", on="2026-05-07")

    assert "seats: 1 added, 0 changed, 1 left, 0 refused, 1 ended" in said
    assert "ended on 2026-05-06: Pat O'Brien" in said
    assert seats() == {
        ("Anne Reed", "Mill & Fell", None, None),
        ("Pat O'Brien", "Sandside", None, date(2026, 5, 6)),
        (None, "Sandside", date(2026, 5, 7), None),
    }


def test_import_ends_the_capacity_with_the_seat(tmp_path: Path) -> None:
    run(tmp_path, REED, OBRIEN)
    seat = Councillor.objects.get(person__name="Anne Reed")
    ended = make_capacity(make_user(), seat, start_on=date(2025, 1, 1))
    kept = make_capacity(make_user(), Councillor.objects.exclude(pk=seat.pk).get())

    said = run(tmp_path, OBRIEN, on="2026-05-07")

    ended.refresh_from_db()
    kept.refresh_from_db()
    assert ended.end_on == date(2026, 5, 6)
    assert kept.end_on is None
    assert "no longer speaks in it" in said


def test_import_moves_a_person_to_another_ward(tmp_path: Path) -> None:
    run(tmp_path, REED)

    run(tmp_path, REED.replace("Mill & Fell", "Sandside"), on="2026-05-07")

    assert Person.objects.count() == 1
    assert seats() == {
        ("Anne Reed", "Mill & Fell", None, date(2026, 5, 6)),
        ("Anne Reed", "Sandside", date(2026, 5, 7), None),
    }


def test_import_knows_somebody_who_comes_back(tmp_path: Path) -> None:
    run(tmp_path, REED, OBRIEN)
    run(tmp_path, OBRIEN, on="2026-01-01")

    run(tmp_path, REED.replace(",https://example.org/1", ","), OBRIEN, on="2026-05-07")

    assert Person.objects.count() == 2
    assert Councillor.objects.filter(person__name="Anne Reed").count() == 2


def test_import_changes_what_differs_about_the_same_person(tmp_path: Path) -> None:
    run(tmp_path, REED)

    said = run(tmp_path, REED.replace("Reed", "Reed-Shah").replace("Green", "Independent"))

    assert "people: 0 added, 1 changed, 0 left" in said
    assert "seats: 0 added, 1 changed, 0 left" in said
    person = Person.objects.get()
    assert (person.name, person.slug) == ("Anne Reed-Shah", "anne-reed")
    assert Councillor.objects.get().party == "Independent"


def test_import_knows_people_when_the_council_moves_its_pages(tmp_path: Path) -> None:
    run(tmp_path, REED, OBRIEN)

    said = run(tmp_path, *(row.replace("example.org/", "new.example/") for row in (REED, OBRIEN)))

    assert "people: 0 added, 2 changed" in said
    assert "seats: 0 added, 0 changed, 2 left, 0 refused\n" in said


def test_import_does_not_take_a_shared_page_for_a_person(tmp_path: Path) -> None:
    page = "https://example.org/all"
    rows = [f"Anne Reed,,Sandside,,{page}", f"Sam Hill,,Sandside,,{page}"]
    run(tmp_path, *rows)
    before = set(Person.objects.values_list("pk", "name"))

    run(tmp_path, *rows[::-1])

    assert set(Person.objects.values_list("pk", "name")) == before


def test_import_keeps_namesakes_apart(tmp_path: Path) -> None:
    rows = [
        "Sam Hill,,Sandside,,https://example.org/1",
        "Sam Hill,,Sandside,,https://example.org/2",
        "Sam Hill,,Mill & Fell,,",
    ]
    run(tmp_path, *rows)

    said = run(tmp_path, *rows)

    assert "people: 0 added, 0 changed, 3 left" in said
    slugs = Person.objects.values_list("slug", flat=True)
    assert set(slugs) == {"sam-hill", "sam-hill-northmoor", "sam-hill-northmoor-2"}


@pytest.mark.parametrize(
    "rows",
    [
        ["Sam Hill,,Mill & Fell,,https://example.org/2"],
        ["Sam Hill,,Mill & Fell,,", "Sam Hill,,,,"],
    ],
)
def test_import_takes_a_namesake_in_another_ward_for_somebody_new(
    tmp_path: Path, rows: list[str]
) -> None:
    run(tmp_path, "Sam Hill,,Sandside,,https://example.org/1")

    run(tmp_path, *rows, on="2026-05-07")

    assert Person.objects.count() == 2


def test_import_leaves_other_bodies_and_other_roles_alone(tmp_path: Path) -> None:
    run(tmp_path, REED)
    mayor = make_seat(body=Body.objects.get(), role="Mayor", start_on=date(2024, 1, 1))
    other = make_seat()

    run(tmp_path, OBRIEN, on="2026-05-07")

    mayor.refresh_from_db()
    other.refresh_from_db()
    assert (mayor.end_on, other.end_on) == (None, None)


def test_import_keeps_what_the_file_has_no_column_for(tmp_path: Path) -> None:
    run(tmp_path, REED)

    said = run(tmp_path, "Anne Reed,Mill & Fell", header="name,ward")

    assert "people: 0 added, 0 changed, 1 left" in said
    assert "seats: 0 added, 0 changed, 1 left" in said


def test_import_ends_a_seat_no_earlier_than_it_began(tmp_path: Path) -> None:
    run(tmp_path, REED)
    run(tmp_path, REED, OBRIEN.replace("O'Brien", "Obrain"), on="2026-05-07")

    said = [run(tmp_path, REED, on="2026-05-07") for _ in range(2)]

    assert ("Pat Obrain", "Sandside", date(2026, 5, 7), date(2026, 5, 7)) in seats()
    assert "1 ended" in said[0]
    assert "ended" not in said[1]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Sam Hill,,Nowhere,,", "row 3 (Sam Hill): Northmoor Council has no open ward"),
        ("Sam Hill,,Sandside,sam@,", "'sam@' is not an e-mail address"),
        (f"Sam Hill,,Sandside,sam@{'x.' * 126}example.org,", "longer than 254"),
        ("Sam Hill,,Sandside,,javascript:alert(1)", "'javascript:alert(1)' is not a web address"),
        (f"Sam Hill,,Sandside,,https://example.org/{'x' * 300}", "longer than 300"),
        (f"Sam {'Hill' * 50},,Sandside,,", "longer than 160"),
        (f"Sam Hill,{'Blue' * 50},Sandside,,", "longer than 120"),
        ("Hill, Sam,,Sandside,,", "row 3: it has 6 cells, the header 5"),
        (REED, "the same councillor is in the list twice"),
        (",,Nowhere,,", "row 3 (vacancy)"),
    ],
)
def test_import_refuses_the_file_for_one_bad_row(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, REED, row)

    assert "refused, nothing was imported" in str(refusal.value)
    assert why in str(refusal.value)
    assert not Councillor.objects.exists()
    assert not Body.objects.exists()


def test_import_refuses_a_ward_name_that_is_open_twice(tmp_path: Path) -> None:
    Area.objects.filter(code="E050").update(valid_to=None)

    with pytest.raises(CommandError, match="several open wards are called 'Sandside'"):
        run(tmp_path, OBRIEN)


def test_import_takes_the_wards_of_the_day(tmp_path: Path) -> None:
    run(tmp_path, OBRIEN, on="2020-01-01")

    assert Councillor.objects.get().area.code == "E050"


def test_import_refuses_a_list_older_than_a_seat(tmp_path: Path) -> None:
    run(tmp_path, REED)
    run(tmp_path, REED, OBRIEN, on="2026-05-07")

    with pytest.raises(CommandError, match="begins on 2026-05-07, after the list of 2026-01-01"):
        run(tmp_path, REED, on="2026-01-01")


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ([], "Say with --body"),
        (["--body=E99"], "no body and no area has the code E99"),
    ],
)
def test_import_refuses_a_list_of_nobody_known(tmp_path: Path, flags: list[str], why: str) -> None:
    path = tmp_path / "councillors.csv"
    path.write_text("\n".join([HEADER, REED]))

    with pytest.raises(CommandError, match=why):
        call_command("import_councillors", path, *flags)


def test_import_refuses_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there are no councillors in it"):
        run(tmp_path)


VACANCIES = [
    *("Vacant", "VACANCY", "(vacant)", "[Vacant]", "** VACANT **", "Vacant seat", "Seat vacant"),
    *("Cllr Vacancy", "Casual Vacancy", "Currently vacant", "Vacancy - by-election 4 July 2024"),
    *("Vacant (North ward)", "Position Vacant", "TBC", "tba", "T.B.C.", "TBD", "N/A", "n.a.", "NA"),
    *("-", "--", "–", "—", "?", "???", "...", "*", "None", "nil", "null", "No councillor"),
    *("To be elected", "To be co-opted", "To be confirmed", "Awaiting by-election", "Unfilled"),
    *("By-election pending", "Sedd wag", "SEDD WAG", "Mae'r sedd yn wag", "Gwag", "I’w ethol"),
    *("I'w gadarnhau", "Amherthnasol", "Swydd wag", "Cynghorydd: sedd wag", "Empty seat"),
]


@pytest.mark.parametrize("name", VACANCIES)
def test_vacancy_is_known_however_a_clerk_writes_it(tmp_path: Path, name: str) -> None:
    run(tmp_path, f'"{name}",,Sandside,,')

    assert seats() == {(None, "Sandside", None, None)}
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    "name", ["Vacantia Jones", "Na Li", "Will Null", "Ann Nil", "Dim Sum", "Tobe Elected", "X Æ"]
)
def test_name_that_looks_like_a_vacancy_is_somebody(tmp_path: Path, name: str) -> None:
    run(tmp_path, f"{name},,Sandside,,")

    assert Person.objects.get().name == name


def test_rows_of_separators_are_no_vacancies(tmp_path: Path) -> None:
    said = run(tmp_path, ",,,,", REED, ' ,"", ,,')

    assert Councillor.objects.count() == 1
    assert "2 empty rows passed over" in said


def test_name_that_was_saved_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="letters of the name 'SiÃ¢n Reed' are spoilt"):
        run(tmp_path, "SiÃ¢n Reed,,Sandside,,")
