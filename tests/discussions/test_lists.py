"""Lists of threads and posts: what stands apart, and how far they go."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from communities.models import Membership
from discussions.listing import MOST_SEARCHED_FOR_UNREAD
from discussions.models import Post, Thread, ThreadTag
from discussions.reading import POSTS_IN_FEED
from discussions.services import mark_read, set_pinned
from tests.factories import age, make_community, make_image, make_post, make_thread

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("order", ["latest", "unread"])
def test_pinned_threads_stand_apart_read_or_not(cast, client_of, order):
    Membership.objects.update(thread_order=order)
    threads = {
        title: make_thread(cast.community, author=cast.neighbour, title=title)
        for title in ("New", "Read", "New and pinned", "Read and pinned")
    }
    for title in ("Read", "Read and pinned"):
        mark_read(threads[title], by=cast.resident, number=1)
    for title in ("New and pinned", "Read and pinned"):
        set_pinned(threads[title], True, by=cast.moderator)

    shown = client_of(cast.resident).get(cast.community.get_absolute_url()).context

    assert {thread.title for thread in shown["page"].rows} == {"New", "Read"}
    assert {thread.title for thread in shown["pinned"]} == {"New and pinned", "Read and pinned"}


def test_pinned_threads_are_the_ten_written_in_last(cast, client):
    for number in range(12):
        make_thread(cast.community, title=f"T{number}")
    Thread.objects.update(is_pinned=True)

    shown = client.get(cast.community.get_absolute_url()).context

    assert [thread.title for thread in shown["pinned"]] == [f"T{n}" for n in range(11, 1, -1)]


def test_tags_of_a_community_are_the_hundred_of_most_threads(cast, client):
    make_thread(cast.community, tags=[f"tag{number:03}" for number in range(101)])
    make_thread(cast.community, tags=["tag100"])

    tags = client.get(f"{cast.community.get_absolute_url()}tags/").context["tags"]

    assert [tag.name for tag in tags] == ["tag100", *(f"tag{number:03}" for number in range(99))]


def write_elsewhere(author, number, community):
    """Fill a community with threads that were written in after all others."""
    now = timezone.now()
    fields = {"status": "published", "published_at": now, "last_number": 1, "post_count": 1}
    return Thread.objects.bulk_create(
        Thread(community=community, author=author, title="Elsewhere", last_post_at=now, **fields)
        for _number in range(number)
    )


def test_unread_threads_are_sought_in_one_community(cast, client_of):
    Membership.objects.update(thread_order="unread")
    make_thread(cast.community, author=cast.neighbour, title="New")
    read = make_thread(cast.community, author=cast.neighbour, title="Read")
    mark_read(read, by=cast.resident, number=1)
    write_elsewhere(cast.neighbour, MOST_SEARCHED_FOR_UNREAD, make_community())

    shown = client_of(cast.resident).get(cast.community.get_absolute_url()).context

    assert [thread.title for thread in shown["page"].rows] == ["New", "Read"]


def test_threads_on_the_first_page_are_the_six_discussions_written_in_last(cast, client):
    for number in range(7):
        make_thread(cast.community, title=f"T{number}")
    make_thread(cast.community, title="Asked", kind=Thread.Kind.QUESTION)

    shown = client.get("/").context

    assert [thread.title for thread in shown["threads"]] == [f"T{n}" for n in range(6, 0, -1)]


def activity(client, community):
    shown = client.get(community.get_absolute_url()).context["activity"]
    return shown.posts, shown.writers


def test_numbers_are_of_thirty_days_in_one_community(cast, client):
    age(make_thread(cast.community), 29)
    age(make_thread(cast.community), 31)
    make_thread(make_community())

    assert activity(client, cast.community) == (1, 1)


def test_numbers_are_counted_anew_after_a_few_minutes(cast, client):
    with time_machine.travel(timezone.now()) as clock:
        assert activity(client, cast.community) == (0, 0)
        make_thread(cast.community)
        clock.shift(timedelta(minutes=5))

        assert activity(client, cast.community) == (1, 1)


def entries(client, address):
    root = ElementTree.fromstring(client.get(address).content)  # noqa: S314 (our own feed)
    return root.findall(f"{ATOM}entry")


def feeds_of(thread):
    community = thread.community.get_absolute_url()
    return [f"{community}feed.atom", f"/discussions/{thread.pk}/feed.atom", "/tags/weir/feed.atom"]


def test_feeds_hold_the_thirty_newest_posts(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    posts = [make_post(thread, author=cast.neighbour) for _number in range(31)]

    for address in feeds_of(thread):
        links = [entry.find(f"{ATOM}link").get("href") for entry in entries(client, address)]
        ends = [post.get_absolute_url() for post in reversed(posts[1:])]
        assert [link[-len(end) :] for link, end in zip(links, ends, strict=True)] == ends


def test_closed_communities_leave_the_feed_of_a_tag_its_posts(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    closed = write_elsewhere(
        cast.neighbour, 2 * POSTS_IN_FEED, make_community(visibility="members")
    )
    tag = thread.tags.get()
    ThreadTag.objects.bulk_create(ThreadTag(content_object=each, tag=tag) for each in closed)

    assert len(entries(client, "/tags/weir/feed.atom")) == 1


def test_entry_says_who_wrote_it_in_which_language_and_where_its_pictures_are(
    cast, client, settings
):
    settings.SITE_URL = "https://town.example"
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    pictures = [make_image(cast.resident)]
    post = make_post(thread, author=cast.resident, body="Bore da.", pictures=pictures)
    Post.objects.filter(pk=post.pk).update(language="cy")

    for address in feeds_of(thread):
        (entry, first) = entries(client, address)
        said = entry.find(f"{ATOM}summary").text
        assert entry.find(f"{ATOM}author/{ATOM}name").text == "Resident"
        assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "cy"
        assert first.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
        assert said.count('="https://town.example/images/') == said.count("/images/") > 0
