from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from discussions.models import Post, Thread
from discussions.reading import POSTS_IN_FEED, newest_posts_in
from discussions.services import ignore_person, set_status
from tests.factories import (
    make_capacity,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def officer(cast):
    """Somebody who wrote as a resident and in two offices, one of them over."""
    person = make_user(public_name="Jo Officer")
    thread = make_thread(cast.community, author=cast.neighbour)
    person.now = make_capacity(person, title="Bridge engineer")
    today = timezone.localdate()
    person.before = make_capacity(person, title="Clerk", start_on="2020-01-01", end_on=today)
    for body, capacity in (
        ("as anybody", None),
        ("as engineer", person.now),
        ("as clerk", person.before),
    ):
        post = make_post(thread, author=person, body=body)
        Post.objects.filter(pk=post.pk).update(capacity=capacity)
    return person


def said(client, person, query=""):
    page = client.get(f"{person.get_absolute_url()}{query}")
    return {post.body for post in page.context["page"].rows}


def test_posts_of_a_person_are_told_apart_by_capacity(client, officer):
    assert said(client, officer) == {"as anybody", "as engineer", "as clerk"}
    assert said(client, officer, "?as=resident") == {"as anybody"}
    assert said(client, officer, f"?as={officer.now.pk}") == {"as engineer"}
    assert said(client, officer, f"?as={officer.before.pk}") == {"as clerk"}


def test_offices_that_are_over_are_still_named(client, officer):
    page = client.get(officer.get_absolute_url()).content.decode()

    tabs = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    assert "Bridge engineer, Council" in tabs
    assert "Clerk, Council" in tabs


@pytest.mark.parametrize("spoken_as", ["x", "0", "-1", "9" * 40, "officer", "٣"])
def test_capacity_that_is_none_is_not_found(client, officer, spoken_as):
    address = officer.get_absolute_url()

    assert client.get(address, {"as": spoken_as}).status_code == 404


def test_capacity_of_somebody_else_is_not_found(cast, client, officer):
    other = cast.councillor.capacities.get()

    assert client.get(officer.get_absolute_url(), {"as": other.pk}).status_code == 404


@pytest.mark.parametrize("name", ["visitor", "resident", "moderator"])
def test_page_of_a_person_shows_what_everybody_may_read(cast, client_of, name):
    thread = make_thread(cast.community, author=cast.neighbour)
    for status in ("hidden", "withdrawn"):
        post = make_post(thread, author=cast.resident, body=status)
        make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
        set_status(post, status, by=cast.moderator)
    make_post(thread, author=cast.resident, body="as it was")

    assert said(client_of(getattr(cast, name)), cast.resident) == {"as it was"}


def test_capacity_shows_nothing_that_is_hidden(cast, client, officer):
    post = Post.objects.get(body="as engineer")
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)

    assert said(client, officer, f"?as={officer.now.pk}") == set()


@pytest.mark.parametrize(
    ("viewer", "person", "offered"),
    [
        ("resident", "neighbour", True),
        ("resident", "resident", False),
        ("resident", "moderator", False),
        ("visitor", "neighbour", False),
    ],
)
def test_ignoring_is_offered_on_the_page_of_others(cast, client_of, viewer, person, offered):
    client = client_of(getattr(cast, viewer))

    page = client.get(getattr(cast, person).get_absolute_url()).content.decode()

    assert ("If you do not want to read somebody" in page) is offered


def test_page_of_somebody_ignored_offers_to_read_them_again(cast, client_of):
    ignore_person(cast.neighbour, by=cast.resident)

    page = client_of(cast.resident).get(cast.neighbour.get_absolute_url()).content.decode()

    assert "Read Neighbour again" in page


def entries(response):
    root = ElementTree.fromstring(response.content)  # noqa: S314 (our own feed)
    return [
        {child.tag.removeprefix(ATOM): child.text for child in entry}
        for entry in root.findall(f"{ATOM}entry")
    ]


@pytest.fixture
def feeds(cast):
    thread = make_thread(
        cast.community, author=cast.neighbour, title="Bread & <b>roses</b>", tags=["weir"]
    )
    return thread, {"thread": f"/discussions/{thread.pk}/feed.atom", "tag": "/tags/weir/feed.atom"}


