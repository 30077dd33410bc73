import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from communities.importers.areas import import_areas
from communities.importers.columns import AreaChoices
from communities.management import importing
from communities.models import Area, Postcode, PostcodeArea

pytestmark = pytest.mark.django_db

CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def square(west: float, south: float, size: float = 1) -> dict[str, Any]:
    east, north = west + size, south + size
    ring = [[west, south], [west, north], [east, north], [east, south], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: str, name: str, geometry: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"area_code": code, "area_name": name, **more},
        "geometry": geometry or square(-2, 53),
    }


def write(tmp_path: Path, *features: Any, **members: Any) -> Path:
    path = tmp_path / "areas.geojson"
    collection = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(collection))
    return path


def run(path: Path, *flags: str, kind: str = "ward") -> str:
    out = StringIO()
    call_command("import_areas", path, f"--kind={kind}", *flags, stdout=out)
    return out.getvalue()


def make(code: str, kind: str = "ward", **fields: Any) -> Area:
    return Area.objects.create(code=code, name=code, kind=kind, **fields)


def test_import_adds_areas_under_their_parent(tmp_path: Path) -> None:
    council = make("E07", "district")
    path = write(tmp_path, feature("E051", "Millbrook & Fell"), feature("E052", "Heysham"))

    said = run(path, "--parent=E07", "--valid-from=2023-05-04")

    assert "areas: 2 added, 0 changed, 0 left, 0 refused" in said
    area = Area.objects.get(code="E051")
    assert (area.name, area.kind, area.parent) == ("Millbrook & Fell", "ward", council)
    assert (area.valid_from, area.valid_to) == (date(2023, 5, 4), None)
    assert area.boundary == square(-2, 53)
    assert area.outline.startswith("m-22264")
    assert (area.box_left, area.box_right) == (-22264, -11132)
    assert area.box_top is not None
    assert area.box_top < (area.box_bottom or 0)


def test_import_again_changes_nothing(tmp_path: Path) -> None:
    make("E07", "district")
    path = write(tmp_path, feature("E051", "Millbrook"))
    run(path, "--parent=E07", "--valid-from=2023-05-04")
    before = list(Area.objects.values())

    said = run(path)

    assert "areas: 0 added, 0 changed, 1 left, 0 refused" in said
    assert list(Area.objects.values()) == before


def test_import_changes_what_differs(tmp_path: Path) -> None:
    run(write(tmp_path, feature("E051", "Millbrook"), feature("E052", "Heysham")))

    said = run(write(tmp_path, feature("E051", "Millbrook", square(3, 50)), feature("E052", "H")))

    assert "areas: 0 added, 2 changed, 0 left, 0 refused" in said
    assert Area.objects.get(code="E051").box_left == 33396
    assert Area.objects.get(code="E052").name == "H"


@pytest.mark.parametrize(
    ("properties", "name_cy"),
    [
        ({"area_code": "E051", "area_name": "Mill", "lon": "-2.3"}, ""),
        ({"WD13CD": "E051", "WD13CDO": "18UB", "WD13NM": "Mill", "WD13NMW": None}, ""),
        ({"LAD23CD": "W06", "LAD23NM": "X", "WD23CD": "E051", "WD23NM": "Mill"}, ""),
        ({"wd23cd": "E051", "wd23nm": "Mill", "wd23nmW": "Melin"}, "Melin"),
        ({"code": "E051", "Name": "Mill"}, ""),
    ],
)
def test_import_recognises_the_fields_of_code_and_name(
    tmp_path: Path, properties: dict[str, Any], name_cy: str
) -> None:
    path = write(tmp_path, feature("", "") | {"properties": properties})

    run(path)

    areas = Area.objects.values_list("code", "name", "name_cy")
    assert list(areas) == [("E051", "Mill", name_cy)]


def test_import_takes_fields_by_flag(tmp_path: Path) -> None:
    make("E07", "district")
    make("E08", "district")
    path = write(
        tmp_path,
        feature("no", "no", ref="E051", label="Mill", council="E07"),
        feature("no", "no", ref="E052", label="Fell", council="E08"),
    )

    run(path, "--code-field=ref", "--name-field=label", "--parent-field=council")

    wards = Area.objects.filter(kind="ward").values_list("code", "name", "parent__code")
    assert set(wards) == {("E051", "Mill", "E07"), ("E052", "Fell", "E08")}


