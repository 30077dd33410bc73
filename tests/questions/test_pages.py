from datetime import UTC, datetime

import pytest
import time_machine

from discussions.models import Visit
from discussions.services import Writing, set_status
from questions import services
from tests.factories import (
    make_body,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)
from tests.questions.conftest import ANSWER

pytestmark = pytest.mark.django_db

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


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", CAST)
def test_question_page_is_for_everybody(cast, client_of, answered, name):
    question = answered()

    response = client_of(getattr(cast, name)).get(question.get_absolute_url())

    assert response.status_code == 200
    assert question.title in text(response)
    assert "The county&#x27;s lorry" in text(response) or "The county's lorry" in text(response)


@pytest.mark.parametrize("name", CAST)
def test_question_page_of_a_members_community_is_for_members(cast, client_of, opened, name):
    question = opened()
    members = make_community(visibility="members")
    make_membership(cast.neighbour, members)
    question.thread.community = members
    question.thread.save()

    response = client_of(getattr(cast, name)).get(question.get_absolute_url())

    readers = {"neighbour", "moderator", "admin"}
    assert response.status_code == (200 if name in readers else 404)


@pytest.mark.parametrize("name", CAST)
def test_question_page_offers_each_what_they_may_do(cast, client_of, opened, name):
    question = opened(author=cast.resident, community=cast.community)

    page = text(client_of(getattr(cast, name)).get(question.get_absolute_url()))

    wanting = set(CAST) - {"visitor", "resident"}
    assert ("Me too</button>" in page) is (name in wanting)
    assert ("I have seen this</button>" in page) is (name == "councillor")
    assert ("Publish the answer</button>" in page) is (name == "councillor")
    assert ("Reply</button>" in page) is (name in {"resident", "neighbour", "ambassador"})


def test_question_page_redirects_to_the_right_slug(client, opened):
    question = opened(title="When is Mill Lane gritted?")

    response = client.get(f"/questions/{question.thread_id}/when/?page=1")

    assert response.status_code == 302
    assert response["Location"] == (
        f"/questions/{question.thread_id}/when-is-mill-lane-gritted/?page=1"
    )


def test_question_page_of_a_discussion_is_not_found(cast, client):
    thread = make_thread(cast.community)

    assert client.get(f"/questions/{thread.pk}/{thread.slug}/").status_code == 404


@time_machine.travel(datetime(2026, 12, 18, 12, tzinfo=UTC))
def test_question_page_explains_the_date(client, opened):
    page = text(client.get(opened().get_absolute_url()))

    assert 'Due <time datetime="2027-01-06">Wed 6 January 2027</time>' in page
    assert "Friday 25 December</time> (Christmas Day)" in page
    assert "Friday 1 January 2027</time> (New Year&#x27;s Day)" in page


def test_question_page_says_that_the_answer_is_overdue(client, opened):
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        question = opened()
    with time_machine.travel(datetime(2026, 3, 19, 12, tzinfo=UTC)):
        page = text(client.get(question.get_absolute_url()))

    assert 'class="clock late"' in page
    assert "<b>Answer overdue</b>It was due" in page
    assert "(3 working days ago)" in page


def test_question_page_says_who_has_seen_it(cast, client, opened):
    question = opened(area=cast.ward)

    services.acknowledge_question(question, by=cast.councillor)

    assert "Seen by Anne Reed" in text(client.get(question.get_absolute_url()))


def test_question_page_says_to_whom_it_was_passed_on(cast, client, opened):
    question = opened()

    services.refer_question(question, by=cast.moderator, to=make_body(name="Dale County"))

    assert "Passed on to Dale County" in text(client.get(question.get_absolute_url()))


def test_question_page_sets_the_answer_apart(client, answered, cast):
    question = answered()
    for _ in range(22):
        make_post(question.thread, author=cast.neighbour)

    response = client.get(question.get_absolute_url())

    assert response.context["first"][0].number == 1
    assert response.context["answer"][0].body == ANSWER
    assert [post.number for post in response.context["posts"]] == list(range(3, 21))
    assert "Ward councillor, Northmoor District Council" in text(response)
    assert 'class="clock done"' in text(response)


def test_question_page_shows_an_answer_from_a_later_page_on_top(cast, client, opened):
    question = opened(community=cast.community)
    for _ in range(25):
        make_post(question.thread, author=cast.neighbour)
    services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    first = client.get(question.get_absolute_url())
    second = client.get(question.get_absolute_url(), {"page": 2})

    assert first.context["answer"][0].number == 27
    assert [post.number for post in first.context["posts"]] == list(range(2, 21))
    assert [post.number for post in second.context["posts"]] == list(range(21, 28))
    assert second.content.decode().count('id="post-27"') == 1


