from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Announcement, AuditEntry
from communities.models import Community
from discussions.models import Follow, Thread
from questions import services
from questions.models import Asker, Holder, Question
from tests.factories import (
    make_body,
    make_community,
    make_user,
)

pytestmark = pytest.mark.django_db


def acts(question):
    found = AuditEntry.objects.filter(subject_kind="question", subject_id=question.pk)
    return list(found.order_by("pk").values_list("act", "by"))


def announced():
    return list(Announcement.objects.order_by("pk").values_list("kind", "subject_id"))


@time_machine.travel(datetime(2026, 12, 18, 12, tzinfo=UTC), tick=False)
def test_open_question_makes_a_thread_and_starts_the_clock(cast, submitted):
    question = submitted(community=cast.community)

    services.open_question(question, by=cast.moderator)

    question.refresh_from_db()
    thread = question.thread
    post = thread.posts.get()
    assert (question.state, question.opened_on) == ("open", date(2026, 12, 18))
    assert question.due_on == date(2027, 1, 6)
    assert (thread.kind, thread.title, thread.author) == ("question", question.title, cast.resident)
    assert (thread.community, thread.status) == (cast.community, "published")
    assert (post.body, post.author, post.number) == (question.text, cast.resident, 1)
    assert announced() == [("post", post.pk), ("question", question.pk)]
    assert acts(question) == [("open", cast.moderator.pk)]


@time_machine.travel(datetime(2026, 12, 18, 12, tzinfo=UTC), tick=False)
def test_open_question_counts_the_bank_holidays_of_the_body(cast, submitted):
    body = make_body(nation="SCT")

    question = services.open_question(submitted(body=body), by=cast.moderator)

    assert question.due_on == date(2027, 1, 7)


@time_machine.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), tick=False)
def test_open_question_late_at_night_opens_on_the_day_of_the_place(opened):
    assert opened().opened_on == date(2026, 7, 2)


def test_open_question_names_who_has_it(cast, opened):
    to_seat, to_ward = opened(), opened(area=cast.ward)

    held = Holder.objects.order_by("question").values_list("question", "seat", "area", "until")

    assert list(held) == [
        (to_seat.pk, cast.seat.pk, None, None),
        (to_ward.pk, None, cast.ward.pk, None),
    ]


def test_open_question_without_a_community_makes_the_body_s_own_once(cast, opened):
    first, second = opened(), opened()

    own = Community.objects.get(slug=f"questions-to-{cast.body.slug}")
    assert own.name == "Questions to Northmoor District Council"
    assert (own.kind, own.area, own.is_public) == ("area", cast.body.area, True)
    assert {first.thread.community, second.thread.community} == {own}
    assert own.thread_count == 2


def test_open_question_for_a_body_without_area_and_with_a_long_name(opened):
    body = make_body(name="B" * 160, slug="b" * 80, area=None)

    own = opened(body=body, community=None).thread.community

    assert (own.kind, len(own.name), len(own.slug) <= 80) == ("interest", 80, True)


@pytest.mark.parametrize(
    "fields", [{"visibility": "members"}, {"archived_at": timezone.now()}], ids=["closed", "old"]
)
def test_open_question_from_where_not_all_can_read_opens_with_the_body(cast, opened, fields):
    question = opened(community=make_community(**fields))

    assert question.thread.community.slug == f"questions-to-{cast.body.slug}"


def test_open_question_publishes_what_the_community_would_hold(cast, opened):
    careful = make_community(hold_first_posts=True)

    question = opened(author=make_user(), community=careful)

    thread = Thread.objects.get(pk=question.thread_id)
    assert (thread.status, thread.posts.get().status) == ("published", "published")


def test_open_question_makes_its_author_follow_it(cast, opened):
    question = opened()

    assert Follow.objects.get(thread=question.thread).user == cast.resident


def test_open_question_twice_is_refused(cast, submitted):
    question = submitted()
    services.open_question(question, by=cast.moderator)

    with pytest.raises(ValidationError):
        services.open_question(question, by=cast.admin)

    assert Thread.objects.count() == 1


def test_open_question_opens_what_was_kept_private(cast, submitted):
    question = services.keep_private(submitted(), by=cast.moderator)

    assert services.open_question(question, by=cast.moderator).state == "open"


def test_keep_private_makes_no_thread(cast, submitted):
    question = services.keep_private(submitted(), by=cast.moderator)

    question.refresh_from_db()
    assert (question.state, question.thread) == ("private", None)
    assert announced() == []
    assert acts(question) == [("keep private", cast.moderator.pk)]


