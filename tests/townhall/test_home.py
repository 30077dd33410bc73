import pytest

from tests.factories import make_area, make_community, make_membership, make_postcode, make_thread
from townhall.places import find_place


@pytest.fixture
def postcodes(cast):
    other = make_area(name="Harbour", parent=cast.ward.parent)
    make_postcode("NM4 2AB", cast.ward)
    make_postcode("NM4 3AC", other)
    make_postcode("NM4 2AD", cast.ward, other)
    make_postcode("NM41 1AA", other)
    return cast.ward, other


@pytest.mark.parametrize("typed", ["NM4 2AB", "nm42ab", " nM4  2aB ", "NM4-2AB", "N M 4 2 A B"])
def test_postcode_leads_to_its_ward_in_any_spacing_or_case(postcodes, client, typed):
    response = client.get("/", {"postcode": typed})

    assert response.url == postcodes[0].get_absolute_url()


@pytest.mark.parametrize(
    ("typed", "names", "problem"),
    [
        ("NM4 2AD", ["Harbour", "Millbrook"], ""),
        ("NM4", ["Harbour", "Millbrook"], "beginning"),
        ("nm4 2", ["Harbour", "Millbrook"], "beginning"),
        ("NM4 3", ["Harbour"], "beginning"),
        ("NM9 9ZZ", [], "unknown"),
        ("NM9", [], "unknown"),
        ("Mill Lane", [], "malformed"),
        ("M", [], "malformed"),
        ("'; DROP TABLE", [], "malformed"),
    ],
)
def test_postcode_that_names_no_single_ward_asks(postcodes, client, typed, names, problem):
    finding = find_place(typed)
    response = client.get("/", {"postcode": typed})

    assert ([ward.name for ward in finding.wards], finding.problem) == (names, problem)
    assert response.status_code == 200
    assert 'id="finding"' in response.content.decode()


def test_postcode_of_a_closed_ward_leads_to_the_open_one(postcodes, client):
    old = make_area(name="Old Millbrook", valid_to="2023-05-03")
    make_postcode("NM5 1AA", old, postcodes[0])

    response = client.get("/", {"postcode": "NM5 1AA"})

    assert response.url == postcodes[0].get_absolute_url()


def test_home_shows_public_threads_and_hides_the_others(cast, client):
    make_thread(cast.community, title="Ice on Mill Lane")
    make_thread(make_community(visibility="members"), title="Between us")

    html = client.get("/").content.decode()

    assert "Ice on Mill Lane" in html
    assert "Between us" not in html


def test_home_of_an_empty_town_says_how_to_begin(db, client):
    html = client.get("/").content.decode()

    assert "The first thread could be yours." in html


def test_mine_gathers_my_communities_and_marks_what_is_new(cast, client_of):
    second = make_community(name="Growing together")
    make_membership(cast.resident, second)
    make_thread(cast.community, title="Ice on Mill Lane")
    make_thread(second, title="Seed swap")
    make_thread(make_community(), title="Somewhere else")

    html = client_of(cast.resident).get("/mine/").content.decode()

    assert "Ice on Mill Lane" in html
    assert "Seed swap" in html
    assert "Somewhere else" not in html
