from datetime import date
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.urls import reverse

from communities.models import LocalLink
from discussions.models import Follow, Post, Thread, Visit
from discussions.services import set_locked, set_status
from tests.factories import (
    make_body,
    make_capacity,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
)

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]
WRITERS = {"resident", "neighbour", "councillor", "ambassador"}


class Ids(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name == "id"]


def ids(response):
    return Ids(response.content.decode()).found


@pytest.mark.parametrize("name", CAST)
def test_thread_page_offers_the_reply_form_to_members(cast, client_of, name):
    thread = make_thread(cast.community)

    response = client_of(getattr(cast, name)).get(thread.get_absolute_url())

    assert response.status_code == 200
    assert ("<textarea" in response.content.decode()) is (name in WRITERS)


@pytest.mark.parametrize("name", CAST)
def test_members_only_thread_is_not_found_by_others(cast, client_of, name):
    community = make_community(visibility="members")
    make_membership(cast.neighbour, community)
    thread = make_thread(community)

    client = client_of(getattr(cast, name))

    status = 200 if name in {"neighbour", "moderator", "admin"} else 404
    for address in (thread.get_absolute_url(), community.get_absolute_url()):
        assert client.get(address).status_code == status


def test_thread_pages_hold_twenty_posts_each(cast, client):
    thread = make_thread(cast.community)
    for _ in range(44):
        make_post(thread, author=cast.resident)

    pages = [client.get(thread.get_absolute_url(), {"page": page}) for page in (1, 2, 3)]

    numbers = [[i for i in ids(page) if i.startswith("post-")] for page in pages]
    assert [len(page) for page in numbers] == [20, 20, 5]
    assert numbers[2][-1] == "post-45"


@pytest.mark.parametrize("number", ["0", "4", "x", "-1", "", "1e3", "²", "9" * 30])
def test_thread_page_that_is_none_is_not_found(cast, client, number):
    thread = make_thread(cast.community)

    assert client.get(thread.get_absolute_url(), {"page": number}).status_code == 404


def test_thread_address_with_another_title_redirects(cast, client):
    thread = make_thread(cast.community)

    response = client.get(f"/discussions/{thread.pk}/old-title/?page=2")

    assert response.url == f"{thread.get_absolute_url()}?page=2"


def test_post_address_leads_to_its_page(cast, client):
    thread = make_thread(cast.community)
    posts = [make_post(thread, author=cast.resident) for _ in range(21)]

    response = client.get(posts[-1].get_absolute_url())

    assert response.url == f"{thread.get_absolute_url()}?page=2#post-22"


def test_hidden_post_is_a_stub_that_keeps_its_number(cast, client):
    thread = make_thread(cast.community)
    post = make_post(thread, body="very unkind words")
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)

    response = client.get(thread.get_absolute_url())

    assert "post-2" in ids(response)
    assert "very unkind words" not in response.content.decode()


def test_reply_to_a_hidden_post_does_not_quote_it(cast, client):
    thread = make_thread(cast.community)
    post = make_post(thread, body="very unkind words")
    make_post(thread, reply_to=post, body="Please be kind.")
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)

    response = client.get(thread.get_absolute_url())

    assert "Please be kind." in response.content.decode()
    assert "very unkind words" not in response.content.decode()


def test_reading_moves_the_mark_and_shows_what_is_new(cast, client_of):
    thread = make_thread(cast.community)
    client = client_of(cast.resident)
    client.get(thread.get_absolute_url())
    make_post(thread, author=cast.neighbour)

    response = client.get(thread.get_absolute_url())

    assert "New since your last visit" in response.content.decode()
    assert Visit.objects.get(user=cast.resident).last_number == 2


@pytest.mark.parametrize("headers", [{}, {"Sec-Purpose": "prefetch"}])
def test_head_and_prefetch_do_not_move_the_mark(cast, client_of, headers):
    thread = make_thread(cast.community)
    client = client_of(cast.resident)

    ask = client.get if headers else client.head
    ask(thread.get_absolute_url(), headers=headers)

    assert not Visit.objects.filter(user=cast.resident).exists()


