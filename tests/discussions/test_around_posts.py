"""What stands around the posts of a thread: which page it is, and what one may do."""

import pytest

from discussions.services import set_locked, thank
from tests.factories import make_post, make_thread


def read(client, address, query=""):
    return client.get(f"{address}{query}").content.decode()


@pytest.fixture
def long_thread(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    for number in range(2, 46):
        make_post(thread, author=cast.neighbour, body=f"Day {number}.")
    return thread


def test_later_pages_say_which_they_are_and_lead_to_the_first_post(client, long_thread):
    address = long_thread.get_absolute_url()
    heads = [
        read(client, address, query).partition('id="post-')[0]
        for query in ("", "?page=2", "?page=3")
    ]

    says = [head.partition("<span>Page ")[2].partition("</span>")[0] for head in heads]
    assert says == ["", "2 of 3", "3 of 3"]
    first = '<a href="?page=1#post-1">First post</a>'
    assert [first in head for head in heads] == [False, True, True]


def test_own_post_is_not_taken_back_beside_the_count_of_its_thanks(cast, client_of):
    thread = make_thread(cast.community, author=cast.resident)
    thank(thread.posts.get(), by=cast.neighbour)

    page = read(client_of(cast.resident), thread.get_absolute_url())

    acts = page.partition('<div class="acts">')[2].partition("</div>")[0]
    found = [acts.find(words) for words in ("said thanks", "Reply", "Quote", "Edit", "Take back")]
    assert found == sorted(found)
    assert min(found) >= 0


def test_locked_thread_has_no_way_to_a_reply(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    client = client_of(cast.resident)

    before = read(client, thread.get_absolute_url())
    set_locked(thread, True, by=cast.moderator)
    after = read(client, thread.get_absolute_url())

    assert ['href="#reply"' in page for page in (before, after)] == [True, False]


def test_time_of_a_changed_post_has_a_box_of_its_own(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour)
    thread.posts.update(edition=2)

    header = read(client, thread.get_absolute_url()).partition("<header><b>")[2]

    assert '</time></span> <span class="meta"><a href="/posts/' in header
