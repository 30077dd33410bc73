import pytest

from communities.models import Area
from tests.factories import make_area
from townhall import reading

pytestmark = pytest.mark.django_db
DRAWN = {"outline": "M0 0h9v9z", "box_left": 0, "box_top": 0, "box_right": 9, "box_bottom": 9}


def test_list_links_each_ward_under_its_council(cast, client):
    make_area(name="Old Mill", parent=cast.ward.parent, valid_to="2020-01-01")

    page = client.get("/places/").content.decode()

    assert f'<a href="{cast.ward.get_absolute_url()}">Millbrook</a>' in page
    assert f'<a href="{cast.ward.parent.get_absolute_url()}">Northmoor</a>' in page
    assert "Old Mill" not in page


def test_list_without_places_says_what_will_be_here(client):
    assert "No places have been added yet." in client.get("/places/").content.decode()


def test_list_of_a_whole_country_is_one_of_councils(cast, client, monkeypatch):
    monkeypatch.setattr(reading, "MOST_PLACES", 1)
    make_area(name="Fellside", parent=cast.ward.parent)

    page = client.get("/places/").content.decode()

    assert "Northmoor" in page
    assert "Fellside" not in page


def test_map_draws_each_ward_that_has_an_outline(cast, client):
    Area.objects.filter(pk=cast.ward.pk).update(**DRAWN)
    make_area(name="Without outline")

    response = client.get("/places/map.svg")

    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.content.decode().count("<path") == 1
    assert 'd="M0 0h9v9z"' in response.content.decode()


def test_map_runs_nothing(cast, client):
    policy = client.get("/places/map.svg").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "sandbox" in policy


def test_map_has_the_councils_colour(client, settings):
    settings.COUNCIL_COLOUR = "#7a1f5c"

    assert "#7a1f5c" in client.get("/places/map.svg").content.decode()


def test_home_shows_members_their_own_communities_first(cast, client_of):
    page = client_of(cast.resident).get("/").content.decode()

    assert page.index(cast.community.get_absolute_url()) < page.index("Being talked about")
    assert "Your communities" not in client_of(None).get("/").content.decode()


def test_home_helps_who_joined_nothing(cast, client_of):
    page = client_of(cast.outsider).get("/").content.decode()

    assert "You have not joined a community yet." in page
