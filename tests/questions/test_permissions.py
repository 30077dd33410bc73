from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from councillors.models import Capacity, Councillor
from discussions.services import Writing
from questions import services
from questions.models import Question
from questions.permissions import (
    may_acknowledge,
    may_answer,
    may_ask,
    may_join_question,
    may_open,
    may_see_receipt,
)
from tests.factories import make_body, make_capacity, make_seat
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
SIGNED_IN = set(CAST[1:])
STAFF = {"moderator", "admin"}


def viewer(cast, name):
    return getattr(cast, name) or AnonymousUser()


@pytest.mark.parametrize("name", CAST)
def test_may_ask_is_for_everybody_signed_in(cast, name):
    assert may_ask(viewer(cast, name), cast.seat) is (name in SIGNED_IN)


@pytest.mark.parametrize("name", CAST)
def test_may_open_is_for_staff_with_the_right(cast, name):
    assert may_open(viewer(cast, name)) is (name in STAFF)


def test_may_open_is_not_for_staff_without_the_right(cast):
    cast.outsider.is_staff = True

    assert may_open(cast.outsider) is False


@pytest.mark.parametrize("name", CAST)
def test_may_see_receipt_is_for_the_author_and_staff(cast, submitted, name):
    question = submitted(author=cast.resident)

    assert may_see_receipt(viewer(cast, name), question) is (name in {"resident", *STAFF})


@pytest.mark.parametrize("name", CAST)
def test_may_answer_is_for_the_councillor_asked(cast, opened, name):
    assert may_answer(viewer(cast, name), opened()) is (name == "councillor")


@pytest.mark.parametrize("name", CAST)
def test_may_answer_is_for_the_councillors_of_the_ward_asked(cast, opened, name):
    assert may_answer(viewer(cast, name), opened(area=cast.ward)) is (name == "councillor")


@pytest.mark.parametrize("name", CAST)
def test_may_acknowledge_is_for_the_councillor_asked(cast, opened, name):
    assert may_acknowledge(viewer(cast, name), opened()) is (name == "councillor")


@pytest.mark.parametrize("name", CAST)
def test_may_join_question_is_for_everybody_signed_in_but_its_author(cast, opened, name):
    question = opened(author=cast.resident)

    assert may_join_question(viewer(cast, name), question) is (name in SIGNED_IN - {"resident"})


@pytest.mark.parametrize(
    ("state", "answers", "acknowledges", "joins"),
    [
        ("submitted", False, False, False),
        ("private", False, False, False),
        ("open", True, True, True),
        ("referred", True, False, True),
        ("answered", False, False, False),
        ("closed", False, False, False),
        ("merged", False, False, False),
    ],
)
def test_verbs_follow_the_state(cast, submitted, state, answers, acknowledges, joins):
    question = submitted()
    question.state = state

    assert may_answer(cast.councillor, question) is answers
    assert may_acknowledge(cast.councillor, question) is acknowledges
    assert may_join_question(cast.neighbour, question) is joins


def test_may_acknowledge_only_once(cast, opened):
    question = services.acknowledge_question(opened(), by=cast.councillor)

    assert may_acknowledge(cast.councillor, question) is False
    assert may_answer(cast.councillor, question) is True


def test_may_answer_is_not_for_a_colleague_of_the_councillor_asked(opened, colleague):
    assert may_answer(colleague, opened()) is False


def test_may_answer_is_for_every_colleague_of_the_ward_asked(cast, opened, colleague):
    assert may_answer(colleague, opened(area=cast.ward)) is True


def test_may_answer_is_not_for_another_body_s_councillor_of_the_ward(cast, opened):
    county = make_seat(body=make_body(), area=cast.ward)
    make_capacity(cast.neighbour, county)

    assert may_answer(cast.neighbour, opened(area=cast.ward)) is False


def test_may_answer_is_not_for_an_officer_with_the_seat(cast, opened):
    Capacity.objects.update(kind="officer")

    assert may_answer(cast.councillor, opened()) is False


@pytest.mark.parametrize("of", [Capacity, Councillor])
@pytest.mark.parametrize("area", [True, False], ids=["ward", "seat"])
def test_may_answer_ends_with_the_seat_and_with_the_capacity(cast, opened, of, area):
    question = opened(area=cast.ward) if area else opened()

    of.objects.update(end_on=date(2024, 5, 2))

    assert may_answer(cast.councillor, question) is False


@pytest.mark.parametrize("field", ["suspended_until", "posts_held_until"])
def test_may_answer_is_not_for_who_may_not_publish(cast, opened, field):
    setattr(cast.councillor, field, timezone.now() + timedelta(days=1))

    assert may_answer(cast.councillor, opened()) is False


@pytest.mark.parametrize("field", ["suspended_until", "posts_held_until"])
def test_may_answer_is_again_for_who_may_publish_again(cast, opened, field):
    setattr(cast.councillor, field, timezone.now() - timedelta(days=1))

    assert may_answer(cast.councillor, opened()) is True


def test_verbs_are_not_for_who_is_suspended(cast, opened):
    cast.neighbour.suspended_until = timezone.now() + timedelta(days=1)

    assert may_ask(cast.neighbour, cast.seat) is False
    assert may_join_question(cast.neighbour, opened()) is False


def who_sees(cast, question):
    return {
        name
        for name in CAST
        if Question.objects.visible_to(viewer(cast, name)).filter(pk=question.pk).exists()
    }


@pytest.mark.parametrize("state", ["submitted", "private"])
def test_unread_question_is_visible_to_its_author_and_staff(cast, submitted, state):
    assert who_sees(cast, submitted(state=state)) == {"resident", *STAFF}


def test_unread_question_is_in_public_for_nobody(cast, submitted, opened):
    submitted()
    public = opened()

    for name in CAST:
        assert list(Question.objects.visible_to(viewer(cast, name)).in_public()) == [public]


def test_open_and_answered_questions_are_visible_to_everybody(cast, opened):
    question = opened()
    assert who_sees(cast, question) == set(CAST)

    services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    assert who_sees(cast, question) == set(CAST)


@pytest.mark.parametrize("opens", [True, False], ids=["opened", "unread"])
def test_closed_question_is_visible_to_whom_it_was_before(cast, submitted, opens):
    question = submitted()
    if opens:
        services.open_question(question, by=cast.moderator)

    services.close_question(question, by=cast.moderator, reason="Asked before.")

    assert who_sees(cast, question) == (set(CAST) if opens else {"resident", *STAFF})


@pytest.mark.parametrize("state", ["submitted", "private"])
@pytest.mark.parametrize("name", ["visitor", "neighbour", "councillor", "ambassador"])
def test_unread_question_appears_on_no_page(cast, client_of, submitted, opened, name, state):
    title = "Grit for the houseboats?"
    submitted(title=title, text=title, state=state, community=cast.community)
    opened(title="Grit for the lane?", community=cast.community)
    client = client_of(getattr(cast, name))
    addresses = [
        "/",
        "/search/?q=grit",
        "/questions/?state=all",
        "/councillors/anne-reed/",
        "/councillors/anne-reed/questions.atom",
        cast.community.get_absolute_url(),
        f"{cast.community.get_absolute_url()}feed.atom",
        cast.ward.get_absolute_url(),
        cast.resident.get_absolute_url(),
    ]

    pages = {address: client.get(address).content.decode() for address in addresses}

    assert [address for address, page in pages.items() if title in page] == []
    assert [address for address, page in pages.items() if "Grit for the lane?" not in page] == []
