import re
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory

from accounts.models import User
from discussions.services import set_status
from tests.factories import make_area, make_community, make_decision, make_post, make_thread

HEAD = """{% load head %}{% keep as page_title %} {% block title %}{{ words }}{% endblock %}
{% endkeep %}<title>{{ page_title }}</title>{% share page_title "What it is about." %}"""


def head(path="/", **context):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    template = engines["django"].from_string(HEAD)
    return template.render({"words": "A title", "site_title": "Dale", **context}, request)


def meta(html):
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html))


def links(html):
    found = re.findall(r'<link rel="(\w+)"(?: hreflang="([-\w]+)")? href="([^"]+)">', html)
    return {language or relation: address for relation, language, address in found}


@pytest.fixture(autouse=True)
def _real_site(settings):
    settings.SITE_URL = "https://townhall.example"
    settings.DEMONSTRATION = False


def test_page_says_where_it_is_and_what_it_is(db):
    html = head("/discussions/12/heron/")

    shown = meta(html)
    assert "<title>A title</title>" in html
    assert (shown["og:title"], shown["og:site_name"]) == ("A title", "Dale")
    assert shown["og:description"] == "What it is about."
    assert shown["og:url"] == "https://townhall.example/discussions/12/heron/"
    assert (shown["og:type"], shown["twitter:card"]) == ("article", "summary_large_image")
    assert (shown["og:locale"], shown["og:locale:alternate"]) == ("en_GB", "cy_GB")
    assert "robots" not in shown


def test_page_of_a_member_says_only_where_it_is():
    html = head("/discussions/12/heron/?page=2", user=User(public_name="Ada"))

    assert links(html) == {"canonical": "https://townhall.example/discussions/12/heron/?page=2"}
    assert meta(html) == {}


@pytest.mark.parametrize("path", ["/about/", "/cy/about/"])
def test_page_names_its_twins_in_both_languages(path):
    html = head(path)

    assert links(html) == {
        "canonical": f"https://townhall.example{path}",
        "en": "https://townhall.example/about/",
        "cy": "https://townhall.example/cy/about/",
        "x-default": "https://townhall.example/about/",
    }
    assert meta(html)["og:locale"] == ("cy_GB" if "cy" in path else "en_GB")


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?page=2", "?page=2"),
        ("?page=1", ""),
        ("?postcode=NM4+2AB", ""),
        ("?state=answered&after=2026_1&utm_source=x", "?state=answered&amp;after=2026_1"),
        ("?page=%22%3E%3Cscript%3E", "?page=%22%3E%3Cscript%3E"),
    ],
)
def test_address_keeps_what_makes_another_page_and_nothing_else(query, kept):
    assert links(head(f"/about/{query}"))["canonical"] == f"https://townhall.example/about/{kept}"


def test_picture_is_ours_and_there(db):
    address = meta(head())["og:image"]

    path = Path(site.BASE_DIR) / "static" / address.partition("/static/")[2]
    file = path.read_bytes()
    assert address.startswith("http")
    assert [int.from_bytes(file[at : at + 4]) for at in (16, 20)] == [1200, 630]
    assert len(file) < 20_000


def test_hostile_title_stays_in_its_attribute():
    html = head("/places/%22%3E%3Cscript%3E/", words='"><script>alert(1)</script>')

    assert "<script" not in html
    assert meta(html)["og:title"] == "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"


def test_words_of_a_template_are_not_escaped_twice():
    template = engines["django"].from_string(
        '{% load head %}{% keep as t %}Fish & "chips" {{ x }}{% endkeep %}{% share t t %}'
    )

    html = template.render({"x": "<&>"}, RequestFactory().get("/"))

    assert meta(html)["og:title"] == "Fish & &quot;chips&quot; &lt;&amp;&gt;"


def test_error_page_and_page_outside_a_request_say_nothing():
    assert head("/nowhere/", exception="gone").endswith("</title>")
    template = engines["django"].from_string("{% load head %}{% share 'a' 'b' %}")
    assert template.render({}) == ""


def test_page_that_is_not_to_be_found_says_only_that():
    html = head("/search/", noindex=True)

    assert (meta(html), links(html)) == ({"robots": "noindex"}, {})


def test_demonstration_is_not_to_be_found_either():
    assert meta(head("/about/", demonstration=True))["robots"] == "noindex"


def test_title_block_of_a_page_reaches_every_place(tmp_path, settings):
    (tmp_path / "whole.html").write_text(HEAD)
    (options,) = settings.TEMPLATES
    settings.TEMPLATES = [{**options, "DIRS": [tmp_path, *options["DIRS"]]}]
    page = '{% extends "whole.html" %}{% block title %}Rules & more{% endblock %}'

    html = engines["django"].from_string(page).render({}, RequestFactory().get("/"))

    assert "<title>Rules & more</title>" in html
    assert meta(html)["og:title"] == "Rules & more"


@pytest.fixture
def pages(cast):
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    return {
        "/about/": False,
        "/search/?q=heron": True,
        thread.get_absolute_url(): False,
        cast.community.get_absolute_url(): False,
        cast.ward.get_absolute_url(): False,
        cast.neighbour.get_absolute_url(): False,
        cast.outsider.get_absolute_url(): True,  # has written nothing
        make_community().get_absolute_url(): True,  # nothing was written there
        "/tags/weir/": False,
    }


def noindex(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return bool(response.context.get("noindex"))


def test_pages_with_something_on_them_are_to_be_found(client, pages):
    assert {address: noindex(client, address) for address in pages} == pages


def test_pages_that_are_closed_or_emptied_are_not_to_be_found(cast, client, pages):
    thread = make_thread(cast.community, author=cast.neighbour, tags=["otter"])
    answer = make_post(thread, author=cast.resident)
    for post in (thread.posts.get(number=1), answer):
        make_decision(post, verb="hide", rule="other", reason="Test.")
        set_status(post, "hidden", by=cast.moderator)
    closed = make_area(valid_to="2020-01-01")
    archived = make_thread().community
    archived.archived_at = archived.created_at
    archived.save()

    for address in (
        thread.get_absolute_url(),
        closed.get_absolute_url(),
        archived.get_absolute_url(),
    ):
        assert (address, noindex(client, address)) == (address, True)


@pytest.mark.parametrize("query", ["?show=discussions", "?show=unanswered", "?tag=weir"])
def test_chosen_threads_are_not_to_be_found(cast, client, pages, query):
    address = cast.community.get_absolute_url()

    assert client.get(f"{address}{query}").context["page"].rows
    assert [noindex(client, each) for each in (address, f"{address}{query}")] == [False, True]


def test_posts_of_a_person_in_one_office_are_not_to_be_found(cast, client, pages):
    address = cast.neighbour.get_absolute_url()

    assert client.get(f"{address}?as=resident").context["page"].rows
    assert [noindex(client, each) for each in (address, f"{address}?as=resident")] == [False, True]


def test_head_asks_the_database_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        head("/discussions/12/heron/?page=2")


@pytest.mark.django_db
def test_page_for_no_request_names_the_site(client):
    answer = client.get("/?q=%00")

    assert answer.status_code == 400
    page = answer.content.decode()
    assert f"<title>We did not understand that – {site.COUNCIL_NAME} town hall</title>" in page
    assert page.count(f"{site.COUNCIL_NAME} town hall") >= 3
