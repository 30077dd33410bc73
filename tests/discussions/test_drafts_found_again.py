"""Words that were begun are found again where their form is closed, moved or used elsewhere."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discussions.models import Draft, Post, Thread
from discussions.services import Beside, save_draft, set_locked
from tests.factories import make_community, make_image, make_post, make_thread
from tests.pages.visits import form_of

pytestmark = pytest.mark.django_db
AMONG_DRAFTS = "What you began to write here is among your drafts."


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour, tags=["river", "weir"])


def reply_to(thread):
    return f"/discussions/{thread.pk}/reply/"


@pytest.mark.parametrize("is_begun", [True, False])
def test_locked_thread_leads_to_the_words_that_were_begun(cast, client_of, thread, is_begun):
    if is_begun:
        save_draft(thread, by=cast.resident, body="So far")
    set_locked(thread, True, by=cast.ambassador)

    page = client_of(cast.resident).get(thread.get_absolute_url()).content.decode()

    assert (f'<a href="/mine/?show=drafts">{AMONG_DRAFTS}</a>' in page) is is_begun


@pytest.mark.parametrize("is_begun", [True, False])
def test_post_that_can_no_longer_be_changed_leads_to_the_words_that_were_begun(
    cast, client_of, thread, is_begun
):
    post = make_post(thread, author=cast.resident)
    if is_begun:
        save_draft(post, by=cast.resident, body="Other words")
    Post.objects.filter(pk=post.pk).update(created_at=timezone.now() - timedelta(days=9))

    page = client_of(cast.resident).get(f"/posts/{post.pk}/edit/", follow=True).content.decode()

    assert "This post can no longer be changed." in page
    assert (f'<a href="/mine/?show=drafts">{AMONG_DRAFTS}</a>' in page) is is_begun


def test_words_of_a_new_thread_go_with_those_of_the_reply(cast, client_of, thread):
    save_draft(thread, by=cast.resident, body="Of the reply.")
    lily = make_image(cast.resident, alt="A lily")
    beside = Beside(pictures=[lily])
    save_draft(cast.community, by=cast.resident, title="New", body="Of the new.", beside=beside)
    client, address = client_of(cast.resident), f"{reply_to(thread)}?words=new"

    action, fields = form_of(client.get(address).content.decode(), {"body": ""})
    client.post(action or address, fields)

    post = Post.objects.get(number=2)
    assert post.body == "Of the reply.\n\nOf the new."
    assert post.images.get() == lily
    assert not Draft.objects.exists()


@pytest.mark.parametrize("act", ["", "keep", "preview"])
def test_words_are_kept_where_one_has_to_join_first(cast, client_of, thread, act):
    elsewhere = make_community()
    client = client_of(cast.resident)
    Thread.objects.filter(pk=thread.pk).update(community=elsewhere)

    for address in (reply_to(thread), f"/communities/{elsewhere.slug}/new/"):
        given = {"title": "Otters", "body": "So far.", **({"act": act} if act else {})}
        response = client.post(address, given, follow=True)
        assert response.redirect_chain == [(f"/communities/{elsewhere.slug}/join/", 302)]
        assert "Your words are kept as a draft." in response.content.decode()

    assert [draft.body for draft in Draft.objects.all()] == ["So far.", "So far."]
    assert Post.objects.count() == 1
