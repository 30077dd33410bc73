from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from communities.importers import postcodes
from communities.models import Area, Postcode, PostcodeArea

pytestmark = pytest.mark.django_db

HEADER = "postcode,ward_code,lat,lon"


def square(west: float, south: float, size: float = 1) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [west, north], [east, north], [east, south], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def make(code: str, kind: str = "ward", **fields: Any) -> Area:
    return Area.objects.create(code=code, name=code, kind=kind, **fields)


def run(tmp_path: Path, *rows: str, header: str = HEADER, flags: tuple[str, ...] = ()) -> str:
    path, out = tmp_path / "postcodes.csv", StringIO()
    path.write_text("\n".join([header, *rows]))
    call_command("import_postcodes", path, *flags, stdout=out)
    return out.getvalue()


def places() -> set[tuple[str, str]]:
    return set(PostcodeArea.objects.values_list("postcode", "area__code"))


def test_import_adds_postcodes_in_their_wards(tmp_path: Path) -> None:
    make("E051", valid_from=date(2023, 5, 4))
    make("E052")

    said = run(tmp_path, "m15 4ab,E051,53.465578,-2.26046", "LA4 6QX,E052,54.1,-2.8", "")

    assert "postcodes: 2 added, 0 changed, 0 left, 0 refused" in said
    assert "places of postcodes: 2 added, 0 changed, 0 left, 0 refused, 0 removed" in said
    postcode = Postcode.objects.get(code="M154AB")
    assert (postcode.lat, postcode.lon) == (53.465578, -2.26046)
    assert places() == {("M154AB", "E051"), ("LA46QX", "E052")}
    place = PostcodeArea.objects.get(postcode=postcode)
    assert (place.valid_from, place.valid_to) == (date(2023, 5, 4), None)


def test_import_again_changes_nothing(tmp_path: Path) -> None:
    make("E051")
    make("locality-1", "locality", boundary=square(-3, 53))
    rows = ["M15 4AB,E051,53.4,-2.2", "M15 4AD,E051,,"]
    run(tmp_path, *rows)
    before = list(PostcodeArea.objects.order_by("pk").values())

    said = run(tmp_path, *rows)

    assert "postcodes: 0 added, 0 changed, 2 left" in said
    assert "places of postcodes: 0 added, 0 changed, 3 left, 0 refused, 0 removed" in said
    assert list(PostcodeArea.objects.order_by("pk").values()) == before


def test_import_keeps_both_wards_of_a_straddle(tmp_path: Path) -> None:
    make("E051")
    make("E052")
    make("locality-1", "locality", boundary=square(-3, 53))
    row, other = "M15 4AB,E051,53.4,-2.2", "M15 4AD,E051,57.1,-2.2"

    run(tmp_path, row, other, "M154AB,E052,53.4,-2.2", row)

    assert places() == {
        ("M154AB", "E051"),
        ("M154AB", "E052"),
        ("M154AB", "locality-1"),
        ("M154AD", "E051"),
    }


def test_import_replaces_only_what_it_names(tmp_path: Path) -> None:
    make("E051")
    make("E052")
    run(tmp_path, "M15 4AB,E051,53.4,-2.2", "M15 4AB,E052,53.4,-2.2", "M15 4AD,E051,53.4,-2.2")

    said = run(tmp_path, "M15 4AB,E052,53.5,-2.2")

    assert "postcodes: 0 added, 1 changed, 0 left" in said
    assert "0 added, 0 changed, 1 left, 0 refused, 1 removed" in said
    assert places() == {("M154AB", "E052"), ("M154AD", "E051")}
    assert Postcode.objects.get(code="M154AB").lat == 53.5


def test_import_keeps_wards_of_earlier_and_later_maps(tmp_path: Path) -> None:
    past = make("E050", valid_to=date(2023, 5, 3))
    make("E051", valid_from=date(2023, 5, 4), valid_to=date(2099, 5, 6))
    future = make("E052", valid_from=date(2099, 5, 7))
    postcode = Postcode.objects.create(code="M154AB")
    for area in (past, future):
        PostcodeArea.objects.create(postcode=postcode, area=area)

    run(tmp_path, "M15 4AB,E051,53.4,-2.2")

    assert places() == {("M154AB", "E050"), ("M154AB", "E051"), ("M154AB", "E052")}
    assert PostcodeArea.objects.get(area__code="E051").valid_to == date(2099, 5, 6)


