"""New posts that come while a thread is read."""

import pytest

from discussions.models import Visit
from discussions.services import set_status
from tests.factories import (
    make_community,
    make_decision,
    make_post,
    make_thread,
)

FRAGMENT = {"X-Fragment": "yes"}
UNKIND = "very unkind words"


def read(client, address, query=""):
    return client.get(f"{address}{query}").content.decode()


def hide(post, by):
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=by)


@pytest.fixture
def long_thread(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    for number in range(2, 46):
        make_post(thread, author=cast.neighbour, body=f"Day {number}.")
    thread.refresh_from_db()
    return thread


def fresh(client, thread, after, **more):
    return client.get(f"/discussions/{thread.pk}/fresh/", {"after": after, **more})


def test_fresh_tells_how_many_posts_came(cast, client):
    thread = make_thread(cast.community)
    assert fresh(client, thread, 1).status_code == 204
    for _number in range(3):
        make_post(thread, author=cast.neighbour)

    assert "3 new posts – show" in fresh(client, thread, 1).content.decode()
    assert "1 new post – show" in fresh(client, thread, 3).content.decode()
    assert fresh(client, thread, 4).status_code == 204


def test_fresh_counts_and_shows_nothing_hidden_or_held(cast, client):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.ambassador)
    set_status(thread.posts.get(), "published", by=cast.moderator)
    held = make_post(thread, author=cast.resident, body="held words")
    hidden = make_post(thread, author=cast.moderator, body=UNKIND)
    make_post(thread, author=cast.moderator, body="seen words")
    assert held.status == "pending"
    assert "2 new posts" in fresh(client, thread, 1).content.decode()
    hide(hidden, cast.admin)

    counted, shown = fresh(client, thread, 1), fresh(client, thread, 1, show=1)

    assert "1 new post – show" in counted.content.decode()
    assert "seen words" in shown.content.decode()
    assert UNKIND not in shown.content.decode()
    assert "held words" not in shown.content.decode()


def test_fresh_counts_nothing_hidden_for_its_author_either(cast, client_of):
    thread = make_thread(cast.community)
    hide(make_post(thread, author=cast.resident, body=UNKIND), cast.admin)

    assert fresh(client_of(cast.resident), thread, 1).status_code == 204


def test_fresh_draws_posts_as_the_page_does_and_moves_the_mark(cast, client_of):
    thread = make_thread(cast.community)
    client = client_of(cast.resident)
    client.get(thread.get_absolute_url())
    make_post(thread, author=cast.neighbour, body="Seen at *noon*.")

    fresh(client, thread, 1)
    before = Visit.objects.get(user=cast.resident, thread=thread).last_number
    piece = fresh(client, thread, 1, show=1).content.decode()
    after = Visit.objects.get(user=cast.resident, thread=thread).last_number

    page = read(client, thread.get_absolute_url())
    assert (before, after) == (1, 2)
    assert '<article class="post" id="post-2">' in piece
    assert piece.strip() in page


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_fresh_fetched_ahead_of_the_reader_does_not_move_the_mark(cast, client_of, header):
    thread = make_thread(cast.community)
    make_post(thread, author=cast.neighbour, body="Seen at noon.")
    address = f"/discussions/{thread.pk}/fresh/"
    client = client_of(cast.resident)

    ahead = client.get(address, {"after": 1, "show": 1}, headers={header: "prefetch"})
    glance = client.head(address, {"after": 1, "show": 1})

    assert "Seen at noon." in ahead.content.decode()
    assert glance.status_code == 200
    assert not Visit.objects.filter(user=cast.resident).exists()


def test_fresh_draws_no_held_post_for_its_author_either(cast, client_of):
    thread = make_thread(cast.community)
    cast.community.hold_first_posts = True
    cast.community.save()
    make_post(thread, author=cast.resident, body="held words")
    make_post(thread, author=cast.moderator, body="seen words")

    piece = fresh(client_of(cast.resident), thread, 1, show=1).content.decode()

    assert "seen words" in piece
    assert "held words" not in piece


def test_fresh_shows_a_page_of_posts_at_once(long_thread, client):
    piece = fresh(client, long_thread, 5, show=1).content.decode()

    assert piece.count("<article") == 20
    assert 'id="post-25"' in piece


@pytest.mark.parametrize("after", ["", "x", "-1", "1.5"])
def test_fresh_after_no_number_is_not_found(cast, client, after):
    thread = make_thread(cast.community)

    assert fresh(client, thread, after).status_code == 404


def test_fresh_of_a_closed_community_is_not_found(cast, client_of):
    closed = make_community(visibility="members")
    thread = make_thread(closed, author=cast.neighbour)
    make_post(thread, author=cast.resident)

    statuses = [fresh(client_of(person), thread, 1).status_code for person in (cast.resident, None)]

    assert statuses == [200, 404]


@pytest.mark.django_db(transaction=True)
def test_fresh_costs_a_visitor_one_query_while_nothing_is_new(
    cast, client, django_assert_num_queries
):
    thread = make_thread(cast.community)
    address = f"/discussions/{thread.pk}/fresh/?after=1"
    tag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        unchanged = client.get(address, headers={"If-None-Match": tag})
    make_post(thread)
    changed = client.get(address, headers={"If-None-Match": tag})

    assert (unchanged.status_code, changed.status_code) == (304, 200)


def test_place_for_new_posts_is_on_the_last_page_alone(client, long_thread):
    address = long_thread.get_absolute_url()

    assert "data-fresh" not in read(client, address)
    assert 'data-after="45"' in read(client, address, "?page=3")


@pytest.mark.parametrize("number", [2**31, 2**63, "9" * 5_000])
def test_nothing_is_fresh_after_a_number_that_no_post_can_have(client, long_thread, number):
    assert fresh(client, long_thread, number).status_code == 204
