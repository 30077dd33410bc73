from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from discussions.services import Writing
from questions import services
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
VERBS = ["want", "acknowledge", "answer"]


def act(verb, question):
    return reverse(f"questions:question-{verb}", args=[question.thread_id])


def written(**fields):
    return {"body": ANSWER, "submit_key": str(uuid4()), **fields}


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("name", CAST)
def test_want_counts_everybody_signed_in_but_the_author(cast, client_of, opened, name):
    question = opened(author=cast.resident)

    response = client_of(getattr(cast, name)).post(act("want", question))

    question.refresh_from_db()
    assert question.asker_count == (1 if name in {"visitor", "resident"} else 2)
    assert response.status_code == (403 if name == "resident" else 302)


def test_want_and_stop_wanting(cast, client_of, opened):
    question, client = opened(), client_of(cast.neighbour)
    client.post(act("want", question))

    response = client.post(act("want", question), {"stop": "1"})

    question.refresh_from_db()
    assert question.asker_count == 1
    assert told(response)[-1] == "You are no longer counted."


def test_want_what_is_answered_meanwhile_says_so(cast, client_of, answered):
    question = answered()

    response = client_of(cast.neighbour).post(act("want", question))

    assert response.status_code == 302
    assert told(response) == ["This question is no longer waiting for an answer."]


@pytest.mark.parametrize("name", CAST)
def test_acknowledge_is_for_the_councillor_asked(cast, client_of, opened, name):
    question = opened()

    response = client_of(getattr(cast, name)).post(act("acknowledge", question))

    question.refresh_from_db()
    assert (question.acknowledged_at is not None) is (name == "councillor")
    assert response.status_code == (302 if name in {"visitor", "councillor"} else 403)


def test_acknowledge_twice_does_no_harm(cast, client_of, opened):
    question, client = opened(), client_of(cast.councillor)

    statuses = [client.post(act("acknowledge", question)).status_code for _ in range(2)]

    assert statuses == [302, 302]


@pytest.mark.parametrize("name", CAST)
def test_answer_is_for_the_councillor_asked(cast, client_of, opened, name):
    question = opened()

    response = client_of(getattr(cast, name)).post(act("answer", question), written())

    question.refresh_from_db()
    assert (question.state == "answered") is (name == "councillor")
    assert response.status_code == (302 if name == "councillor" else 403)


def test_answer_leads_to_the_post(cast, client_of, opened):
    question = opened()

    response = client_of(cast.councillor).post(act("answer", question), written())

    answer = question.thread.posts.get(number=2)
    assert response["Location"] == answer.get_absolute_url()
    assert told(response) == ["Thank you. 1 person wanted to know, and is told."]


def test_answer_sent_twice_answers_once(cast, client_of, opened):
    question, client, form = opened(), client_of(cast.councillor), written()

    statuses = [client.post(act("answer", question), form).status_code for _ in range(2)]

    assert statuses == [302, 302]
    assert question.thread.posts.count() == 2


@pytest.mark.parametrize("body", ["", "Noted, thank you.", "x" * 39, "Noted." + " " * 60 + "Yes."])
def test_answer_that_is_boiler_plate_is_given_back(cast, client_of, opened, body):
    question = opened()

    response = client_of(cast.councillor).post(act("answer", question), written(body=body))

    question.refresh_from_db()
    assert question.state == "open"
    assert response.status_code == 200
    assert list(response.context["answer_form"].errors) == ["body"]


def test_answer_of_forty_letters_is_enough(cast, client_of, opened):
    question = opened()

    client_of(cast.councillor).post(act("answer", question), written(body="x" * 40))

    question.refresh_from_db()
    assert question.state == "answered"


def test_answer_without_its_key_is_given_back(cast, client_of, opened):
    question = opened()

    response = client_of(cast.councillor).post(act("answer", question), {"body": ANSWER})

    assert response.status_code == 200
    assert question.thread.posts.count() == 1


@pytest.mark.parametrize("verb", VERBS)
def test_visitor_who_acts_signs_in_and_comes_back_to_the_question(client, opened, verb):
    question = opened()

    response = client.post(act(verb, question), {})

    login = reverse("account_login")
    assert response["Location"] == f"{login}?next={question.get_absolute_url()}"


@pytest.mark.parametrize("verb", VERBS)
def test_visitor_who_acts_with_words_finds_them_again_after_signing_in(client, opened, verb):
    response = client.post(act(verb, opened()), written())

    page = response.content.decode()
    again = reverse("accounts:sent-again")
    assert response.status_code == 403
    assert f"{reverse('account_login')}?next={again}" in page
    assert escape(ANSWER) in page


@pytest.mark.parametrize("name", ["visitor", "neighbour", "councillor"])
@pytest.mark.parametrize("verb", VERBS)
def test_address_of_an_act_leads_to_the_question_and_changes_nothing(
    cast, client_of, opened, verb, name
):
    question = opened()

    response = client_of(getattr(cast, name)).get(act(verb, question))

    question.refresh_from_db()
    assert response["Location"] == question.get_absolute_url()
    assert (question.state, question.acknowledged_at, question.asker_count) == ("open", None, 1)


@pytest.mark.parametrize("verb", VERBS)
def test_question_named_like_an_act_can_be_read_by_everybody(client, opened, verb):
    question = opened(title=verb.title())

    response = client.get(question.get_absolute_url())

    assert question.get_absolute_url() == act(verb, question)
    assert response.status_code == 200


@pytest.mark.parametrize("verb", VERBS)
def test_acts_are_refused_to_who_is_suspended(cast, client_of, opened, verb):
    question = opened()
    cast.councillor.suspended_until = timezone.now() + timedelta(days=1)
    cast.councillor.save()

    response = client_of(cast.councillor).post(act(verb, question), written())

    question.refresh_from_db()
    assert response.status_code == 403
    assert (question.state, question.acknowledged_at, question.asker_count) == ("open", None, 1)


@pytest.mark.parametrize("verb", VERBS)
def test_acts_on_no_question_are_not_found(cast, client_of, verb):
    address = reverse(f"questions:question-{verb}", args=[2**31])

    assert client_of(cast.councillor).post(address).status_code == 404


def test_second_answer_of_a_ward_is_refused(cast, client_of, opened, colleague):
    question = opened(area=cast.ward)
    services.answer_question(question, by=colleague, writing=Writing(ANSWER))

    response = client_of(cast.councillor).post(act("answer", question), written())

    assert response.status_code == 403
    assert question.thread.posts.count() == 2
