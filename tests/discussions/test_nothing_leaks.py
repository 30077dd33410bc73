"""What was taken away or is for members alone, sought on every page that could tell of it."""

import pytest
from django.urls import reverse
from taggit.models import Tag

from communities.models import Community
from discussions.models import Follow
from discussions.services import (
    edit_post,
    follow_thread,
    keep_post,
    save_draft,
    set_pinned,
    set_status,
)
from tests.factories import (
    make_community,
    make_decision,
    make_image,
    make_membership,
    make_post,
    make_thread,
)

SECRET = "zugvogel"
READERS = ["visitor", "neighbour"]
OF_A_POST = {"thread", "fresh", "words", "history", "thread feed", "community feed", "tag feed"}
OF_A_POST |= {"person", "quote", "search", "kept", "reply", "report"}
OF_A_THREAD = {"thread", "community", "unanswered", "tagged", "tag", "community feed", "tag feed"}
OF_A_THREAD |= {"related", "search", "slip", "similar", "latest", "followed", "acts", "person"}
OF_A_THREAD |= {"thread feed", "history", "words", "home", "fresh"}
SIGNED_IN = {"quote", "kept", "reply", "similar", "latest", "followed", "unread"}


@pytest.fixture
def near(cast):
    """A thread that others may read in any case, with the tag of the one sought."""
    return make_thread(cast.community, author=cast.moderator, title="By the weir", tags=["weir"])


@pytest.fixture
def said(cast):
    """A reply that holds the secret in every way that a post can."""
    thread = make_thread(cast.community, author=cast.moderator, tags=["weir"])
    pictured = [make_image(cast.resident, alt=f"A {SECRET} asleep")]
    post = make_post(thread, author=cast.resident, body=f"A {SECRET} at dawn.", pictures=pictured)
    reword(post)
    make_post(thread, author=cast.neighbour, body="Where?", reply_to=post)
    return post


@pytest.fixture
def begun(cast):
    """The first post of a thread that holds the secret in its title too."""
    thread = make_thread(
        cast.community,
        author=cast.resident,
        title=f"The {SECRET} again",
        body=f"A {SECRET} at dawn.",
        tags=["weir"],
    )
    set_pinned(thread, True, by=cast.ambassador)
    save_draft(thread, by=cast.resident, body=f"More of the {SECRET}.")
    post = thread.posts.get()
    reword(post)
    return post


def reword(post):
    edit_post(
        post,
        by=post.author,
        edition=post.edition,
        body=f"{post.body} And another {SECRET}.",
        pictures=list(post.images.all()),
    )


def keep(post, reader):
    """Let somebody mark the post in every way while they may read it."""
    if reader is not None:
        keep_post(post, by=reader, note="Look again.")
        follow_thread(post.thread, by=reader, mode=Follow.Mode.FOLLOW)


def addresses(cast, post, near):
    thread, community = post.thread, cast.community.get_absolute_url()
    feed = "discussions:{}-feed".format
    return {
        "home": "/",
        "place": cast.ward.get_absolute_url(),
        "communities": "/communities/",
        "community": community,
        "unanswered": f"{community}?show=unanswered",
        "tagged": f"{community}?tag=weir",
        "tags": f"{community}tags/",
        "acts": f"{community}acts/",
        "new": f"{community}new/",
        "similar": f"{community}similar/?title=Dawn",
        "tag": "/tags/weir/",
        "thread": f"/discussions/{thread.pk}/",
        "related": near.get_absolute_url(),
        "fresh": f"/discussions/{thread.pk}/fresh/?after=0&show=1",
        "reply": f"/discussions/{thread.pk}/reply/?to={post.number or 1}",
        "quote": f"/discussions/{thread.pk}/reply/?to={post.number or 1}&quote=1",
        "post": f"/posts/{post.pk}/",
        "words": f"/posts/{post.pk}/words/",
        "history": f"/posts/{post.pk}/history/",
        "more": f"/posts/{post.pk}/more/",
        "report": reverse("moderation:report-create", args=[post.pk]),
        "person": post.author.get_absolute_url(),
        "community feed": reverse(feed("community"), args=[cast.community.slug]),
        "thread feed": reverse(feed("thread"), args=[thread.pk]),
        "tag feed": reverse(feed("tag"), args=["weir"]),
        "search": "/search/?q=dawn",
        "slip": "/search/?q=zugvogle",
        "latest": "/mine/",
        "unread": "/mine/?show=unread",
        "followed": "/mine/?show=followed",
        "kept": "/mine/?show=bookmarked",
        "drafts": "/mine/?show=drafts",
        "log": reverse("moderation:log"),
    }


