from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from discussions.models import Thread
from discussions.search import LAST_PAGE_OF_HITS
from discussions.services import set_answer
from tests.factories import age, make_community, make_membership, make_post, make_thread, make_user


def look(client, **asked):
    return client.get("/search/", {"q": "heron", **asked})


def found(response):
    return [post.thread.title for post in response.context["hits"]]


def page_of(response):
    return response.content.decode()


def test_search_marks_hits_and_escapes_the_text(cast, client):
    make_thread(cast.community, body="<b>heron</b> < 5 & \x02chick")

    html = page_of(look(client))

    assert "<mark>heron</mark>" in html
    assert "&lt; 5 &amp;" in html
    assert "<b>" not in html.split("<ol")[1].split("</ol>")[0]


def test_search_shows_readable_words(cast, client):
    make_thread(cast.community, body="**See** the [heron](https://example.org/?a=1&b=2) & *me*")

    html = page_of(look(client))

    assert "See the <mark>heron</mark> &amp; me" in html


def test_search_says_when_nothing_was_found(cast, client):
    make_thread(make_community(visibility="members"), body="heron")

    html = page_of(look(client))

    assert "Nothing that you can read has “heron”." in html
    assert "/communities/" in html.split("Try fewer or other words")[1].split("</p>")[0]


def test_search_says_what_it_left_out_when_nothing_was_found(cast, client):
    make_thread(cast.community, title="Heron")

    html = page_of(look(client, community=cast.community.slug, kind="question"))

    assert "Community: Millbrook neighbours; Kind: Questions." in html
    assert 'href="?q=heron"' in html
    assert f"/communities/{cast.community.slug}/new/" in html


def test_search_pages_through_many_hits(cast, client):
    threads = {make_thread(cast.community, body="heron").pk for _ in range(25)}

    pages = [look(client, page=page) for page in (1, 2)]

    hits = [[post.thread_id for post in page.context["hits"]] for page in pages]
    assert [len(page) for page in hits] == [20, 5]
    assert {*hits[0], *hits[1]} == threads
    assert ["These are the last." in page_of(page) for page in pages] == [False, True]


def test_search_that_fits_on_one_page_does_not_speak_of_the_last(cast, client):
    make_thread(cast.community, body="heron")

    assert "These are the last." not in page_of(look(client))


def test_search_keeps_its_pages_while_people_write_on(cast, client):
    for _ in range(25):
        make_thread(cast.community, body="heron")
    first = look(client)
    seen = {post.pk for post in first.context["hits"]}

    for _ in range(5):
        make_thread(cast.community, title="Heron, heron", body="heron")
    second = client.get("/search/" + first.context["next"])

    assert len(second.context["hits"]) == 5
    assert not seen & {post.pk for post in second.context["hits"]}
    assert len(client.get("/search/" + second.context["previous"]).context["hits"]) == 20


def test_search_past_the_last_hit_leads_back(cast, client):
    make_thread(cast.community, body="heron")

    response = look(client, page=7)

    assert "There are no more results." in page_of(response)
    assert "page=6" in response.context["previous"]


def test_search_has_a_last_page_that_leads_no_further(cast, client):
    for _ in range(21):
        make_thread(cast.community, body="heron")

    assert "page=2" in look(client).context["next"]
    assert look(client, page=2).context["next"] == ""
    assert look(client, page=LAST_PAGE_OF_HITS).status_code == 200


@pytest.mark.parametrize("number", ["0", "16", "x", "-1", "", "9" * 40, "²"])
def test_search_page_that_is_none_is_not_found(db, client, number):
    assert look(client, page=number).status_code == 404


@pytest.mark.parametrize("upto", ["x", "-1", "9" * 18, "9" * 40, "0"])
def test_search_takes_any_bound(cast, client, upto):
    make_thread(cast.community, body="heron")

    assert look(client, upto=upto).status_code == 200


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"community": "Millbrook NEIGHBOURS"}, ["Here"]),
        ({"community": "millbrook"}, ["Here"]),
        ({"tag": "weir"}, ["Elsewhere"]),
        ({"tag": "WEIR"}, ["Elsewhere"]),
        ({"person": "resident"}, ["Here"]),
        ({"person": "nobody at all"}, []),
        ({"kind": "question"}, ["Asked"]),
        ({"kind": "discussion"}, ["Elsewhere", "Here"]),
        ({"answered": "yes"}, []),
        ({"answered": "no"}, ["Asked"]),
        ({"since": "2026-01-02"}, ["Asked"]),
        ({"until": "31/12/2025"}, ["Elsewhere", "Here"]),
        ({"since": "2025-05-04", "until": "4 May 2025"}, ["Elsewhere", "Here"]),
        ({"community": "millbrook", "person": "resident", "kind": "discussion"}, ["Here"]),
        ({"community": "millbrook", "tag": "weir"}, []),
    ],
)
def test_search_is_narrowed_down(cast, client, asked, titles):
    type(cast.community).objects.filter(pk=cast.community.pk).update(slug="millbrook")
    older = [
        make_thread(cast.community, author=cast.resident, title="Here", body="heron"),
        make_thread(title="Elsewhere", body="heron", tags=["weir"]),
    ]
    asked_since = make_thread(title="Asked", body="heron", kind=Thread.Kind.QUESTION)
    for thread in older:
        thread.posts.update(published_at=datetime(2025, 5, 4, 12, tzinfo=UTC))
    asked_since.posts.update(published_at=datetime(2026, 1, 2, tzinfo=UTC))

    response = look(client, **asked)

    assert sorted(found(response)) == titles
    assert "<details>" in page_of(response)


