from datetime import date

from communities.models import Area
from questions.services import open_question
from tests.factories import (
    make_area,
    make_community,
    make_postcode,
    make_question,
    make_seat,
    make_thread,
)

SQUARE = {
    "outline": "M0 0h10v10h-10z",
    "box_left": 0,
    "box_top": 0,
    "box_right": 10,
    "box_bottom": 10,
}


def test_place_page_gathers_its_rooms(cast, client):
    make_thread(cast.community, title="Ice on Mill Lane")
    division = make_area(kind="division", name="Mill and Moor")
    make_postcode("NM4 2AB", cast.ward, division)
    make_seat(area=division, person=None)
    seat = make_seat(area=division)

    html = client.get(cast.ward.get_absolute_url()).content.decode()

    for text in (
        "Millbrook",
        "Northmoor",
        "Ice on Mill Lane",
        "Anne Reed",
        seat.person.name,
        "Millbrook neighbours",
    ):
        assert text in html


def test_place_page_leaves_out_what_is_elsewhere(cast, client):
    elsewhere = make_area(name="Harbour")
    make_thread(make_community(area=elsewhere), title="Boats")
    seat = make_seat(area=elsewhere)
    for asked, title in ((seat, "Who dredges the harbour?"), (cast.seat, "Who grits Mill Lane?")):
        open_question(make_question(seat=asked, title=title), by=cast.moderator)

    html = client.get(cast.ward.get_absolute_url()).content.decode()

    assert "Who grits Mill Lane?" in html
    assert "Who dredges the harbour?" not in html
    assert "Boats" not in html
    assert seat.person.name not in html


def test_place_page_hides_questions_that_nobody_read_yet(cast, client):
    make_question(seat=cast.seat, title="Between you and me")

    html = client.get(cast.ward.get_absolute_url()).content.decode()

    assert "Between you and me" not in html


def test_map_is_drawn_with_neighbours_and_a_text_alternative(cast, client):
    Area.objects.filter(pk=cast.ward.pk).update(**SQUARE)
    near = {**SQUARE, "outline": "M10 0h9v9z", "box_left": 10, "box_right": 19}
    make_area(name="Harbour", parent=cast.ward.parent, **near)
    far = {**near, "outline": "M90 0h9v9z", "box_left": 90, "box_right": 99}
    make_area(name="Fellside", parent=cast.ward.parent, **far)

    html = client.get(cast.ward.get_absolute_url()).content.decode()

    assert 'd="M0 0h10v10h-10z"' in html
    assert 'd="M10 0h9v9z"' in html
    assert 'd="M90 0h9v9z"' not in html
    assert "Outline of Millbrook, a ward among its neighbours: Harbour" in " ".join(html.split())


def test_district_without_an_outline_is_drawn_from_its_wards(cast, client):
    Area.objects.filter(pk=cast.ward.pk).update(**SQUARE)

    html = client.get(cast.ward.parent.get_absolute_url()).content.decode()

    assert 'viewBox="-1 -1 12 12"' in html
    assert "Map of the places in Northmoor: Millbrook" in " ".join(html.split())


def test_district_of_many_parishes_lists_them_and_draws_none(cast, client):
    district = cast.ward.parent
    for number in range(200):
        make_area(name=f"Parish {number}", kind="parish", parent=district, **SQUARE)

    html = client.get(district.get_absolute_url()).content.decode()

    assert html.count(' <span class="meta">parish</span>') == 200
    assert (SQUARE["outline"] in html, len(html) < 60_000) == (False, True)


def test_place_without_a_map_says_so(cast, client):
    html = client.get(cast.ward.get_absolute_url()).content.decode()

    assert "No map of this place was imported." in html


def test_closed_ward_names_its_successors(cast, client):
    old = make_area(name="Old Millbrook", valid_to=date(2023, 5, 3))
    old.successors.add(cast.ward)

    html = client.get(old.get_absolute_url()).content.decode()

    assert "ended on 3 May 2023" in html
    assert cast.ward.get_absolute_url() in html


def test_unknown_place_is_not_found(cast, client):
    assert client.get("/places/X99/").status_code == 404


def test_councillor_page_keeps_ended_seats(cast, client):
    make_seat(
        person=cast.seat.person,
        body=cast.body,
        role="Mayor",
        start_on=date(2019, 5, 2),
        end_on=date(2020, 5, 1),
    )

    html = client.get("/councillors/anne-reed/").content.decode()

    assert "Councillor" in html
    assert "until May 2020" in html
