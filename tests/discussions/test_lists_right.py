from urllib.parse import quote

import pytest
from django.urls import reverse
from taggit.models import Tag

from communities.models import Community
from discussions.models import Post, Thread, Visit
from discussions.services import set_status
from questions.services import open_question
from tests.factories import make_post, make_question, make_thread

pytestmark = pytest.mark.django_db


def test_older_threads_of_a_tag_are_found_whatever_its_address(cast, client, settings):
    for number in range(25):
        make_thread(cast.community, title=f"Swale {number}", tags=["Llŷn & Môn"])
    tag = Tag.objects.get()
    assert tag.slug != tag.name
    page = f"{cast.community.get_absolute_url()}?tag={quote(tag.slug)}"
    html = client.get(page).content.decode()

    older = html.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    response = client.get(f"{cast.community.get_absolute_url()}{older}")

    assert f"tag={quote(tag.slug)}" in older
    assert response.status_code == 200
    assert "Swale 0<" in response.content.decode()


def test_unread_count_is_no_more_than_the_posts_there_are(cast):
    thread = make_thread(cast.community)
    posts = [make_post(thread, author=cast.neighbour) for _ in range(5)]
    for post in posts[:4]:
        set_status(post, Post.Status.WITHDRAWN, by=cast.neighbour)
    Visit.objects.create(user=cast.resident, thread=thread, last_number=1)

    read = Thread.objects.with_last_read(cast.resident).get(pk=thread.pk)
    counted = Thread.objects.with_unread(cast.outsider, "2000-01-01T00:00Z").get(pk=thread.pk)
    unseen = Thread.objects.with_last_read(cast.outsider).get(pk=thread.pk)

    assert (read.unread, counted.unread, unseen.unread, read.post_count) == (2, 2, None, 2)


def test_far_too_long_a_text_comes_back_with_its_words_and_the_limit(cast, client_of):
    thread = make_thread(cast.community)
    client, address = client_of(cast.resident), reverse("discussions:post-create", args=[thread.pk])
    pasted = "Swifts nest here. " * 230_000  # 4 MB

    html = client.post(address, {"body": pasted}).content.decode()

    assert "at most 20000 characters" in html
    assert html.count("Swifts nest here.") >= 230_000
    assert thread.posts.count() == 1


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize("content_type", [None, "application/x-www-form-urlencoded"])
def test_form_larger_than_we_take_says_how_much_we_do(cast, client_of, language, content_type):
    thread = make_thread(cast.community)
    client = client_of(cast.resident)
    address = language + reverse("discussions:post-create", args=[thread.pk])
    sent = "body=" + "a" * (7 * 1024**2) if content_type else {"body": "a" * (7 * 1024**2)}

    response = client.post(
        address, sent, **({"content_type": content_type} if content_type else {})
    )

    html = response.content.decode()
    assert response.status_code == 413
    assert "6 MB" in html
    assert ("porwr" if language else "Go back with your browser") in html


def test_community_of_questions_is_not_offered_for_joining(cast, client_of):
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    own = question.thread.community
    client = client_of(cast.resident)

    assert own.is_for_questions
    assert own not in Community.objects.offered()
    for address in (
        reverse("communities:community-list"),
        "/",
        reverse("place-detail", args=[cast.ward.code]),
    ):
        assert f'href="{own.get_absolute_url()}"' not in client.get(address).content.decode()
    for person in (cast.resident, None):
        html = client_of(person).get(own.get_absolute_url()).content.decode()
        assert reverse("communities:community-join", args=[own.slug]) not in html
        assert question.title in html
