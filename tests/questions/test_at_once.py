from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from discussions.services import Writing
from questions import services
from questions.models import Question
from questions.services import Addressee, Inquiry
from tests.factories import make_user
from tests.questions.conftest import ANSWER

pytestmark = pytest.mark.django_db(transaction=True)


def test_ask_question_at_the_same_moment_with_one_key_hands_in_one(cast):
    asked = Inquiry("When is Mill Lane gritted?", "It is steep.", uuid4())

    def ask(_n):
        try:
            return services.ask_question(asked, by=cast.resident, to=Addressee(cast.seat)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(ask, range(4)))

    assert keys == {Question.objects.get().pk}
    assert Question.objects.get().askers.count() == 1


def test_answer_question_by_two_councillors_at_the_same_moment_answers_once(
    cast, opened, colleague
):
    question = opened(area=cast.ward)

    def answer(by):
        try:
            services.answer_question(question, by=by, writing=Writing(ANSWER))
        except ValidationError:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(answer, [cast.councillor, colleague]))

    assert sorted(done) == [False, True]
    assert question.thread.posts.count() == 2


def test_want_to_know_by_many_at_the_same_moment_counts_all(cast, opened):
    question, people = opened(), [make_user() for _ in range(6)]

    def want(person):
        try:
            return services.want_to_know(question, by=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(want, people))

    question.refresh_from_db()
    assert question.asker_count == question.askers.count() == 7