def test_import_makes_codes_of_names_where_there_are_none(tmp_path: Path) -> None:
    make("E08000009", "unitary")
    names = ["Central", "Hale Barns, Timperley and Bowdon", "Hale Barns, Timperley and Broadheath"]
    features = [feature("", "") | {"properties": {"area_name": name}} for name in names]

    said = [
        run(write(tmp_path, *features), "--parent=E08000009", kind="locality") for _ in range(2)
    ]

    codes = Area.objects.filter(kind="locality").order_by("name").values_list("code", flat=True)
    assert codes[0] == "locality-E08000009-central"
    assert [len(code) for code in codes[1:]] == [40, 40]
    assert len(set(codes)) == 3
    assert "0 added, 0 changed, 3 left" in said[1]


@pytest.mark.parametrize(
    "coordinates",
    [
        [[["-2", "53"], ["-2", "54"], ["-1", "54"], ["-1", "53"], ["-2", "53"]]],
        [[[-2, 53], [-2, 54], [-1, 54], [-1, 53]]],
        [[[-2, 53, 80], [-2, 54, 80], [-1, 54, 80], [-1, 53, 80], [-2, 53, 80]]],
    ],
)
def test_import_puts_coordinates_into_one_shape(tmp_path: Path, coordinates: Any) -> None:
    geometry = {"type": "Polygon", "coordinates": coordinates}

    run(write(tmp_path, feature("E051", "Mill", geometry), crs=CRS84))

    assert Area.objects.get().boundary == square(-2, 53)


def test_import_keeps_islands_and_holes(tmp_path: Path) -> None:
    hole = square(-1.6, 53.4, 0.2)["coordinates"][0]
    rings = [square(-2, 53)["coordinates"][0], hole]
    island = square(1, 50)["coordinates"]
    geometry = {"type": "MultiPolygon", "coordinates": [rings, island]}

    run(write(tmp_path, feature("E051", "Mill", geometry)))

    assert Area.objects.get().outline.count("z") == 3


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (feature("E052", "Sale", {"type": "Point", "coordinates": [-2, 53]}), "it is a Point"),
        (feature("E052", "Sale") | {"geometry": None}, "no geometry"),
        (feature("E052", ""), "feature 2: it has no name"),
        (feature("E05/2", "Sale"), "cannot be a code"),
        (feature("", "Sale"), "cannot be a code"),
        (feature("E051", "Sale"), "the code E051 is in the file twice"),
        (feature("E052", "Sale" * 40), "longer than 120"),
        (feature("E052", "Sale", square(-2, 95)), "not in degrees"),
        (feature("E052", "Sale", square(float("nan"), 5)), "not in degrees"),
        (feature("E052", "Sale", {"type": ["Polygon"]}), "it is a ['Polygon']"),
        (feature("E052", "Sale", {"type": "Polygon", "coordinates": []}), "empty"),
        (feature("E052", "Sale", {"type": "Polygon", "coordinates": 7}), "not lists"),
        (feature("E052", "Sale", {"type": "Polygon", "coordinates": [[["a", "b"]]]}), "['a', 'b']"),
        (
            feature("E052", "Sale", {"type": "Polygon", "coordinates": [[[-2, 53]] * 3]}),
            "ring of 3",
        ),
        ({"type": "Feature", "geometry": square(0, 0)}, "feature 2: it is not a GeoJSON feature"),
        ("Sale", "feature 2: it is not a GeoJSON feature"),
    ],
)
def test_import_refuses_the_file_for_one_bad_feature(tmp_path: Path, bad: Any, why: str) -> None:
    path = write(tmp_path, feature("E051", "Mill"), bad)

    with pytest.raises(CommandError) as refusal:
        run(path)

    assert "nothing was imported.\n  feature 2" in str(refusal.value)
    assert why in str(refusal.value)
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff\xfe\xfa", "it is not UTF-8 at byte 0"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "is not a GeoJSON FeatureCollection"),
        (b'{"features": 5}', "is not a GeoJSON FeatureCollection"),
        (b'{"features": []}', "there are no areas in it"),
        (
            b'{"features": [], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}',
            "convert them to degrees",
        ),
    ],
)
def test_import_refuses_what_is_not_a_map(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=why):
        run(path)


def test_import_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nowhere.geojson")


def test_import_refuses_an_unknown_parent(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="it lies in E07, but no area has that code"):
        run(write(tmp_path, feature("E051", "Mill")), "--parent=E07")


def test_import_refuses_an_area_that_would_lie_in_itself(tmp_path: Path) -> None:
    county = make("E10", "county")
    make("E07", "district", parent=county)
    path = write(tmp_path, feature("E10", "Shire"))

    with pytest.raises(CommandError, match="E10 cannot lie in itself"):
        run(path, "--parent=E07", kind="county")


def test_import_refuses_a_code_of_another_kind(tmp_path: Path) -> None:
    make("E051", "parish")

    with pytest.raises(CommandError, match="E051 is a parish already"):
        run(write(tmp_path, feature("E051", "Mill")))


