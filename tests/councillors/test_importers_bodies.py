from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from communities.models import Area
from councillors.models import Body

pytestmark = pytest.mark.django_db

HEADER = (
    "local-authority-code,official-name,nice-name,gss-code,start-date,end-date,replaced-by,"
    "nation,local-authority-type,county-la,gov-uk-slug"
)
DISTRICT = "MBK,Millbrook  District Council,Millbrook,E07000901,,,,England,NMD,FEL,millbrook"
COUNTY = "FEL,Fellshire County Council,Fellshire,E10000901,1974-04-01,,,England,CTY,,fellshire"
OLD = "OLD,Old Council,Oldham,,1974-04-01,2023-04-01,NEW,England,NMD,FEL,newtown"
NEW = "NEW,New Council,Newtown,E06000901,2023-04-01,,,England,UA,,newtown"


def run(tmp_path: Path, *rows: str) -> str:
    path, out = tmp_path / "authorities.csv", StringIO()
    path.write_text("\n".join([HEADER, *rows]))
    call_command("import_bodies", path, stdout=out)
    return out.getvalue()


def test_import_adds_areas_and_bodies_with_districts_under_their_county(tmp_path: Path) -> None:
    said = run(tmp_path, DISTRICT, COUNTY)

    assert "areas: 2 added, 0 changed, 0 left, 0 refused" in said
    assert "bodies: 2 added, 0 changed, 0 left, 0 refused" in said
    district = Area.objects.get(code="E07000901")
    assert (district.name, district.kind) == ("Millbrook", "district")
    assert district.parent == Area.objects.get(code="E10000901", kind="county")
    assert district.parent.valid_from == date(1974, 4, 1)
    body = Body.objects.get(code="E07000901")
    assert (body.name, body.slug, body.nation) == ("Millbrook District Council", "millbrook", "ENG")
    assert body.area == district


@pytest.mark.parametrize(
    ("kind", "nation", "area_kind", "body_nation"),
    [
        ("UA", "England", "unitary", "ENG"),
        ("MD", "England", "unitary", "ENG"),
        ("LBO", "England", "unitary", "ENG"),
        ("CC", "England", "unitary", "ENG"),
        ("WPA", "Wales", "unitary", "WLS"),
        ("SCO", "Scotland", "unitary", "SCT"),
        ("NID", "Northern Ireland", "unitary", "NIR"),
    ],
)
def test_import_knows_the_types_and_nations(
    tmp_path: Path, kind: str, nation: str, area_kind: str, body_nation: str
) -> None:
    run(tmp_path, f"X,X Council,X,X1,,,,{nation},{kind},,x")

    assert Area.objects.get().kind == area_kind
    assert Body.objects.get().nation == body_nation


def test_import_gives_a_combined_authority_no_area(tmp_path: Path) -> None:
    said = run(tmp_path, "GMX,Great Authority,Great,E47000901,,,,England,COMB,,")

    assert "1 combined authorities have no area: Great" in said
    assert not Area.objects.exists()
    assert Body.objects.get().area is None


def test_import_links_successors_and_ends_the_day_before_them(tmp_path: Path) -> None:
    said = run(tmp_path, OLD, NEW, COUNTY)

    assert "successors: 1 added, 0 changed, 0 left, 0 refused" in said
    old = Area.objects.get(code="OLD")
    assert old.valid_to == date(2023, 3, 31)
    assert [area.code for area in old.successors.all()] == ["E06000901"]
    assert Body.objects.get(code="OLD").ended_on == date(2023, 3, 31)
    assert Body.objects.get(code="E06000901").ended_on is None


def test_import_gives_the_plain_address_to_the_present_body(tmp_path: Path) -> None:
    run(tmp_path, OLD, NEW, COUNTY)

    slugs = dict(Body.objects.values_list("code", "slug"))
    assert slugs == {"OLD": "oldham", "E06000901": "newtown", "E10000901": "fellshire"}


def test_import_numbers_an_address_when_all_others_are_taken(tmp_path: Path) -> None:
    for slug in ("newtown", "new-council", "new-council-2"):
        Body.objects.create(name=slug, slug=slug)

    run(tmp_path, NEW)

    assert Body.objects.get(code="E06000901").slug == "new-council-3"


def test_import_again_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path, DISTRICT, COUNTY, OLD, NEW)
    before = [*Area.objects.order_by("pk").values(), *Body.objects.order_by("pk").values()]

    said = run(tmp_path, DISTRICT, COUNTY, OLD, NEW)

    assert "areas: 0 added, 0 changed, 4 left" in said
    assert "successors: 0 added, 0 changed, 1 left" in said
    assert "bodies: 0 added, 0 changed, 4 left" in said
    after = [*Area.objects.order_by("pk").values(), *Body.objects.order_by("pk").values()]
    assert after == before


def test_import_keeps_the_boundary_and_kind_of_an_area_that_is_there(tmp_path: Path) -> None:
    boundary = {"type": "Polygon", "coordinates": []}
    Area.objects.create(code="E06000901", name="N", kind="district", boundary=boundary)

    said = run(tmp_path, NEW)

    assert "areas: 0 added, 1 changed, 0 left" in said
    assert "E06000901 Newtown stays a district" in said
    area = Area.objects.get()
    assert (area.name, area.kind, area.boundary) == ("Newtown", "district", boundary)


def test_import_adopts_a_body_that_was_made_for_the_area(tmp_path: Path) -> None:
    area = Area.objects.create(code="E06000901", name="Newtown", kind="unitary")
    body = Body.objects.create(name="Newtown", slug="our-newtown", area=area)

    said = run(tmp_path, NEW)

    assert "bodies: 0 added, 1 changed, 0 left" in said
    body.refresh_from_db()
    assert (body.code, body.name, body.slug) == ("E06000901", "New Council", "our-newtown")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (DISTRICT.replace("FEL", "DEV"), "no county has the code DEV"),
        (OLD.replace("NEW", "NWE"), "no area in the file has the code NWE"),
        (OLD.replace("1974-04-01", "1 April"), "'1 April' is not a date like 2024-05-02"),
        (OLD.replace("1974", "2024"), "it ends on 2023-03-31 before it starts"),
        (OLD.replace("NMD", "XYZ"), "local-authority-type 'XYZ' is not known"),
        (OLD.replace("England", "Mars"), "its nation 'Mars' is not known"),
        (OLD.replace("Old Council", ""), "its name is missing"),
        (OLD.replace("OLD", ""), "its local-authority-code '' is not its own"),
        (OLD.replace("OLD", "NEW"), "its local-authority-code 'NEW' is not its own"),
        (OLD.replace("Oldham,", f"Oldham,{'E' * 41}"), "is too long"),
        (OLD.replace("Oldham,", "Oldham,E06000901"), "E06000901 is in the file twice"),
    ],
)
def test_import_refuses_the_file_for_one_bad_row(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, NEW, COUNTY, row)

    assert "nothing was imported.\n  row 4 (" in str(refusal.value)
    assert why in str(refusal.value)
    assert not Area.objects.exists()
    assert not Body.objects.exists()


def test_import_refuses_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there are no authorities in it"):
        run(tmp_path)
