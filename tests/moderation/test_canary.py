import pytest
from django.urls import reverse

from moderation import services
from tests.factories import make_post, make_thread

CANARY = "Zugvogel"


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, title="Birds by the weir")


def addresses(cast, thread, post):
    return {
        "home": "/",
        "place": cast.ward.get_absolute_url(),
        "community": cast.community.get_absolute_url(),
        "thread": thread.get_absolute_url(),
        "post": post.get_absolute_url(),
        "person": cast.resident.get_absolute_url(),
        "search": f"/search/?q={CANARY}",
        "feed": reverse("discussions:community-feed", args=[cast.community.slug]),
        "log": reverse("moderation:log"),
        "report": reverse("moderation:report-create", args=[post.pk]),
        "reported": reverse("moderation:report-done", args=[post.pk]),
    }


def pages_with(client, pages, words):
    found = set()
    for name, address in pages.items():
        response = client.get(address, follow=True)
        assert response.status_code in {200, 403, 404}
        shown = response.content.decode().replace(f'value="{CANARY}"', "")
        if words in shown.replace(f"q={CANARY}", ""):
            found.add(name)
    return found


@pytest.mark.parametrize("name", ["visitor", "neighbour", "outsider", "ambassador"])
def test_hidden_words_are_on_no_page(cast, client_of, thread, name):
    words = f"{CANARY} over the weir"
    post = make_post(thread, author=cast.resident, body=words)
    make_post(thread, author=cast.neighbour, body="Where?", reply_to=post)
    pages = addresses(cast, thread, post)
    client = client_of(getattr(cast, name))
    before = pages_with(client, pages, words)

    services.decide(post, by=cast.moderator, verb="hide", rule="abuse", reason="Rude.")

    assert {"thread", "post", "person", "feed", "report"} <= before
    assert pages_with(client, pages, words) == set()


@pytest.mark.parametrize("name", ["visitor", "outsider", "ambassador"])
def test_hidden_first_post_takes_its_title_along(cast, client_of, name):
    title = f"{CANARY} at dawn"
    thread = make_thread(cast.community, author=cast.resident, title=title)
    post = thread.posts.get()
    pages = addresses(cast, thread, post)
    client = client_of(getattr(cast, name))
    before = pages_with(client, pages, title)

    services.decide(post, by=cast.moderator, verb="hide", rule="abuse", reason="Rude.")

    assert {"community", "thread", "post", "feed"} <= before
    assert pages_with(client, pages, title) == set()


def test_held_words_are_on_no_page_of_others(cast, client_of, thread):
    cast.community.hold_first_posts = True
    cast.community.save()
    words = f"{CANARY} over the weir"
    post = make_post(thread, author=cast.resident, body=words)
    pages = addresses(cast, thread, post)

    seen = {
        name: pages_with(client_of(getattr(cast, name)), pages, words)
        for name in ("visitor", "neighbour", "resident")
    }

    assert "thread" in seen["resident"]
    assert (seen["visitor"], seen["neighbour"]) == (set(), set())