@pytest.mark.parametrize("which", ["thread", "tag"])
@pytest.mark.parametrize("viewer", ["visitor", "resident", "admin"])
def test_feed_holds_what_visitors_may_read_newest_first(cast, client_of, feeds, which, viewer):
    thread, addresses = feeds
    make_post(thread, author=cast.resident, body="Seen & <heard>")
    hidden = make_post(thread, author=cast.resident, body="unkind words")
    make_thread(cast.community, title="Not tagged")
    client = client_of(getattr(cast, viewer))
    assert "unkind words" in client.get(addresses[which]).content.decode()
    make_decision(hidden, verb="hide", rule="abuse", reason="Unkind.")
    set_status(hidden, "hidden", by=cast.moderator)

    found = entries(client.get(addresses[which]))

    assert [entry["title"] for entry in found] == [
        "Reply in: Bread & <b>roses</b>",
        "Bread & <b>roses</b>",
    ]
    assert "Seen &amp; &lt;heard&gt;" in found[0]["summary"]


@pytest.mark.parametrize("which", ["thread", "tag"])
def test_feed_names_a_post_for_ever_and_tells_when_it_was_edited(cast, client, feeds, which):
    thread, addresses = feeds
    post = thread.posts.get()
    edited_at = timezone.now().replace(microsecond=0)
    (before,) = entries(client.get(addresses[which]))
    Post.objects.filter(pk=post.pk).update(edited_at=edited_at)
    thread.title = "Another title"
    thread.save()

    (after,) = entries(client.get(addresses[which]))

    assert after["id"] == before["id"]
    assert after["id"].endswith(post.get_absolute_url())
    assert timezone.datetime.fromisoformat(after["updated"]) == edited_at
    assert before["updated"] == before["published"]


def test_feed_of_a_thread_in_a_closed_community_is_for_nobody(cast, client_of):
    closed = make_community(visibility="members")
    make_membership(cast.resident, closed)
    thread = make_thread(closed, tags=["weir"])

    for viewer in (None, cast.resident):
        client = client_of(viewer)
        assert client.get(f"/discussions/{thread.pk}/feed.atom").status_code == 404
        assert client.get("/tags/weir/feed.atom").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/discussions/0/feed.atom", f"/discussions/{'9' * 30}/feed.atom", "/tags/x/feed.atom"],
)
def test_feed_of_nothing_is_not_found(client, db, address):
    assert client.get(address).status_code == 404


def hide(posts, by):
    for post in posts:
        make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
        set_status(post, "hidden", by=by)


def newest_in(community):
    posts = Post.objects.published().filter(thread__community=community)
    return list(posts.order_by("-published_at", "-pk")[:POSTS_IN_FEED])


def test_feed_of_a_busy_community_holds_its_newest_posts(cast):
    community, author = make_community(), make_user()
    threads = [make_thread(community) for _number in range(POSTS_IN_FEED + 2)]

    assert newest_posts_in(AnonymousUser(), community=community.pk) == newest_in(community)

    replies = [make_post(thread, author=author) for thread in threads[:-4]]
    more = [make_post(threads[0], author=author) for _number in range(9)]
    hide([*more[5:], *replies[9:20]], by=cast.moderator)

    assert newest_posts_in(AnonymousUser(), community=community.pk) == newest_in(community)


def test_feed_of_a_quiet_community_goes_back_behind_what_is_hidden(cast):
    thread, author = make_thread(), make_user()
    posts = [thread.posts.get(), *(make_post(thread, author=author) for _number in range(5))]
    hide(posts[4:], by=cast.moderator)

    assert newest_posts_in(AnonymousUser(), community=thread.community_id) == posts[3::-1]


@pytest.mark.parametrize("sign", ["\x08", "\x02", "\x1f"])
def test_sign_that_no_xml_may_have_spoils_no_feed(cast, client, sign):
    thread = make_thread(cast.community, author=cast.resident, tags=["weir"])
    Thread.objects.update(title=f"A{sign}heron")
    Post.objects.update(html=f"<p>At{sign}dawn</p>")
    User.objects.filter(pk=cast.resident.pk).update(public_name=f"Res{sign}ident")
    addresses = [f"/discussions/{thread.pk}/", cast.community.get_absolute_url(), "/tags/weir/"]

    for address in addresses:
        (entry,) = entries(client.get(f"{address}feed.atom"))
        assert "Aheron" in entry["title"]
        assert entry["summary"] == "<p>Atdawn</p>"


def test_addresses_in_a_feed_are_whole(cast, client):
    thread = make_thread(cast.community, author=cast.neighbour)
    make_post(thread, author=cast.neighbour, body="@Resident look.")

    feed = client.get(f"/discussions/{thread.pk}/feed.atom").content.decode()

    assert f"/people/{cast.resident.pk}/" in feed
    assert 'href="/people/' not in feed
    assert "&quot;/people/" not in feed
