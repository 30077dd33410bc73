"""Files that look right and are not: other columns, other places, other encodings."""

import codecs
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from communities.models import Area, Postcode
from tests.factories import make_area

pytestmark = pytest.mark.django_db
SQUARE = [[-2, 53], [-2, 54], [-1, 54], [-1, 53], [-2, 53]]
HEADER = "postcode,ward_code,lat,lon"


def feature(ring=SQUARE, **properties):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def take_areas(tmp_path, *features, flags=(), encoding="utf-8"):
    path, out = tmp_path / "areas.geojson", StringIO()
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    call_command("import_areas", path, "--kind=ward", *flags, stdout=out)
    return out.getvalue()


def take_postcodes(tmp_path, *rows, encoding="utf-8"):
    path, out = tmp_path / "postcodes.csv", StringIO()
    path.write_bytes("\n".join([HEADER, *rows]).encode(encoding))
    call_command("import_postcodes", path, stdout=out)
    return out.getvalue()


def refusal_of(take, *args, **kwargs):
    with pytest.raises(CommandError) as refused:
        take(*args, **kwargs)
    return str(refused.value)


@pytest.mark.parametrize("count", [1, 2])
def test_kind_in_one_column_is_not_taken_for_the_code_in_another(tmp_path, count):
    other = make_area(code="DIW", name="Somewhere else")
    features = [
        feature(NAME=f"Mill {n}", AREA_CODE="DIW", CODE=f"E0500000{n}") for n in range(count)
    ]

    take_areas(tmp_path, *features)

    other.refresh_from_db()
    assert other.name == "Somewhere else"
    wards = Area.objects.exclude(pk=other.pk).values_list("code", "name")
    assert set(wards) == {(f"E0500000{n}", f"Mill {n}") for n in range(count)}


def test_kind_alone_is_no_code(tmp_path):
    words = refusal_of(take_areas, tmp_path, feature(NAME="Mill", AREA_CODE="DIW"))

    assert "AREA_CODE says of what kind an area is: say with --code-field" in words
    assert not Area.objects.exists()


def test_two_columns_of_codes_that_do_not_agree_are_asked_about(tmp_path):
    given = feature(name="Mill", code="E05000001", gss_code="E05000002")

    words = refusal_of(take_areas, tmp_path, given)
    take_areas(tmp_path, given, flags=["--code-field=gss_code"])

    assert "code and gss_code could both be the code: say which with --code-field" in words
    assert Area.objects.get().code == "E05000002"


def test_two_columns_of_codes_that_agree_are_taken(tmp_path):
    take_areas(tmp_path, feature(name="Mill", code="E05000001", gss_code="E05000001"))

    assert Area.objects.get().code == "E05000001"


def test_name_that_all_areas_share_is_not_theirs(tmp_path):
    features = [
        feature(AREA_NAME="Ward", NAME=name, CODE=code)
        for name, code in (("Mill", "E05000001"), ("Fell", "E05000002"))
    ]

    take_areas(tmp_path, *features)

    assert set(Area.objects.values_list("name", flat=True)) == {"Mill", "Fell"}


def swapped(ring):
    return [[y, x] for x, y in ring]


PLACES = [
    (swapped(SQUARE), "has longitude and latitude swapped: longitude comes first"),
    ([[385_000, 399_000], [385_000, 400_000], [386_000, 400_000]], "metres of a national grid"),
    ([[-2, 53], [-2, 10**400], [-1, 54]], "is not a position"),
    ([[-2, 53], [-2, float("inf")], [-1, 54]], "they must be numbers"),
    ([[-2, 53], [float("nan"), 54], [-1, 54]], "they must be numbers"),
    ([[0, 0], [0, 0], [0, 0]], "stands for a place that is not known: leave it out"),
    ([[144, -37], [145, -37], [145, -38]], "If it is right, set PLACE_BOUNDS"),
    ([[-2, 53], [True, None], [-1, 54]], "not lists of positions"),
]


@pytest.mark.parametrize(("ring", "why"), PLACES)
def test_area_outside_any_place_of_the_site_is_refused(tmp_path, ring, why):
    assert why in refusal_of(take_areas, tmp_path, feature(ring, name="Mill", code="E05000001"))
    assert not Area.objects.exists()


