from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Community
from discussions.models import Thread
from discussions.services import set_status
from questions.services import open_question
from tests.factories import (
    make_area,
    make_community,
    make_decision,
    make_membership,
    make_person,
    make_question,
    make_seat,
    make_thread,
)
from townhall import sitemaps

SITE = "https://townhall.example"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
KINDS = ["pages", "places", "communities", "councillors", "threads"]


@pytest.fixture(autouse=True)
def _real_site(settings, monkeypatch):
    settings.SITE_URL = SITE
    settings.DEMONSTRATION = False
    # How far rows are numbered depends on the tests before: one part holds them all.
    monkeypatch.setattr(sitemaps, "PER_PART", 1_000_000)


def read(client, address):
    response = client.get(address)
    assert (address, response.status_code) == (address, 200)
    assert response["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 (our own)


def listed(client, name, part=0):
    """The paths in a part of the map."""
    root = read(client, reverse("sitemap-part", args=[name, part]))
    urls = [loc.text for loc in root.findall("s:url/s:loc", NAMES)]
    assert all(url.startswith(SITE) for url in urls)
    return [url.removeprefix(SITE) for url in urls]


def whole_map(client):
    index = read(client, "/sitemap.xml")
    parts = [loc.text.removeprefix(SITE) for loc in index.findall("s:sitemap/s:loc", NAMES)]
    found = []
    for part in parts:
        urls = read(client, part).findall("s:url/s:loc", NAMES)
        found += [url.text.removeprefix(SITE) for url in urls]
    return parts, found


def test_map_lists_what_there_is(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour)
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)

    assert set(listed(client, "threads")) == {
        thread.get_absolute_url(),
        question.get_absolute_url(),
    }
    assert listed(client, "councillors") == ["/councillors/anne-reed/"]
    assert cast.community.get_absolute_url() in listed(client, "communities")
    assert cast.ward.get_absolute_url() in listed(client, "places")
    assert {"/", "/communities/", "/questions/", "/about/privacy/"} <= set(listed(client, "pages"))


@pytest.mark.parametrize("role", ["visitor", "resident", "moderator", "admin"])
def test_map_is_what_a_visitor_may_see_whoever_asks(cast, client_of, role):
    public = make_thread(cast.community, author=cast.neighbour)
    members = make_community(visibility="members")
    make_membership(cast.resident, members)
    make_thread(members, author=cast.resident, title="Behind the door")
    held = make_community(hold_first_posts=True)
    make_thread(held, title="Not read yet")
    archived = make_community(archived_at="2026-01-01T00:00Z", thread_count=1)

    _parts, found = whole_map(client_of(getattr(cast, role)))

    assert public.get_absolute_url() in found
    hidden = [members.slug, "behind-the-door", "not-read-yet", held.slug, archived.slug]
    assert [word for word in hidden for path in found if word in path] == []


def test_map_forgets_what_is_taken_away(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour)
    post = thread.posts.get()
    make_decision(post, verb="hide", rule="other", reason="Test.")
    set_status(post, "hidden", by=cast.moderator)
    closed = make_area(valid_to="2020-01-01")
    nobody = make_person()

    assert listed(client, "threads") == []
    assert closed.get_absolute_url() not in listed(client, "places")
    assert nobody.get_absolute_url() not in listed(client, "councillors")


def test_every_page_of_the_map_is_there_in_both_languages(cast, client):
    make_thread(cast.community, author=cast.neighbour, title="Caffi & <crêpe>")
    open_question(make_question(seat=cast.seat), by=cast.moderator)
    cast.seat.body.seats.create(person=make_person(), start_on="2020-01-01", end_on="2021-01-01")

    _parts, found = whole_map(client)

    assert len(found) > 20
    for path in found:
        assert (path, client.get(path).status_code) == (path, 200)
        assert (path, client.get(f"/cy{path}").status_code) == (path, 200)