def test_what_narrows_a_search_is_folded_away_once_it_is_understood(cast, client):
    make_thread(cast.community, body="heron")

    understood = page_of(look(client, kind="discussion"))
    without_words = page_of(look(client, q="", kind="discussion"))
    refused = page_of(look(client, kind="sideways"))

    assert ["<details open>" in html for html in (understood, without_words, refused)] == [
        False,
        True,
        True,
    ]
    assert "Kind: Discussions" in understood
    assert "Choose one from the list." in refused


def test_search_finds_answered_questions(cast, client):
    thread = make_thread(title="Heron?", kind=Thread.Kind.QUESTION)
    set_answer(thread, make_post(thread, body="By the weir."))

    assert found(look(client, answered="yes")) == ["Heron?"]
    assert found(look(client, answered="no")) == []


def test_search_takes_each_limit_away(cast, client):
    html = page_of(look(client, kind="question", person="Kay"))

    assert 'href="?q=heron&amp;person=Kay"' in html
    assert 'href="?q=heron&amp;kind=question"' in html


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"since": "soon"}, "Write the day as in"),
        ({"until": "2026-02-30"}, "Write the day as in"),
        ({"since": "0001-01-01"}, "Choose a day after 1900."),
        ({"until": "9999-12-31"}, "Choose a day before the year 3000."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "not before the first one"),
        ({"community": "nowhere"}, "No community that you can read is called “nowhere”."),
        ({"tag": "<b>"}, "There is no tag “&lt;b&gt;”."),
        ({"kind": "poem"}, "Choose one from the list."),
        ({"answered": "maybe"}, "Choose one from the list."),
        ({"person": "x" * 100}, "at most 60"),
    ],
)
def test_search_refuses_limits_and_keeps_what_was_typed(cast, client, asked, refusal):
    make_thread(cast.community, body="heron")

    response = look(client, **asked)

    html = page_of(response)
    assert response.status_code == 200
    assert refusal in html
    assert found(response) == []
    assert 'value="heron"' in html
    if "since" in asked and "until" not in asked:
        assert f'<input type="text" name="since" value="{asked["since"]}"' in html


def test_search_says_nothing_of_a_community_of_others(cast, client_of):
    make_thread(make_community(name="Secret", slug="secret", visibility="members"), title="Heron")

    secret, nowhere = (
        page_of(look(client_of(None), community=name)).split("<h1>")[1].split("</main>")[0]
        for name in ("secret", "nowhere")
    )

    assert secret.replace("secret", "nowhere") == nowhere


def test_search_corrects_a_slip(cast, client):
    make_thread(cast.community, title="A heron by the weir")

    response = look(client, q="heorn")

    html = page_of(response)
    assert found(response) == ["A heron by the weir"]
    assert "Nothing that you can read has “heorn”." in html
    assert "Showing results for “heron”." in " ".join(html.split())
    assert 'value="heorn"' in html


def test_search_corrects_only_to_what_the_reader_may_see(cast, client_of):
    closed = make_community(visibility="members")
    member = make_user()
    make_membership(member, closed)
    make_thread(closed, title="A heron by the weir")

    assert found(look(client_of(member), q="heorn")) == ["A heron by the weir"]
    html = page_of(look(client_of(cast.outsider), q="heorn"))
    assert "heron" not in html


def test_search_of_what_was_said_lately_is_not_stopped_by_age(cast, client):
    thread = make_thread(cast.community, title="Heron")
    age(thread, days=400)

    since = (timezone.localdate() - timedelta(days=399)).isoformat()

    assert found(look(client)) == ["Heron"]
    assert found(look(client, since=since)) == []


@pytest.mark.parametrize(
    "words",
    [
        *("x" * 10_000, "heron " * 2_000, '"' * 101, '"heron', "-", "- -heron --", "or or or"),
        *("&|!():*<->'", "\\", "😀 \u202e \ufeff", "%s %(x)s", "ﬀ İ ß", "' or 1=1--"),
        *("\x02\x03", "<script>", "é" * 300, "\ud800".encode("utf-8", "replace").decode()),
    ],
)
def test_search_survives(cast, client, words):
    make_thread(cast.community, title="Heron", body="heron")

    for asked in ({}, {"person": words}, {"tag": words, "since": words}):
        assert look(client, q=words, **asked).status_code == 200


def test_search_keeps_its_limits_where_it_corrects_a_slip(cast, client):
    make_thread(cast.community, title="A heron here")
    elsewhere = make_thread(make_community(), title="A heron elsewhere")

    response = look(client, q="heorn", community=elsewhere.community.slug)

    assert [post.thread_id for post in response.context["found"].hits] == [elsewhere.pk]
