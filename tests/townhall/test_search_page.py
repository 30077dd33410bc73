import pytest

from tests.factories import make_community, make_thread


def test_search_marks_hits_and_escapes_the_text(cast, client):
    make_thread(cast.community, body="<b>heron</b> < 5 & \x02chick")

    html = client.get("/search/", {"q": "heron"}).content.decode()

    assert "<mark>heron</mark>" in html
    assert "&lt; 5 &amp;" in html
    assert "<b>" not in html.split("<ol")[1].split("</ol>")[0]


def test_search_says_when_nothing_was_found(cast, client):
    make_thread(make_community(visibility="members"), body="heron")

    html = client.get("/search/", {"q": "heron"}).content.decode()

    assert "Nothing that you can read has “heron”." in html


def test_search_pages_through_many_hits(cast, client):
    threads = {make_thread(cast.community, body="heron").pk for _ in range(25)}

    pages = [client.get("/search/", {"q": "heron", "page": page}) for page in (1, 2)]

    hits = [[post.thread_id for post in page.context["hits"]] for page in pages]
    assert [len(page) for page in hits] == [20, 5]
    assert {*hits[0], *hits[1]} == threads


@pytest.mark.parametrize("number", ["0", "26", "x", "-1", "", "9" * 40])
def test_search_page_that_is_none_is_not_found(db, client, number):
    assert client.get("/search/", {"q": "heron", "page": number}).status_code == 404
