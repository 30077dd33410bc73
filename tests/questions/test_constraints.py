from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from questions.models import Asker, Holder, Question
from tests.factories import make_area, make_body, make_question, make_seat, make_thread

pytestmark = pytest.mark.django_db


def refuses(rule: str, change: Any) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        change()


def changing(question, **fields):
    return lambda: Question.objects.filter(pk=question.pk).update(**fields)


def test_question_asks_a_seat_or_a_ward_and_not_both():
    question = make_question(seat=make_seat())

    refuses("questions_question_asks_seat_or_ward", changing(question, area=make_area()))
    refuses("questions_question_asks_seat_or_ward", changing(question, seat=None))


@pytest.mark.parametrize("state", ["submitted", "private"])
def test_unread_question_has_no_thread(state):
    question = make_question(state=state)

    refuses("questions_question_unread_has_no_thread", changing(question, thread=make_thread()))


@pytest.mark.parametrize("state", ["open", "referred", "answered"])
@pytest.mark.parametrize("missing", ["thread", "opened_on", "due_on"])
def test_open_question_has_a_thread_and_its_dates(state, missing):
    fields = {"thread": make_thread(), "opened_on": date(2026, 3, 2), "due_on": date(2026, 3, 16)}
    answer = {"answered_at": timezone.now(), "answered_by": make_seat()}
    question = make_question()

    refuses(
        "questions_question_open_has_thread_and_date",
        changing(question, state=state, **{**fields, **answer, missing: None}),
    )


@pytest.mark.parametrize("missing", ["answered_at", "answered_by"])
def test_answered_question_says_when_and_by_whom(missing):
    fields = {
        "state": "answered",
        "thread": make_thread(),
        "opened_on": date(2026, 3, 2),
        "due_on": date(2026, 3, 16),
        "answered_at": timezone.now(),
        "answered_by": make_seat(),
    }
    question = make_question()

    refuses(
        "questions_question_answered_says_when", changing(question, **{**fields, missing: None})
    )


def test_merged_question_and_only_it_names_the_other():
    question, other = make_question(), make_question()

    refuses("questions_question_merged_into_another", changing(question, state="merged"))
    refuses("questions_question_merged_into_another", changing(question, merged_into=other))


def test_question_is_not_merged_into_itself():
    question = make_question()

    refuses(
        "questions_question_not_merged_into_itself",
        changing(question, state="merged", merged_into=question),
    )


def test_asker_is_counted_once():
    question = make_question()

    refuses(
        "questions_asker_once",
        lambda: Asker.objects.create(question=question, user=question.author),
    )


def test_question_has_one_holder_at_a_time():
    question = make_question()
    Holder.objects.create(question=question, body=make_body())

    refuses(
        "questions_holder_one_open",
        lambda: Holder.objects.create(question=question, body=make_body()),
    )


def test_holder_is_a_seat_or_a_ward_or_a_body():
    question, seat = make_question(), make_seat()

    refuses("questions_holder_is_one", lambda: Holder.objects.create(question=question))
    refuses(
        "questions_holder_is_one",
        lambda: Holder.objects.create(question=question, seat=seat, body=seat.body),
    )