def test_question_page_shows_a_hidden_answer_as_a_stub(cast, client, answered):
    question = answered()

    answer = question.thread.posts.get(number=2)
    make_decision(answer, verb="hide", rule="abuse")
    set_status(answer, "hidden", by=cast.moderator)

    page = text(client.get(question.get_absolute_url()))
    assert ANSWER[:20] not in page
    assert "Staff have hidden this post." in page


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "²", "9" * 30])
def test_question_page_that_does_not_exist_is_not_found(client, opened, page):
    assert client.get(opened().get_absolute_url(), {"page": page}).status_code == 404


def test_question_is_not_reworded_or_taken_back_by_who_asked(cast, client_of, opened):
    thread = opened().thread
    asked = thread.posts.get(number=1)
    reply = make_post(thread, author=cast.resident, body="A lorry is enough.")
    client = client_of(cast.resident)
    page = client.get(thread.question.get_absolute_url()).content.decode()

    for act in ("edit", "withdraw"):
        assert [f"/posts/{post.pk}/{act}/" in page for post in (asked, reply)] == [False, True]
    given = {"title": "Another title", "body": "Another question.", "edition": "1"}
    client.post(f"/posts/{asked.pk}/edit/", given)
    client.post(f"/posts/{asked.pk}/withdraw/")

    asked.refresh_from_db()
    assert (asked.body, asked.status) == ("It is the way to school.", "published")


def test_answer_is_not_taken_back_by_who_gave_it(cast, client_of, answered):
    question = answered()
    further = make_post(question.thread, author=cast.councillor, body="It came at five.")

    page = client_of(cast.councillor).get(question.get_absolute_url()).content.decode()

    posts = (question.thread.answer, further)
    assert [f"/posts/{post.pk}/withdraw/" in page for post in posts] == [False, True]


def test_question_page_leads_on_to_what_it_was_joined_with(cast, client, opened):
    into, question = opened(title="Grit on Mill Lane?"), opened(title="Salt on Mill Lane?")

    services.merge_question(question, by=cast.moderator, into=into)

    page = text(client.get(question.get_absolute_url()))
    assert into.get_absolute_url() in page
    assert "to know this" not in page  # whoever asked is counted at the other one
    assert "to know this" in text(client.get(into.get_absolute_url()))


def test_question_page_says_why_it_was_closed(cast, client, opened):
    question = opened()

    services.close_question(question, by=cast.moderator, reason="The shop has gone.")

    assert "The shop has gone." in text(client.get(question.get_absolute_url()))


def test_question_page_moves_the_mark_of_who_reads(cast, client_of, answered):
    question = answered()

    client_of(cast.neighbour).get(question.get_absolute_url())

    assert Visit.objects.get(user=cast.neighbour).last_number == 2


@pytest.mark.parametrize("how", ["head", "prefetch", "visitor"])
def test_question_page_leaves_the_mark_of_who_does_not_read(cast, client_of, answered, how):
    question = answered()
    before = Visit.objects.count()
    client = client_of(None if how == "visitor" else cast.neighbour)

    if how == "head":
        client.head(question.get_absolute_url())
    else:
        headers = {"Sec-Purpose": "prefetch"} if how == "prefetch" else {}
        client.get(question.get_absolute_url(), headers=headers)

    assert Visit.objects.count() == before


@pytest.mark.parametrize(
    ("name", "budget"),
    [
        # versions, question, thread, posts, who has had it
        ("visitor", 5),
        # session and user instead of versions, membership, capacities, wanting, how much may be
        # written for now
        ("neighbour", 10),
        ("councillor", 11),
    ],
)
def test_question_page_costs_the_same_for_one_and_three(
    cast, client_of, opened, django_assert_num_queries, name, budget
):
    question = opened(community=cast.community)
    services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))
    client = client_of(getattr(cast, name))
    client.get(question.get_absolute_url())
    make_post(question.thread, author=cast.resident)
    client.get(question.get_absolute_url())
    with django_assert_num_queries(budget):
        client.get(question.get_absolute_url())
    for _ in range(3):
        make_post(question.thread)
    client.get(question.get_absolute_url())

    with django_assert_num_queries(budget):
        client.get(question.get_absolute_url())


@pytest.mark.parametrize(
    ("name", "budget"),
    [
        ("visitor", 5),
        # as above, and whether the question was put to them
        ("neighbour", 11),
        # and whether they have yet to see it
        ("councillor", 12),
    ],
)
def test_waiting_question_page_costs_the_same_for_one_and_three(
    cast, client_of, opened, django_assert_num_queries, name, budget
):
    question = opened(community=cast.community)
    make_post(question.thread, author=cast.resident)
    client = client_of(getattr(cast, name))
    client.get(question.get_absolute_url())
    with django_assert_num_queries(budget):
        client.get(question.get_absolute_url())
    for _ in range(2):
        services.want_to_know(question, by=make_user())
        make_post(question.thread)
    client.get(question.get_absolute_url())

    with django_assert_num_queries(budget):
        client.get(question.get_absolute_url())
