"""Taking back what one wrote."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import Community
from discussions import services
from discussions.models import Post, Thread
from discussions.search import find_posts
from tests.at_once import while_blocked_by
from tests.factories import make_decision, make_post, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast):
    thread = make_thread(cast.community, author=cast.neighbour, title="The market")
    return make_post(thread, author=cast.resident, body="The market is on Friday.")


def edit(post, by, body="The market is on Saturday.", edition=1, **more):
    return services.edit_post(post, by=by, body=body, edition=edition, **more)


def test_withdraw_leaves_a_stub_and_the_answers(cast, client_of, post):
    make_post(post.thread, author=cast.neighbour, body="Good.", reply_to=post)

    response = client_of(cast.resident).post(f"/posts/{post.pk}/withdraw/")
    page = client_of(None).get(post.thread.get_absolute_url()).content.decode()

    post.refresh_from_db()
    assert response.url == post.get_absolute_url()
    assert (post.status, post.number) == ("withdrawn", 2)
    assert "Its author took this post back." in page
    assert "post 2</a>. " in page
    assert "Friday" not in page


def test_withdrawn_words_are_nowhere(cast, client, post):
    edit(post, cast.resident, body="The heron is back.")
    services.withdraw_post(post, by=cast.resident)

    for address in (
        post.thread.get_absolute_url(),
        cast.community.get_absolute_url(),
        f"/communities/{cast.community.slug}/feed.atom",
        cast.resident.get_absolute_url(),
        "/search/?q=heron",
        "/",
    ):
        page = client.get(address).content.decode()
        assert "is back" not in page, address
    assert find_posts(cast.neighbour, "heron") == []


def test_withdraw_is_not_bound_by_the_window_or_a_lock(cast, post):
    Post.objects.update(created_at=timezone.now() - timedelta(days=99))
    services.set_locked(post.thread, True, by=cast.moderator)

    assert services.withdraw_post(post, by=cast.resident).status == "withdrawn"


def test_withdraw_of_the_only_post_takes_the_thread_off_the_lists(cast):
    thread = make_thread(cast.community, author=cast.resident)

    services.withdraw_post(thread.posts.get(), by=cast.resident)

    thread.refresh_from_db()
    assert thread.status == "withdrawn"
    assert list(Thread.objects.visible_to(cast.neighbour)) == []


def test_withdraw_of_a_held_first_post_withdraws_its_thread(cast):
    Community.objects.update(hold_first_posts=True)
    thread = make_thread(Community.objects.get(pk=cast.community.pk), author=cast.resident)

    services.withdraw_post(thread.posts.get(), by=cast.resident)

    thread.refresh_from_db()
    assert thread.status == "withdrawn"


def test_withdraw_of_a_first_post_with_replies_keeps_the_thread(cast, post):
    first = post.thread.posts.get(number=1)

    services.withdraw_post(first, by=cast.neighbour)

    assert Thread.objects.get(pk=post.thread_id).status == "published"


@pytest.mark.parametrize("name", ["neighbour", "moderator", "ambassador", "outsider"])
def test_withdraw_refuses_everybody_but_the_author(cast, client_of, post, name):
    response = client_of(getattr(cast, name)).post(f"/posts/{post.pk}/withdraw/")

    assert response.status_code == 403
    assert Post.objects.get(pk=post.pk).status == "published"


def test_withdraw_cannot_undo_what_staff_decided(cast, post):
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    services.set_status(post, Post.Status.HIDDEN, by=cast.moderator)

    with pytest.raises(ValidationError):
        services.withdraw_post(post, by=cast.resident)


def test_withdraw_sent_twice_leads_to_the_post(cast, client_of, post):
    client = client_of(cast.resident)

    answers = [client.post(f"/posts/{post.pk}/withdraw/").url for _time in range(2)]

    assert answers == [post.get_absolute_url()] * 2


def test_question_stays_as_it_was_read(cast, client_of):
    thread = make_thread(cast.community, author=cast.resident, kind="question")
    first = thread.posts.get()

    with pytest.raises(ValidationError):
        edit(first, cast.resident)
    with pytest.raises(ValidationError):
        services.withdraw_post(first, by=cast.resident)


def test_answer_of_a_question_is_not_taken_back(cast):
    thread = make_thread(cast.community, kind="question")
    answer = make_post(thread, author=cast.resident)
    services.set_answer(thread, answer)

    with pytest.raises(ValidationError):
        services.withdraw_post(answer, by=cast.resident)


@pytest.mark.django_db(transaction=True)
def test_post_taken_back_by_two_windows_at_once_is_taken_back(cast, client_of):
    post = make_post(make_thread(cast.community), author=cast.resident)
    client, answers = client_of(cast.resident), []

    while_blocked_by(
        lambda: services.withdraw_post(post, by=cast.resident),
        lambda: answers.append(client.post(f"/posts/{post.pk}/withdraw/")),
    )

    assert [answer.status_code for answer in answers] == [302]
    assert Post.objects.get(pk=post.pk).status == "withdrawn"