def test_import_leaves_an_authority_the_kind_it_has(tmp_path: Path) -> None:
    make("E08", "unitary")

    said = run(write(tmp_path, feature("E08", "Northmoor")), kind="district")

    assert "E08 stays a unitary authority" in said
    assert Area.objects.get().kind == "unitary"
    assert Area.objects.get().boundary is not None


def test_replaces_closes_the_siblings_that_the_file_leaves_out(tmp_path: Path) -> None:
    council, other = make("E07", "district"), make("E08", "district")
    gone = make("E050", parent=council, boundary=square(-2, 53))
    make("E051", parent=council, boundary=square(0, 53))
    untouched = [
        make("E059", parent=other, boundary=square(-2, 53)),
        make("locality-1", "locality", parent=council, boundary=square(-2, 53)),
        make("E04", parent=council, valid_to=date(2015, 5, 6)),
    ]
    before = [Area.objects.filter(pk=area.pk).values().get() for area in untouched]
    path = write(
        tmp_path,
        feature("E051", "Mill", square(0, 53)),
        feature("E052", "West", square(-2, 53, 0.6)),
        feature("E053", "East", square(-1.4, 53.6, 0.4)),
        feature("E054", "Far", square(3, 50)),
    )

    said = run(path, "--parent=E07", "--replaces", "--valid-from=2023-05-04")

    assert "areas: 3 added, 1 changed, 0 left, 0 refused, 1 closed" in said
    assert "closed E050 E050 on 2023-05-03; followed by E052 West, E053 East" in said
    gone.refresh_from_db()
    assert gone.valid_to == date(2023, 5, 3)
    assert {area.code for area in gone.successors.all()} == {"E052", "E053"}
    assert Area.objects.get(code="E052").valid_from == date(2023, 5, 4)
    assert Area.objects.get(code="E051").valid_from is None
    assert [Area.objects.filter(pk=area.pk).values().get() for area in untouched] == before


def test_replaces_again_changes_nothing(tmp_path: Path) -> None:
    make("E050", boundary=square(-2, 53))
    path = write(tmp_path, feature("E051", "Mill"))
    run(path, "--replaces", "--valid-from=2023-05-04")
    before = list(Area.objects.values())

    said = run(path, "--replaces", "--valid-from=2023-05-04")

    assert "areas: 0 added, 0 changed, 1 left, 0 refused\n" in said
    assert list(Area.objects.values()) == before


def test_replaces_ends_the_places_of_postcodes(tmp_path: Path) -> None:
    area = make("E050", boundary=square(-2, 53))
    postcode = Postcode.objects.create(code="AA11AA")
    PostcodeArea.objects.create(postcode=postcode, area=area)

    said = run(write(tmp_path, feature("E051", "M")), "--replaces", "--valid-from=2023-05-04")

    assert "1 postcodes left it" in said
    assert PostcodeArea.objects.get().valid_to == date(2023, 5, 3)


def test_replaces_without_a_day_means_today(tmp_path: Path) -> None:
    gone = make("E050")

    run(write(tmp_path, feature("E051", "Mill")), "--replaces")

    gone.refresh_from_db()
    assert gone.valid_to == timezone.localdate() - timedelta(days=1)
    assert Area.objects.get(code="E051").valid_from == timezone.localdate()


def test_replaces_refuses_a_map_that_was_replaced_itself(tmp_path: Path) -> None:
    make("E050")
    run(write(tmp_path, feature("E051", "New")), "--replaces", "--valid-from=2023-05-04")

    with pytest.raises(CommandError, match="E050 ended on 2023-05-03"):
        run(write(tmp_path, feature("E050", "Old")), "--replaces", "--valid-from=2023-06-01")

    assert Area.objects.get(code="E051").valid_to is None


def test_replaces_refuses_to_end_what_begins_later(tmp_path: Path) -> None:
    make("E050", valid_from=date(2027, 5, 6))

    with pytest.raises(CommandError, match="it begins on 2027-05-06"):
        run(write(tmp_path, feature("E051", "M")), "--replaces", "--valid-from=2023-05-04")

    assert Area.objects.get().valid_to is None


def test_import_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[str] = []

    import_areas(write(tmp_path, feature("E051", "M")), AreaChoices(kind="ward"), told.append)

    assert told == ["1 of 1 areas"]


def test_command_writes_progress_over_one_line_of_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SECONDS_BETWEEN_LINES", 0)
    said = StringIO()
    path = write(tmp_path, feature("E051", "M"), feature("E052", "N"))

    call_command("import_areas", path, "--kind=ward", stdout=StringIO(), stderr=said)

    assert [line.strip() for line in said.getvalue().split("\r")] == [
        "",
        "1 of 2 areas",
        "2 of 2 areas",
    ]
    assert said.getvalue().endswith("\n")
