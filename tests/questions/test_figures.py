from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection

from questions.figures import answered_by, answering_since, overdue_before
from questions.models import Question
from questions.services import open_question
from tests.factories import make_body, make_question, make_seat

SPRING = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _noon_in_may():
    with time_machine.travel(datetime(2026, 5, 12, 12, tzinfo=UTC)):
        yield


def ask(cast, opened, due, answered=None, state="open", body=None):
    """Have a question that was opened, due and answered on these days (month, day)."""
    question = make_question(seat=cast.seat, body=body or cast.body)
    question = open_question(question, by=cast.moderator)
    values = {"opened_on": date(2026, *opened), "due_on": date(2026, *due), "state": state}
    if answered:
        moment = datetime(2026, *answered, 22, 30, tzinfo=UTC)
        values |= {"state": "answered", "answered_at": moment, "answered_by": cast.seat}
    Question.objects.filter(pk=question.pk).update(**values)
    return question


def test_figures_put_each_question_where_it_belongs(cast):
    ask(cast, opened=(3, 2), due=(3, 16), answered=(3, 16))  # 22:30 of the last day
    ask(cast, opened=(3, 2), due=(3, 16), answered=(3, 17))
    ask(cast, opened=(4, 7), due=(4, 21))
    ask(cast, opened=(5, 11), due=(5, 26))
    ask(cast, opened=(5, 11), due=(5, 26), state="referred")
    ask(cast, opened=(5, 11), due=(5, 12))  # due today is not overdue
    ask(cast, opened=(4, 7), due=(4, 21), state="closed")

    found = answering_since(SPRING)

    total = found.total
    assert (total.in_time, total.late, total.overdue) == (1, 1, 1)
    assert (total.waiting, total.closed) == (3, 1)
    assert (total.opened, total.due, total.not_in_time) == (7, 3, 2)


def test_figures_know_the_months(cast):
    ask(cast, opened=(3, 2), due=(3, 16), answered=(3, 3))
    ask(cast, opened=(3, 31), due=(4, 16))
    ask(cast, opened=(5, 1), due=(5, 18))

    months = answering_since(SPRING).by_month

    assert {day: (kept.in_time, kept.overdue, kept.waiting) for day, kept in months.items()} == {
        date(2026, 3, 1): (1, 1, 0),
        date(2026, 5, 1): (0, 0, 1),
    }


def test_figures_begin_on_the_day_that_is_asked_for(cast):
    ask(cast, opened=(2, 28), due=(3, 16), answered=(3, 3))
    ask(cast, opened=(3, 1), due=(3, 13), answered=(3, 3))

    assert answering_since(SPRING).total.opened == 1


def test_median_counts_working_days_by_the_calendar_of_the_body(cast):
    scotland = make_body(nation="SCT")
    # Good Friday is a day off in both, Easter Monday in England alone.
    ask(cast, opened=(4, 2), due=(4, 20), answered=(4, 7))
    assert answering_since(SPRING).median_days == 1

    ask(cast, opened=(4, 2), due=(4, 20), answered=(4, 7), body=scotland)
    assert answering_since(SPRING).median_days == 1.5
    assert answering_since(SPRING).answers == 2


def test_joined_and_unread_questions_are_not_counted(cast):
    first = ask(cast, opened=(3, 2), due=(3, 16))
    second = ask(cast, opened=(3, 2), due=(3, 16))
    Question.objects.filter(pk=second.pk).update(state="merged", merged_into=first)
    make_question(seat=cast.seat)

    assert answering_since(SPRING).total.opened == 1


def test_figures_of_nothing_are_zeros(db):
    found = answering_since(SPRING)

    assert (found.total.opened, found.by_month, found.answers, found.median_days) == (
        0,
        {},
        0,
        None,
    )


def test_figures_ask_once_however_many_questions_there_are(cast, django_assert_num_queries):
    for _ in range(3):
        ask(cast, opened=(3, 2), due=(3, 16))

    with django_assert_num_queries(1):
        assert answering_since(SPRING).total.overdue == 3


def test_older_questions_that_are_overdue_are_not_forgotten(cast):
    ask(cast, opened=(1, 5), due=(1, 19))
    ask(cast, opened=(1, 5), due=(1, 19), answered=(2, 3))
    ask(cast, opened=(3, 2), due=(3, 16))

    assert overdue_before(SPRING) == 1


def test_figures_use_the_index_of_days(cast):
    ask(cast, opened=(3, 2), due=(3, 16))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        opened = Question.objects.filter(opened_on__gte=SPRING).exclude(state="merged")
        plan = opened.order_by().values("pk").explain()

    assert "questions_opened" in plan


def test_figures_of_a_person_tell_a_typical_answer_once_there_are_enough(cast):
    for day in (3, 3, 4, 6):
        ask(cast, opened=(3, 2), due=(3, 16), answered=(3, day))
    ask(cast, opened=(3, 2), due=(3, 16))

    few = answered_by(cast.seat.person.pk, SPRING)
    ask(cast, opened=(3, 2), due=(3, 16), answered=(3, 9))
    enough = answered_by(cast.seat.person.pk, SPRING)

    assert (few.answers, few.median_days) == (4, None)
    assert (enough.answers, enough.median_days) == (5, 2)


def test_figures_of_a_person_leave_out_older_and_other_peoples_answers(cast):
    ask(cast, opened=(2, 2), due=(2, 16), answered=(3, 3))
    other = ask(cast, opened=(3, 2), due=(3, 16), answered=(3, 3))
    Question.objects.filter(pk=other.pk).update(answered_by=make_seat())

    assert answered_by(cast.seat.person.pk, SPRING).answers == 0