def test_import_finds_other_areas_that_hold_the_point(tmp_path: Path) -> None:
    council = make("E07", "district", boundary=square(-5, 50, 10))
    make("E051", parent=council, boundary=square(-5, 50, 10))
    make("locality-1", "locality", parent=council, boundary=square(-3, 53))
    make("locality-2", "locality", parent=council, boundary=square(-2, 53))
    make("locality-3", "locality", parent=council)
    yesterday = timezone.localdate() - timedelta(days=1)
    make("locality-4", "locality", boundary=square(-3, 53), valid_to=yesterday)
    parish = make("E04", "parish", boundary=square(-3, 53))
    make("E04-north", "parish_ward", parent=parish, boundary=square(-3, 53.3, 0.5))

    run(tmp_path, "M15 4AB,E051,53.4,-2.9", "M15 4AD,E051,53.1,-2.9", "M15 4AE,E051,,")

    assert places() == {
        ("M154AB", "E051"),
        ("M154AB", "locality-1"),
        ("M154AB", "E04-north"),
        ("M154AD", "E051"),
        ("M154AD", "locality-1"),
        ("M154AD", "E04"),
        ("M154AE", "E051"),
    }


def test_import_takes_a_moved_point_out_of_its_locality(tmp_path: Path) -> None:
    make("E051")
    make("locality-1", "locality", boundary=square(-3, 53))
    run(tmp_path, "M15 4AB,E051,53.4,-2.9")

    run(tmp_path, "M15 4AB,E051,57,-2.9")

    assert places() == {("M154AB", "E051")}


def test_import_takes_other_names_of_columns_by_flag(tmp_path: Path) -> None:
    make("E051")

    run(
        tmp_path,
        "M15 4AB,E051,53.4,-2.2",
        header="pcds,osward,y,x",
        flags=(
            "--postcode-field=pcds",
            "--ward-field=osward",
            "--lat-field=y",
            "--lon-field=x",
        ),
    )

    assert places() == {("M154AB", "E051")}
    assert Postcode.objects.get().lon == -2.2


def test_import_works_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("E051")
    monkeypatch.setattr(postcodes, "BATCH", 5)
    rows = [f"M1 {number}AB,E051,53.4,-2.2" for number in range(10)]
    rows += [f"M2 {number}AB,E051,53.4,-2.2" for number in range(2)]

    run(tmp_path, *rows)

    assert Postcode.objects.count() == PostcodeArea.objects.count() == 12


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("M15 4AD,E059,53.4,-2.2", "row 3 (M15 4AD): no ward has the code 'E059'"),
        ("M15 4AD,,53.4,-2.2", "no ward has the code ''"),
        ("M15 4AD,E07,53.4,-2.2", "E07 is a district, not a ward"),
        ("M15 4AD,E050,53.4,-2.2", "the ward E050 ended on 2023-05-03"),
        ("M15,E051,53.4,-2.2", "row 3 (M15): it is not a postcode"),
        (",E051,53.4,-2.2", "it is not a postcode"),
        ("M15 4AD,E051,north,-2.2", "lat 'north' is not a number"),
        ("M15 4AD,E051,99.999999,0", "lat 99.999999 is not in degrees"),
        ("M15 4AD,E051,nan,0", "lat nan is not in degrees"),
        ("M15 4AD,E051,53.4,-200", "lon -200 is not in degrees"),
        ("M15 4AD,E051,53.4", "row 3: it has 3 cells, the header 4"),
    ],
)
def test_import_refuses_the_file_for_one_bad_row(tmp_path: Path, row: str, why: str) -> None:
    make("E051")
    make("E07", "district")
    make("E050", valid_to=date(2023, 5, 3))

    with pytest.raises(CommandError) as refusal:
        run(tmp_path, "M15 4AB,E051,53.4,-2.2", row)

    assert "refused, nothing was imported" in str(refusal.value)
    assert why in str(refusal.value)
    assert not Postcode.objects.exists()


def test_import_shows_only_the_first_of_many_bad_rows(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, *["M15 4AB,E051,53.4,-2.2"] * 50)

    assert str(refusal.value).count("no ward") == 20
    assert str(refusal.value).endswith("The rest of the file was not looked at.")


def test_import_works_after_a_refusal(tmp_path: Path) -> None:
    make("E051")
    with pytest.raises(CommandError):
        run(tmp_path, "M15 4AB,E059,53.4,-2.2")

    run(tmp_path, "M15 4AB,E051,53.4,-2.2")

    assert places() == {("M154AB", "E051")}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "has no column postcode, ward_code, lat, lon; its columns are none"),
        (b"postcode,ward,lat,lon\n", "has no column ward_code; its columns are postcode, ward"),
        (b"postcode,ward_code,lat,lon\n\xe9", "it is not UTF-8"),
        (b'postcode,ward_code,lat,lon\n"' + b"x" * 200_000, "field larger"),
    ],
)
def test_import_refuses_what_is_not_a_table(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=why):
        call_command("import_postcodes", path)
