from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from discussions.services import Writing, set_status
from questions import services
from questions.models import Question
from tests.factories import (
    make_body,
    make_community,
    make_decision,
    make_membership,
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
LIST = reverse("questions:question-list")


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", CAST)
def test_list_shows_everybody_the_same_questions(cast, client_of, opened, submitted, name):
    submitted(title="Is my neighbour ill?")
    opened(title="When is Mill Lane gritted?")

    response = client_of(getattr(cast, name)).get(LIST, {"state": "all"})

    assert [row.title for row in response.context["rows"]] == ["When is Mill Lane gritted?"]
    assert "Is my neighbour ill?" not in text(response)


@pytest.mark.parametrize("name", CAST)
def test_list_leaves_out_what_only_members_read(cast, client_of, opened, name):
    question = opened(author=make_user())
    members = make_community(visibility="members")
    make_membership(cast.neighbour, members)
    question.thread.community = members
    question.thread.save()

    rows = client_of(getattr(cast, name)).get(LIST).context["rows"]

    assert bool(rows) is (name in {"neighbour", "moderator", "admin"})


def test_list_tabs_hold_the_states(cast, client, opened, answered):
    waiting, referred, late = opened(title="A"), opened(title="B"), opened(title="C")
    done, closed, merged = answered(title="D"), opened(title="E"), opened(title="F")
    services.refer_question(referred, by=cast.moderator, to=make_body())
    services.close_question(closed, by=cast.moderator, reason="Asked before.")
    services.merge_question(merged, by=cast.moderator, into=waiting)
    Question.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))

    found = {
        tab: client.get(LIST, {"state": tab}).context["rows"]
        for tab in ("waiting", "overdue", "answered", "all", "nonsense")
    }

    assert found["waiting"] == [late, waiting, referred]
    assert found["overdue"] == [late]
    assert found["answered"] == [done]
    assert sorted(q.title for q in found["all"]) == ["A", "B", "C", "D", "E"]
    assert found["nonsense"] == found["waiting"]


def test_list_hides_a_question_that_staff_hid(cast, client, opened):
    question, kept = opened(), opened()

    post = question.thread.posts.get()
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, "hidden", by=cast.moderator)

    rows = client.get(LIST, {"state": "all"}).context["rows"]
    assert rows == [kept]


@pytest.mark.parametrize("tab", ["waiting", "answered", "all"])
def test_list_pages_show_each_question_once(client, opened, answered, tab):
    asked = [answered() if tab == "answered" else opened() for _ in range(23)]

    seen, after = [], ""
    for size in (20, 3):
        response = client.get(LIST, {"state": tab, "after": after})
        rows = [row.pk for row in response.context["rows"]]
        seen, after = seen + rows, response.context["next"]
        assert len(rows) == size

    assert sorted(seen) == sorted(question.pk for question in asked)
    assert after == ""


@pytest.mark.parametrize(
    "after",
    ["x", "_", "2026-02-30_1", "2026-03-02_x", "2026-03-02_-1", f"2026-03-02_{2**70}", "²_²"],
)
@pytest.mark.parametrize("tab", ["waiting", "answered", "all"])
def test_list_begins_at_the_top_for_a_token_nobody_made(client, opened, tab, after):
    opened()

    response = client.get(LIST, {"state": tab, "after": after})

    assert response.status_code == 200
    assert len(response.context["rows"]) == (0 if tab == "answered" else 1)


@pytest.mark.parametrize("tab", ["waiting", "overdue", "answered", "all"])
def test_list_without_questions_says_how_to_begin(client, tab):
    response = client.get(LIST, {"state": tab})

    assert 'class="empty"' in text(response)
    assert reverse("councillors:councillor-list") in text(response)


@time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC))
def test_list_says_when_the_answer_is_due(client, opened):
    opened()

    assert 'Due <time datetime="2026-03-16">Mon 16 March</time>' in text(client.get(LIST))


def test_list_says_by_how_much_an_answer_is_overdue(client, opened):
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        opened()
    with time_machine.travel(datetime(2026, 3, 19, 12, tzinfo=UTC)):
        response = client.get(LIST)

    assert "Overdue by 3 working days" in text(response)


def test_list_says_how_long_an_answer_took(cast, client, opened):
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        question = opened()
    with time_machine.travel(datetime(2026, 3, 6, 12, tzinfo=UTC)):
        services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    assert "Answered in 4 working days" in text(client.get(LIST, {"state": "answered"}))


@pytest.mark.parametrize("name", ["visitor", "resident"])
@pytest.mark.parametrize("tab", ["waiting", "answered", "all"])
def test_list_costs_the_same_for_one_and_three(
    cast, client_of, opened, answered, django_assert_num_queries, tab, name
):
    client = client_of(getattr(cast, name))
    # the questions; versions, or session and user of who is signed in
    budget = 2 if name == "visitor" else 3
    opened()
    answered(area=cast.ward)
    with django_assert_num_queries(budget):
        client.get(LIST, {"state": tab})
    for _ in range(2):
        opened(author=make_user(), area=cast.ward, body=make_body())
        answered(author=make_user())

    with django_assert_num_queries(budget):
        client.get(LIST, {"state": tab})
