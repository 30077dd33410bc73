from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Announcement, AuditEntry
from discussions.models import Post
from discussions.services import Writing
from questions import services
from questions.models import Asker, Question
from questions.services import Addressee, Inquiry
from tests.factories import (
    make_body,
    make_community,
    make_seat,
)
from tests.questions.conftest import ANSWER

pytestmark = pytest.mark.django_db


def inquiry(**fields):
    values = {"title": "When is Mill Lane gritted?", "text": "It is steep.", "submit_key": uuid4()}
    return Inquiry(**{**values, **fields})


def acts(question):
    found = AuditEntry.objects.filter(subject_kind="question", subject_id=question.pk)
    return list(found.order_by("pk").values_list("act", "by"))


def announced():
    return list(Announcement.objects.order_by("pk").values_list("kind", "subject_id"))


def test_ask_question_hands_in_a_question_that_nobody_else_sees(cast):
    community = cast.community

    question = services.ask_question(
        inquiry(title="  When\nis it? ", text="a\r\nb", community=community),
        by=cast.resident,
        to=Addressee(cast.seat),
    )

    question.refresh_from_db()
    assert (question.title, question.text) == ("When is it?", "a\nb")
    assert (question.state, question.thread, question.community) == ("submitted", None, community)
    assert (question.seat, question.area, question.body) == (cast.seat, None, cast.body)
    assert question.asker_count == 1
    assert Asker.objects.get().user == cast.resident
    assert acts(question) == [("ask", cast.resident.pk)]
    assert announced() == []


def test_ask_question_of_the_whole_ward_names_the_ward(cast):
    question = services.ask_question(
        inquiry(), by=cast.resident, to=Addressee(cast.seat, is_whole_ward=True)
    )

    assert (question.seat_id, question.area_id) == (None, cast.ward.pk)


@pytest.mark.parametrize("unseen", [{"title": "\u200b"}, {"text": "---"}])
def test_ask_question_refuses_what_shows_no_words(cast, unseen):
    with pytest.raises(ValidationError, match="shows no words"):
        services.ask_question(inquiry(**unseen), by=cast.resident, to=Addressee(cast.seat))

    assert not Question.objects.exists()


def test_ask_question_twice_with_one_key_hands_in_one(cast):
    asked = inquiry()

    first = services.ask_question(asked, by=cast.resident, to=Addressee(cast.seat))
    second = services.ask_question(asked, by=cast.resident, to=Addressee(cast.seat))

    assert first == second
    assert Asker.objects.count() == 1
    assert len(acts(first)) == 1


def test_ask_question_with_one_key_by_two_people_hands_in_two(cast):
    asked = inquiry()

    services.ask_question(asked, by=cast.resident, to=Addressee(cast.seat))
    services.ask_question(asked, by=cast.neighbour, to=Addressee(cast.seat))

    assert Question.objects.count() == 2


def test_ask_question_refuses_a_ward_that_is_not_on_the_map(cast):
    seat = make_seat(area=None, area_name="The fens")

    with pytest.raises(ValidationError):
        services.ask_question(inquiry(), by=cast.resident, to=Addressee(seat, is_whole_ward=True))

    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "seat_fields",
    [{"person": None}, {"end_on": date(2024, 5, 2)}, {"start_on": date(2126, 5, 7)}],
    ids=["vacant", "ended", "not begun"],
)
def test_ask_question_refuses_a_seat_that_nobody_holds_today(cast, seat_fields):
    seat = make_seat(**seat_fields)

    with pytest.raises(ValidationError):
        services.ask_question(inquiry(), by=cast.resident, to=Addressee(seat))

    assert not Question.objects.exists()


def test_ask_question_refuses_who_is_suspended(cast):
    cast.resident.suspended_until = timezone.now() + timedelta(days=1)

    with pytest.raises(ValidationError):
        services.ask_question(inquiry(), by=cast.resident, to=Addressee(cast.seat))

    assert not Question.objects.exists()


def test_acknowledge_question_notes_when_it_was_seen(cast, opened):
    question = services.acknowledge_question(opened(), by=cast.councillor)

    question.refresh_from_db()
    assert question.acknowledged_at is not None
    assert question.holders.get().seat == cast.seat
    assert acts(question)[-1] == ("acknowledge", cast.councillor.pk)