def telling(client, pages):
    """Return the names of the pages that tell the secret."""
    found = set()
    for name, address in pages.items():
        headers = {"X-Fragment": "yes"} if name == "words" else {}
        response = client.get(address, follow=True, headers=headers)
        assert response.status_code in {200, 204, 403, 404}, name
        if SECRET in response.content.decode().lower():
            found.add(name)
    return found


def withdraw(cast, post):
    set_status(post, "withdrawn", by=post.author)


def hide(cast, post):
    make_decision(post, verb="hide", rule="other", reason="Test.")
    set_status(post, "hidden", by=cast.moderator)


def close(cast, post):
    Community.objects.filter(pk=post.thread.community_id).update(visibility="members")
    cast.community.memberships.exclude(user=cast.resident).delete()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("take_away", [withdraw, hide, close])
def test_words_that_were_taken_away_are_told_nowhere(cast, client_of, said, near, name, take_away):
    reader = getattr(cast, name)
    client, pages = client_of(reader), addresses(cast, said, near)
    keep(said, reader)
    assert telling(client, pages) >= (OF_A_POST if reader else OF_A_POST - SIGNED_IN)

    take_away(cast, said)

    assert telling(client, pages) == set()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("take_away", [withdraw, hide, close])
def test_thread_that_was_taken_away_is_told_of_nowhere(
    cast, client_of, begun, near, name, take_away
):
    reader = getattr(cast, name)
    client, pages = client_of(reader), addresses(cast, begun, near)
    keep(begun, reader)
    assert telling(client, pages) >= (OF_A_THREAD if reader else OF_A_THREAD - SIGNED_IN)

    take_away(cast, begun)

    assert telling(client, pages) == set()


@pytest.mark.parametrize("name", [*READERS, "ambassador"])
def test_what_is_held_is_told_nowhere(cast, client_of, near, name):
    Community.objects.update(hold_first_posts=True)
    cast.community.refresh_from_db()
    reply = make_post(near, author=cast.resident, body=f"A {SECRET} at dawn.")
    thread = make_thread(
        cast.community,
        author=cast.resident,
        title=f"The {SECRET} again",
        body=f"A {SECRET} at dawn.",
        tags=["weir"],
    )
    opening = thread.posts.get()
    assert (reply.status, opening.status) == ("pending", "pending")
    client = client_of(getattr(cast, name))

    for post in (reply, opening):
        assert telling(client, addresses(cast, post, near)) == set()

    assert {"thread", "person"} & telling(client_of(cast.resident), addresses(cast, reply, near))


@pytest.mark.parametrize(
    "address",
    ["/tags/{tag}/", "/tags/{tag}/feed.atom", "/search/?q=a&tag={tag}", "{community}?tag={tag}"],
)
@pytest.mark.parametrize("hidden", ["closed community", "hidden post", "nowhere"])
def test_tag_of_what_one_cannot_read_is_as_no_tag(cast, client_of, near, address, hidden):
    tags = [] if hidden == "nowhere" else [SECRET]
    closed = {"visibility": "members"} if hidden == "closed community" else {}
    thread = make_thread(make_community(**closed), tags=tags)
    if hidden == "nowhere":
        Tag.objects.create(name=SECRET, slug=SECRET)
    if hidden == "hidden post":
        post = thread.posts.get()
        make_decision(post, by=cast.admin, verb="hide", rule="abuse")
        set_status(post, "hidden", by=cast.admin)
    community = near.community.get_absolute_url()
    client = client_of(None)

    asked = [address.format(tag=tag, community=community) for tag in (SECRET, "zzzz")]
    secret, nothing = [client.get(each) for each in asked]

    assert secret.status_code == nothing.status_code
    told, expected = [each.content.decode().partition("<main")[2] for each in (secret, nothing)]
    assert told == expected.replace("zzzz", SECRET)


def test_tag_of_a_closed_community_leads_members_to_a_page_without_a_feed(cast, client_of):
    closed = make_community(visibility="members")
    make_membership(cast.neighbour, closed)
    make_thread(closed, title="Owls", tags=["owl"])

    page = client_of(cast.neighbour).get("/tags/owl/").content.decode()

    assert "Owls" in page
    assert "feed.atom" not in page