def test_reply_is_posted_and_shown(cast, client_of):
    thread = make_thread(cast.community)
    first = thread.posts.get()

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]),
        {"body": "I can *count* cars.", "reply_to": first.number},
    )

    post = Post.objects.get(number=2)
    assert response.url == post.get_absolute_url()
    assert (post.reply_to, post.author) == (first, cast.resident)


@pytest.mark.parametrize("body", ["", "   ", "x" * 20_001, "a\x00b"])
def test_reply_with_an_error_keeps_what_was_typed(cast, client_of, body):
    thread = make_thread(cast.community)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": body}
    )

    html = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in html
    assert body.strip() in html.replace("\ufffd", "\x00")
    assert thread.posts.count() == 1


def test_reply_of_an_outsider_leads_to_joining(cast, client_of):
    thread = make_thread(cast.community)

    response = client_of(cast.outsider).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": "Hello."}
    )

    assert response.url == reverse("communities:community-join", args=[cast.community.slug])
    assert thread.posts.count() == 1


def test_reply_in_a_locked_thread_is_refused_and_the_words_are_kept(cast, client_of):
    thread = make_thread(cast.community)
    set_locked(thread, True, by=cast.moderator)
    address = reverse("discussions:post-create", args=[thread.pk])

    response = client_of(cast.resident).post(address, {"body": "Words I typed."})

    html = response.content.decode()
    assert "This thread is locked" in html
    assert "Words I typed." in html
    assert thread.posts.count() == 1
    assert client_of(cast.resident).get(address).status_code == 403


def test_thread_is_started_with_tags(cast, client_of):
    make_thread(cast.community, tags=["safety", "school"])
    key = str(uuid4())
    answers = [
        client_of(cast.resident).post(
            reverse("discussions:thread-create", args=[cast.community.slug]),
            {"title": "Ice", "body": "On Mill Lane.", "tags": ["safety"], "submit_key": key},
        )
        for _ in range(2)
    ]

    thread = Thread.objects.get(title="Ice")
    assert [answer.url for answer in answers] == [thread.get_absolute_url()] * 2
    assert [tag.name for tag in thread.tags.all()] == ["safety"]


def test_member_cannot_make_a_tag_and_ambassador_can(cast, client_of):
    address = reverse("discussions:thread-create", args=[cast.community.slug])
    fields = {"title": "Ice", "body": "On Mill Lane.", "new_tags": "Winter, ice "}
    fields["seen_similar"] = "yes"

    client_of(cast.resident).post(address, fields)
    client_of(cast.ambassador).post(address, {**fields, "title": "Snow"})

    assert [tag.name for tag in Thread.objects.get(title="Ice").tags.all()] == []
    tags = {tag.name for tag in Thread.objects.get(title="Snow").tags.all()}
    assert tags == {"winter", "ice"}


def test_post_says_for_good_in_which_capacity_it_was_written(cast, client_of):
    thread = make_thread(cast.community)
    capacity = cast.councillor.capacities.get()

    client_of(cast.councillor).post(
        reverse("discussions:post-create", args=[thread.pk]),
        {"body": "I have asked for a survey.", "capacity": capacity.pk},
    )

    html = client_of(cast.visitor).get(thread.get_absolute_url()).content.decode()
    assert Post.objects.get(number=2).capacity == capacity
    assert "Ward councillor, Northmoor District Council" in html


def test_capacity_of_somebody_else_is_refused(cast, client_of):
    thread = make_thread(cast.community)
    capacity = cast.councillor.capacities.get()
    make_capacity(cast.resident)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]),
        {"body": "Believe me.", "capacity": capacity.pk},
    )

    assert response.status_code == 200
    assert thread.posts.count() == 1


