"""What stands around the posts of a thread: which page it is, and what one may do."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from discussions.models import Visit
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


@pytest.mark.parametrize(
    ("read_upto", "query", "link"),
    [
        (19, "?page=2", "?page=1#post-20"),
        (20, "?page=1", "?page=2#post-21"),
        (39, "?page=1", "?page=2#post-40"),
        (40, "?page=3", "#post-41"),
        (44, "?page=1", "?page=3#post-45"),
        (45, "?page=1", ""),
    ],
)
def test_way_to_the_first_unread_post_leads_to_its_page(
    cast, client_of, long_thread, read_upto, query, link
):
    Visit.objects.create(user=cast.resident, thread=long_thread, last_number=read_upto)

    page = read(client_of(cast.resident), long_thread.get_absolute_url(), query)

    before = page.partition("First unread</a>")[0] if "First unread" in page else ""
    assert before.rpartition('<a href="')[2].removesuffix('">') == link


@pytest.mark.parametrize(("seconds", "offered"), [(1799, True), (1800, False)])
def test_edit_is_offered_until_the_window_ends(cast, client_of, settings, seconds, offered):
    settings.EDIT_MINUTES = 30
    thread = make_thread(cast.community, author=cast.resident)
    now = timezone.now()
    thread.posts.update(created_at=now - timedelta(seconds=seconds))
    client = client_of(cast.resident)

    with time_machine.travel(now, tick=False):
        page = read(client, thread.get_absolute_url())

    assert (f"/posts/{thread.posts.get().pk}/edit/" in page) is offered