def test_close_question_says_why_and_ends_who_has_it(cast, opened):
    question = services.close_question(opened(), by=cast.moderator, reason=" Asked\nbefore ")

    question.refresh_from_db()
    assert (question.state, question.closing_reason) == ("closed", "Asked before")
    assert question.holders.get().until is not None
    assert acts(question)[-1] == ("close", cast.moderator.pk)


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_close_question_without_a_reason_is_refused(cast, opened, reason):
    question = opened()

    with pytest.raises(ValidationError):
        services.close_question(question, by=cast.moderator, reason=reason)

    question.refresh_from_db()
    assert question.state == "open"


def test_merge_question_moves_whoever_asked(cast, opened, submitted):
    into, question = opened(), submitted(author=cast.neighbour)
    services.want_to_know(into, by=cast.outsider)
    Asker.objects.create(question=question, user=cast.outsider)
    Question.objects.filter(pk=question.pk).update(asker_count=2)

    services.merge_question(question, by=cast.moderator, into=into)

    question.refresh_from_db()
    into.refresh_from_db()
    assert (question.state, question.merged_into, question.asker_count) == ("merged", into, 0)
    askers = {cast.resident.pk, cast.outsider.pk, cast.neighbour.pk}
    assert set(into.askers.values_list("user", flat=True)) == askers
    assert into.asker_count == 3
    assert not question.askers.exists()
    assert acts(question)[-1] == ("merge", cast.moderator.pk)


def test_merge_question_locks_its_thread_and_ends_who_has_it(cast, opened):
    into, question = opened(), opened(author=cast.neighbour)

    services.merge_question(question, by=cast.moderator, into=into)

    assert Thread.objects.get(pk=question.thread_id).is_locked
    assert not question.holders.filter(until=None).exists()


def test_merge_question_takes_along_what_was_merged_before(cast, opened, submitted):
    first, second, third = submitted(), opened(), opened()
    services.merge_question(first, by=cast.moderator, into=second)

    services.merge_question(second, by=cast.moderator, into=third)

    first.refresh_from_db()
    assert first.merged_into == third


def test_merge_question_into_an_answered_one_tells_of_the_answer(cast, answered, submitted):
    into = answered()
    Announcement.objects.all().delete()

    services.merge_question(submitted(), by=cast.moderator, into=into)

    assert announced() == [("answer", into.pk)]


def test_merge_question_with_itself_is_refused(cast, opened):
    question = opened()

    with pytest.raises(ValidationError):
        services.merge_question(question, by=cast.moderator, into=question)


@pytest.mark.parametrize("state", ["submitted", "private", "closed"])
def test_merge_question_into_one_without_prospect_is_refused(cast, submitted, state):
    into, question = submitted(state=state), submitted()

    with pytest.raises(ValidationError):
        services.merge_question(question, by=cast.moderator, into=into)

    question.refresh_from_db()
    assert question.state == "submitted"


def test_refer_question_changes_who_has_it(cast, opened):
    question, county = opened(), make_body(name="Dale County Council")

    services.refer_question(question, by=cast.moderator, to=county)

    question.refresh_from_db()
    first, second = question.holders.order_by("pk")
    assert question.state == "referred"
    assert (first.seat, first.until is None) == (cast.seat, False)
    assert (second.body, second.until) == (county, None)
    assert acts(question)[-1] == ("refer", cast.moderator.pk)


def test_refer_question_twice_to_one_body_is_refused(cast, opened):
    question, county = opened(), make_body()
    services.refer_question(question, by=cast.moderator, to=county)

    with pytest.raises(ValidationError):
        services.refer_question(question, by=cast.moderator, to=county)

    assert question.holders.count() == 2


@pytest.mark.parametrize("name", ["resident", "councillor", "ambassador"])
@pytest.mark.parametrize("verb", ["open", "keep", "close", "merge", "refer"])
def test_decisions_are_refused_to_who_is_not_staff(cast, opened, submitted, verb, name):
    by, question, into = getattr(cast, name), submitted(), opened()
    decide = {
        "open": lambda: services.open_question(question, by=by),
        "keep": lambda: services.keep_private(question, by=by),
        "close": lambda: services.close_question(question, by=by, reason="Because."),
        "merge": lambda: services.merge_question(question, by=by, into=into),
        "refer": lambda: services.refer_question(into, by=by, to=make_body()),
    }

    with pytest.raises(ValidationError):
        decide[verb]()

    question.refresh_from_db()
    assert question.state == "submitted"