def test_site_elsewhere_says_where_it_is(tmp_path, settings):
    settings.PLACE_BOUNDS = (140, -40, 150, -30)

    take_areas(tmp_path, feature([[144, -37], [145, -37], [145, -38]], name="M", code="VIC1"))

    assert Area.objects.get().code == "VIC1"


@pytest.mark.parametrize(
    ("lat", "lon", "why"),
    [
        ("-2.26", "53.46", "has longitude and latitude swapped"),
        ("399000", "385000", "convert metres of a national grid to WGS 84"),
        ("99.999999", "0.000000", "leave it empty where the place is not known"),
        ("0", "0", "stands for a place that is not known: leave it out"),
        ("1e999", "0", "is not in degrees"),
        ("53.46", "", "it has only one of lat and lon"),
        ("53.46", "-70", "is far from here"),
    ],
)
def test_postcode_outside_any_place_of_the_site_is_refused(tmp_path, lat, lon, why):
    make_area(code="E051")

    assert why in refusal_of(take_postcodes, tmp_path, f"M15 4AD,E051,{lat},{lon}")
    assert not Postcode.objects.exists()


def test_postcode_without_a_place_is_taken(tmp_path):
    make_area(code="E051")

    take_postcodes(tmp_path, "M15 4AD,E051,,")

    assert Postcode.objects.get().lat is None


def test_rows_of_separators_are_passed_over_and_counted(tmp_path):
    make_area(code="E051")

    said = take_postcodes(tmp_path, ",,,", "M15 4AD,E051,53.4,-2.2", "", ' , ,"",', ",,,,,,,,")

    assert Postcode.objects.count() == 1
    assert "3 empty rows passed over" in said


def test_rows_of_separators_before_the_header_are_passed_over(tmp_path):
    make_area(code="E051")
    path = tmp_path / "postcodes.csv"
    path.write_text(f",,,\n\n{HEADER}\nM15 4AD,E051,53.4,-2.2\n")

    call_command("import_postcodes", path, stdout=StringIO())

    assert Postcode.objects.count() == 1


ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_table_in_another_encoding_is_refused_with_how_to_save_it(tmp_path, encoding):
    make_area(code="E051")

    words = refusal_of(take_postcodes, tmp_path, "M15 4AD,E051,53.4,-2.2", encoding=encoding)

    assert encoding[:6].upper() in words
    assert "Save As, “CSV UTF-8 (Comma delimited)”" in words


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_map_in_another_encoding_is_refused_with_how_to_save_it(tmp_path, encoding):
    given = feature(name="Mill", code="E05000001")

    words = refusal_of(take_areas, tmp_path, given, encoding=encoding)

    assert encoding[:6].upper() in words
    assert "save it as UTF-8" in words


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"{HEADER},name\nM15 4AD,E051,53.4,-2.2,Siân".encode("cp1252"), "maybe Windows-1252"),
        (codecs.BOM_UTF8 + f"{HEADER},é\nM15 4AD".encode("cp1252"), "maybe Windows-1252"),
        (f"\u00ef\u00bb\u00bf{HEADER}\n".encode(), "was saved in another encoding twice"),
        (b"PK\x03\x04\x14\0\x06\0", "a workbook or an archive"),
        (HEADER.replace(",", ";").encode(), "parted by semicolons: save it with commas"),
        (HEADER.replace(",", "\t").encode(), "parted by tabs: save it with commas"),
    ],
)
def test_table_that_was_saved_otherwise_is_refused_with_how_to_save_it(tmp_path, content, why):
    path = tmp_path / "postcodes.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=why):
        call_command("import_postcodes", path, stdout=StringIO())


@pytest.mark.parametrize("name", ["Llanfair\ufffdn", "Llanfairâ€™r"])
def test_name_whose_letters_are_spoilt_is_refused(tmp_path, name):
    given = feature(name=name, code="W05000001")

    assert "letters of the name" in refusal_of(take_areas, tmp_path, given)


@pytest.mark.parametrize("name", ["Llanfairpwllgwyngyll", "Siân’s Tŷ", "Île–sur–Œuf", "Ü"])
def test_name_with_letters_of_other_languages_is_taken(tmp_path, name):
    take_areas(tmp_path, feature(name=name, code="W05000001"))

    assert Area.objects.get().name == name
