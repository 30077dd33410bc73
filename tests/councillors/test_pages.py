from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_area, make_body, make_person, make_seat

pytestmark = pytest.mark.django_db

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]
LIST = reverse("councillors:councillor-list")


def text(response):
    return " ".join(response.content.decode().split())


def seats(response):
    return list(response.context["seats"])


@pytest.mark.parametrize("name", CAST)
def test_directory_is_for_everybody(cast, client_of, name):
    response = client_of(getattr(cast, name)).get(LIST)

    assert response.status_code == 200
    assert seats(response) == [cast.seat]
    assert reverse("questions:question-ask", args=["anne-reed"]) in text(response)
    assert "/councillors/anne-reed/" in text(response)


def test_directory_groups_by_body_then_place_then_name(client):
    parish, county = make_body(name="Aske Parish"), make_body(name="Dale County")
    hill, moor = make_area(name="Hill"), make_area(name="Moor")
    expected = [
        make_seat(body=parish, area=None, area_name="Aske"),
        make_seat(body=county, area=hill, person=make_person(name="Amy")),
        make_seat(body=county, area=hill, person=make_person(name="Zoe")),
        make_seat(body=county, area=hill, person=None),
        make_seat(body=county, area=moor, person=make_person(name="Bea")),
    ]

    response = client.get(LIST)

    assert seats(response) == expected
    page = text(response)
    places = [
        page.index(f"<h{level}>{name}<")
        for level, name in [
            (2, "Aske Parish"),
            (3, "Aske"),
            (2, "Dale County"),
            (3, "Hill"),
            (3, "Moor"),
        ]
    ]
    assert places == sorted(places)


def test_directory_leaves_out_who_no_longer_sits(client):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_seat(end_on=yesterday)
    make_seat(start_on=timezone.localdate() + timedelta(days=1))
    make_seat(body=make_body(ended_on=yesterday))
    last_day = make_seat(end_on=timezone.localdate())

    assert seats(client.get(LIST)) == [last_day]


def test_directory_shows_vacancies(client):
    make_seat(person=None)

    assert "<b>Vacant</b>" in text(client.get(LIST))


@pytest.mark.parametrize(
    "words", ["anne", "REED", "anne reed", "millbrook", "melinfa", "green", "reed green"]
)
def test_directory_finds_by_name_place_and_party(cast, client, words):
    make_seat()
    cast.seat.party = "Green Dale"
    cast.seat.save()
    cast.ward.name_cy = "Melinfa"
    cast.ward.save()

    assert seats(client.get(LIST, {"q": words})) == [cast.seat]


def test_directory_finds_places_that_are_not_on_the_map(client):
    make_seat()
    seat = make_seat(area=None, area_name="The fens")

    assert seats(client.get(LIST, {"q": "fens"})) == [seat]


def test_directory_filters_by_body(cast, client):
    other = make_seat()

    assert seats(client.get(LIST, {"body": cast.body.slug})) == [cast.seat]
    assert seats(client.get(LIST, {"body": other.body.slug})) == [other]


@pytest.mark.parametrize("query", [{"q": "nobody at all"}, {"q": "%"}, {"q": "_"}])
def test_directory_that_finds_nothing_says_so(cast, client, query):
    response = client.get(LIST, query)

    assert seats(response) == []
    assert "No councillor fits what you typed." in text(response)


def test_directory_without_councillors_says_what_it_will_be(client):
    assert "There are no councillors here yet." in text(client.get(LIST))


@pytest.mark.parametrize("query", [{"body": "no-such"}, {"q": "x" * 101}, {"page": "x"}])
def test_directory_shows_everybody_for_what_makes_no_sense(cast, client, query):
    make_seat()

    assert len(seats(client.get(LIST, query))) == 2


def test_directory_pages_hold_a_hundred_seats(cast, client):
    for _ in range(103):
        make_seat(body=cast.body, area=cast.ward)

    pages = [client.get(LIST, {"q": "millbrook", "page": page}) for page in (1, 2)]

    found = [seat.pk for page in pages for seat in seats(page)]
    assert [len(seats(page)) for page in pages] == [100, 4]
    assert len(set(found)) == 104
    assert "?q=millbrook&amp;page=2" in text(pages[0])


def test_directory_escapes_names(client):
    make_seat(person=make_person(name="<i>Ann</i>"), party="<b>Blue</b>")

    page = text(client.get(LIST, {"q": "<i>"}))

    assert "<i>Ann" not in page
    assert "<b>Blue" not in page
    assert "&lt;i&gt;Ann" in page


def test_directory_costs_the_same_for_one_and_three(cast, client, django_assert_num_queries):
    # versions, which bodies, how many seats, the seats; whether a body chosen exists
    with django_assert_num_queries(4):
        client.get(LIST)
    make_seat()
    make_seat(person=None, start_on=date(2026, 1, 1))

    # and the bodies once more, for the field that chooses one
    with django_assert_num_queries(5):
        client.get(LIST)
    for _ in range(3):
        make_seat()
    with django_assert_num_queries(5):
        client.get(LIST)