@pytest.mark.parametrize("mode", ["follow", "mute", ""])
def test_thread_is_followed_muted_or_neither(cast, client_of, mode):
    thread = make_thread(cast.community)

    client_of(cast.resident).post(
        reverse("discussions:thread-follow", args=[thread.pk]), {"mode": mode}
    )

    found = Follow.objects.filter(user=cast.resident).values_list("mode", flat=True)
    assert list(found) == ([mode] if mode else [])


def test_thanks_are_counted_on_the_page(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    post = thread.posts.get()

    client_of(cast.resident).post(reverse("discussions:post-thank", args=[post.pk]))

    html = client_of(cast.visitor).get(thread.get_absolute_url()).content.decode()
    assert "1 person said thanks" in html


def test_community_page_pages_through_its_threads(cast, client):
    threads = [make_thread(cast.community, title=f"Thread number {n:02}") for n in range(45)]
    seen, address = [], cast.community.get_absolute_url()

    while address:
        response = client.get(address)
        seen += [thread.pk for thread in response.context["page"].rows]
        after = response.context["page"].next
        address = after and f"{cast.community.get_absolute_url()}?after={after.replace('+', '%2B')}"

    assert seen == [thread.pk for thread in reversed(threads)]


@pytest.mark.parametrize(
    "after", ["x", "_", "2026-01-01_1", "2026-01-01T00:00:00+00:00_9" + "9" * 30]
)
def test_community_page_with_a_made_up_token_starts_at_the_top(cast, client, after):
    make_thread(cast.community)

    response = client.get(cast.community.get_absolute_url(), {"after": after})

    assert response.status_code == 200
    assert len(response.context["page"].rows) == 1


def test_tag_page_lists_only_what_the_reader_may_see(cast, client):
    make_thread(cast.community, title="Public ice", tags=["winter"])
    make_thread(make_community(visibility="members"), title="Secret ice", tags=["winter"])

    html = client.get("/tags/winter/").content.decode()

    assert "Public ice" in html
    assert "Secret ice" not in html


def test_person_page_lists_only_public_words(cast, client):
    make_thread(cast.community, author=cast.resident, body="heron at the weir")
    secret = make_community(visibility="members")
    make_thread(secret, author=cast.resident, body="nest of the heron")

    html = client.get(cast.resident.get_absolute_url()).content.decode()

    assert "heron at the weir" in html
    assert "nest of the heron" not in html
    assert cast.resident.email not in html


def test_feed_holds_the_public_posts(cast, client):
    make_thread(cast.community, title="Ice on Mill Lane")

    response = client.get(f"/communities/{cast.community.slug}/feed.atom")

    assert response["Content-Type"].startswith("application/atom+xml")
    assert "Ice on Mill Lane" in response.content.decode()


def test_feed_of_a_members_only_community_is_not_found_even_by_members(cast, client_of):
    community = make_community(visibility="members")
    make_membership(cast.resident, community)

    response = client_of(cast.resident).get(f"/communities/{community.slug}/feed.atom")

    assert response.status_code == 404


def test_community_shows_its_local_links_and_who_looks_after_it(cast, client):
    LocalLink.objects.create(
        community=cast.community, title="<Bin> days", url="https://bins.example/?a=1&b=2"
    )

    html = client.get(cast.community.get_absolute_url()).content.decode()

    link = (
        '<a href="https://bins.example/?a=1&amp;b=2" rel="nofollow noopener">&lt;Bin&gt; days</a>'
    )
    assert link in html
    assert cast.ambassador.public_name in html


def test_community_shows_the_officers_who_read_along(cast, client):
    make_capacity(cast.neighbour, body=make_body(name="Dale County Council"))
    make_capacity(cast.outsider, title="Tree officer")
    make_capacity(cast.resident, title="Former officer", end_on=date(2024, 5, 1))

    html = client.get(cast.community.get_absolute_url()).content.decode()

    assert "Highways officer, Dale County Council" in html
    assert "Tree officer" not in html
    assert "Former officer" not in html
