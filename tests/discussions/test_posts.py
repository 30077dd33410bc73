"""One post: where it stands, what it says of itself, and thanks for it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from discussions.models import Post, Thanks, Visit
from discussions.services import edit_post, set_status
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_outcome,
    make_post,
    make_thread,
)


def read(client, address, query=""):
    return client.get(f"{address}{query}").content.decode()


@pytest.fixture
def closed_post(cast):
    """A post that only members may read, of whom the resident is one."""
    closed = make_community(visibility="members")
    make_membership(cast.resident, closed)
    return make_thread(closed, author=cast.neighbour).posts.get()


@pytest.fixture
def held(cast):
    """What the resident wrote in a thread, not yet read by staff."""
    thread = make_thread(cast.community, author=cast.neighbour)
    cast.community.hold_first_posts = True
    cast.community.save()
    return make_post(thread, author=cast.resident, body="held words")


def test_address_of_a_post_leads_only_those_who_may_read_its_thread(cast, client_of, closed_post):
    viewers = (cast.resident, cast.moderator, cast.outsider, None)

    statuses = [
        client_of(viewer).get(closed_post.get_absolute_url()).status_code for viewer in viewers
    ]

    assert statuses == [302, 302, 404, 404]


def test_address_of_a_post_in_a_hidden_thread_leads_its_author_alone(cast, client_of):
    post = make_thread(cast.community, author=cast.resident).posts.get()
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)
    viewers = (cast.resident, cast.neighbour, None)

    statuses = [client_of(viewer).get(post.get_absolute_url()).status_code for viewer in viewers]

    assert statuses == [302, 404, 404]


@pytest.mark.parametrize(
    ("number", "leads_to"), [(20, "#post-20"), (21, "?page=2#post-21"), (40, "?page=2#post-40")]
)
def test_address_of_the_last_and_the_first_post_of_a_page(cast, client, number, leads_to):
    thread = make_thread(cast.community)
    post = make_post(thread)
    Post.objects.filter(pk=post.pk).update(number=number)

    response = client.get(post.get_absolute_url())

    assert response.url == f"{thread.get_absolute_url()}{leads_to}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_thanks_for_a_post_that_one_may_not_read_are_not_found(
    cast, client_of, closed_post, method
):
    address = reverse("discussions:post-thank", args=[closed_post.pk])

    statuses = [
        getattr(client_of(person), method)(address).status_code
        for person in (cast.outsider, cast.resident)
    ]

    assert statuses == [404, 302]
    found = Thanks.objects.values_list("user", flat=True)
    assert list(found) == ([cast.resident.pk] if method == "post" else [])


def test_posts_in_another_language_than_the_page_say_so(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour, title="Croesfan", body="Bore da.")
    make_post(thread, author=cast.neighbour, body="Good morning.")
    thread.posts.filter(number=1).update(language="cy")
    make_outcome(thread, body="Diolch.", language="cy")

    page = read(client_of(cast.resident), thread.get_absolute_url())
    more = [
        read(client_of(cast.resident), f"{post.get_absolute_url()}more/")
        for post in thread.posts.order_by("number")
    ]

    assert '<h1 lang="cy">Croesfan</h1>' in page
    assert '<div class="body" lang="cy"><p>Bore da.</p>' in page
    assert '<div class="body"><p>Good morning.</p>' in page
    assert page.partition("<p>Diolch.</p>")[0].rpartition("<div")[2].endswith(' lang="cy">')
    assert ['<blockquote class="quote" lang="cy">' in each for each in more] == [True, False]


def test_words_that_come_as_a_piece_say_their_language(cast, client):
    post = make_thread(cast.community, body="Bore da.").posts.get()
    Post.objects.update(language="cy")

    piece = client.get(f"{post.get_absolute_url()}words/", headers={"X-Fragment": "yes"})

    assert ' lang="cy"' in piece.content.decode()


def test_held_post_stands_once_after_those_with_numbers(cast, client_of, held):
    make_post(held.thread, author=cast.moderator, body="seen words")

    response = client_of(cast.resident).get(held.thread.get_absolute_url())

    page = response.content.decode()
    assert [post.number for post in response.context["posts"]] == [1, 2]
    assert response.context["held"] == [held]
    assert page.count("held words") == 1
    assert page.index("seen words") < page.index("held words")


def test_held_post_does_not_keep_the_mark_from_moving(cast, client_of, held):
    client_of(cast.resident).get(held.thread.get_absolute_url())

    assert Visit.objects.get(user=cast.resident).last_number == 1


UNSEEN = ["---", "\u200b", "&nbsp;", "[](http://example.org/)", "\u2800 \u3164", "> \u00ad"]


@pytest.mark.parametrize("body", UNSEEN)
def test_what_shows_no_words_is_refused_and_stays_in_the_form(cast, client_of, body):
    thread = make_thread(cast.community)
    address = reverse("discussions:post-create", args=[thread.pk])

    response = client_of(cast.resident).post(address, {"body": body})

    assert thread.posts.count() == 1
    assert "What you typed shows no words." in response.content.decode()
    assert response.context["form"]["body"].value() == body


@pytest.mark.parametrize("body", ["?", "`x`", "👍🏽", "- a", "**", "<b>"])
def test_the_least_sign_that_can_be_seen_is_a_post(cast, client_of, body):
    thread = make_thread(cast.community)

    client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": body}
    )

    assert thread.posts.count() == 2


def test_title_that_nobody_sees_is_refused(cast, client_of):
    address = reverse("discussions:thread-create", args=[cast.community.slug])

    response = client_of(cast.resident).post(address, {"title": "\u2800", "body": "A heron."})

    assert "What you typed shows no words." in response.content.decode()
    assert not cast.community.threads.exists()


@pytest.mark.parametrize("change", [{"body": "***"}, {"title": "\u200b"}])
def test_no_other_words_that_nobody_sees(cast, change):
    post = make_thread(cast.community, title="Heron").posts.get()

    with pytest.raises(ValidationError, match="shows no words"):
        edit_post(post, by=post.author, edition=1, **{"body": "A heron.", **change})

    assert Post.objects.get().edition == 1