def test_acknowledge_question_of_a_ward_makes_it_one_councillor_s(cast, opened):
    question = opened(area=cast.ward)

    services.acknowledge_question(question, by=cast.councillor)

    first, second = question.holders.order_by("pk")
    assert (first.area, first.until is None) == (cast.ward, False)
    assert (second.seat, second.until) == (cast.seat, None)


def test_acknowledge_question_twice_changes_nothing(cast, opened, colleague):
    question = services.acknowledge_question(opened(area=cast.ward), by=cast.councillor)
    seen = Question.objects.get(pk=question.pk).acknowledged_at

    services.acknowledge_question(question, by=colleague)

    question.refresh_from_db()
    assert question.acknowledged_at == seen
    assert question.holders.get(until=None).seat == cast.seat


def test_acknowledge_question_put_to_somebody_else_is_refused(cast, opened, colleague):
    question = opened()

    with pytest.raises(ValidationError):
        services.acknowledge_question(question, by=colleague)

    question.refresh_from_db()
    assert question.acknowledged_at is None


def test_answer_question_settles_it(cast, opened):
    question = opened()
    Announcement.objects.all().delete()

    post = services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    question.refresh_from_db()
    assert (question.state, question.answered_by) == ("answered", cast.seat)
    assert question.answered_at is not None
    assert question.thread.answer == post
    assert (post.number, post.body, post.author) == (2, ANSWER, cast.councillor)
    assert post.capacity.seat == cast.seat
    assert question.holders.get().until is not None
    assert announced() == [("post", post.pk), ("answer", question.pk)]
    assert acts(question)[-1] == ("answer", cast.councillor.pk)


def test_answer_question_of_a_ward_by_any_of_its_councillors(cast, opened, colleague):
    question = opened(area=cast.ward)

    services.answer_question(question, by=colleague, writing=Writing(ANSWER))

    question.refresh_from_db()
    assert question.answered_by.person.user == colleague


def test_answer_question_needs_no_membership(cast, opened):
    elsewhere = make_community()

    question = opened(community=elsewhere)
    services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    question.refresh_from_db()
    assert question.state == "answered"
    assert question.thread.community == elsewhere


def test_answer_question_where_first_posts_are_held_appears_at_once(cast, opened):
    question = opened(community=make_community(hold_first_posts=True))

    post = services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    assert (post.status, post.number) == (Post.Status.PUBLISHED, 2)


def test_answer_question_twice_with_one_key_answers_once(cast, opened):
    question, writing = opened(), Writing(ANSWER, submit_key=uuid4())

    first = services.answer_question(question, by=cast.councillor, writing=writing)
    second = services.answer_question(question, by=cast.councillor, writing=writing)

    assert first == second
    assert question.thread.posts.count() == 2


def test_answer_question_a_second_time_is_refused(cast, opened):
    question = opened()
    services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    with pytest.raises(ValidationError):
        services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    assert question.thread.posts.count() == 2


def test_answer_question_that_was_passed_on_settles_it(cast, opened):
    question = opened()
    services.refer_question(question, by=cast.moderator, to=make_body())

    services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    question.refresh_from_db()
    assert question.state == "answered"
    assert not question.holders.filter(until=None).exists()


def test_want_to_know_counts_a_person_once(cast, opened):
    question = opened()

    news = [services.want_to_know(question, by=cast.neighbour) for _ in range(2)]

    question.refresh_from_db()
    assert news == [True, False]
    assert question.asker_count == question.askers.count() == 2
    assert acts(question)[-1] == ("want to know", cast.neighbour.pk)


def test_want_to_know_what_is_answered_is_refused(cast, answered):
    question = answered()

    with pytest.raises(ValidationError):
        services.want_to_know(question, by=cast.neighbour)

    question.refresh_from_db()
    assert question.asker_count == 1


def test_stop_wanting_counts_a_person_no_longer(cast, opened):
    question = opened()
    services.want_to_know(question, by=cast.neighbour)

    news = [services.stop_wanting(question, by=cast.neighbour) for _ in range(2)]

    question.refresh_from_db()
    assert news == [True, False]
    assert question.asker_count == question.askers.count() == 1


def test_stop_wanting_keeps_whoever_asked(cast, opened):
    question = opened()

    assert services.stop_wanting(question, by=cast.resident) is False

    question.refresh_from_db()
    assert question.asker_count == question.askers.count() == 1


def test_ward_question_of_another_body_is_not_a_councillor_s(cast, opened):
    county = make_body()
    question = opened(area=cast.ward, body=county)

    with pytest.raises(ValidationError):
        services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))

    question.refresh_from_db()
    assert question.state == "open"