def test_page_of_the_map_has_its_twin_and_its_date(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour)
    Thread.objects.filter(pk=thread.pk).update(last_post_at="2026-03-03T23:59Z")

    (url,) = read(client, "/sitemaps/threads-0.xml").findall("s:url", NAMES)

    twins = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)}
    address = thread.get_absolute_url()
    assert twins == {"en": f"{SITE}{address}", "cy": f"{SITE}/cy{address}"}
    assert url.find("s:lastmod", NAMES).text == "2026-03-03"


def test_index_has_a_part_for_each_range_of_numbers(cast, client, monkeypatch):
    threads = [make_thread(cast.community, author=cast.neighbour) for _ in range(5)]
    size = threads[2].pk  # so that a part ends among them
    monkeypatch.setattr(sitemaps, "PER_PART", size)

    parts, found = whole_map(client)

    assert len(set(found)) == len(found)
    assert {thread.get_absolute_url() for thread in threads} <= set(found)
    numbers = [thread.pk // size for thread in threads]
    assert set(numbers) == {0, 1}
    assert [part for part in parts if "threads" in part] == [
        f"/sitemaps/threads-{number}.xml" for number in range(max(numbers) + 1)
    ]
    assert listed(client, "threads", numbers[0]) == [
        thread.get_absolute_url() for thread in threads if thread.pk // size == numbers[0]
    ]


def test_address_with_odd_letters_is_quoted(client, db):
    area = make_area(code="A&B/é 1")

    assert listed(client, "places") == [area.get_absolute_url()]


@pytest.mark.parametrize("name", ["people-0", "threads-x", "threads", "pages--1"])
def test_part_that_nobody_made_is_not_found(client, db, name):
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


@pytest.mark.parametrize("number", ["7", "9" * 40])
def test_part_beyond_the_last_is_empty(client, db, number):
    assert read(client, f"/sitemaps/threads-{number}.xml").findall("s:url", NAMES) == []


def test_map_is_shared_and_new_when_something_is(cast, client):
    make_thread(cast.community, author=cast.neighbour)
    known = client.get("/sitemaps/threads-0.xml")["ETag"]

    again = client.get("/sitemaps/threads-0.xml", headers={"If-None-Match": known})

    assert (again.status_code, again["Cache-Control"]) == (
        304,
        "public, max-age=0, s-maxage=30",
    )


@pytest.mark.django_db(transaction=True)  # versions move when a transaction ends
def test_map_is_new_once_a_community_is_closed_to_the_public(cast, client):
    make_thread(cast.community, author=cast.neighbour)
    known = client.get("/sitemaps/threads-0.xml")["ETag"]
    Community.objects.filter(pk=cast.community.pk).update(visibility="members")

    answer = client.get("/sitemaps/threads-0.xml", headers={"If-None-Match": known})

    assert answer.status_code == 200
    assert b"<url>" not in answer.content


def robots(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(response.content.decode().splitlines())
    return rules


def test_robots_may_read_what_the_map_lists_and_not_what_is_private(cast, client):
    make_thread(cast.community, author=cast.neighbour)
    _parts, found = whole_map(client)

    rules = robots(client)

    assert [path for path in found if not rules.can_fetch("any", SITE + path)] == []
    private = ["/accounts/login/", "/mine/", "/notifications/", "/search/?q=x", "/posts/1/"]
    private += ["/unsubscribe/x/", "/moderation/report/1/", "/moderation/appeal/1/"]
    for path in ["/admin/", *private, *(f"/cy{path}" for path in private)]:
        assert (path, rules.can_fetch("any", SITE + path)) == (path, False)
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


def test_demonstration_is_closed_to_search_engines(client, db, settings):
    settings.DEMONSTRATION = True
    client = Client()

    rules = robots(client)

    assert not rules.can_fetch("any", f"{SITE}/")
    assert rules.site_maps() is None
    assert client.get("/sitemap.xml").status_code == 404
    assert client.get("/sitemaps/threads-0.xml").status_code == 404
    for path in ("/", "/about/", "/nowhere/", "/robots.txt"):
        assert client.get(path)["X-Robots-Tag"] == "noindex"


def test_real_site_is_open_to_search_engines(client, db):
    assert "X-Robots-Tag" not in Client().get("/").headers
    assert make_seat().person.get_absolute_url() in listed(client, "councillors")
