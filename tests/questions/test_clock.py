from datetime import UTC, date, datetime, timedelta

import pytest

from questions.clock import (
    Timing,
    deadline,
    is_working_day,
    timing,
    working_days_after,
    working_days_between,
)
from questions.models import Question
from tests.factories import make_body, make_question, make_thread

ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, ELSEWHERE = "ENG", "WLS", "SCT", "NIR", ""


@pytest.mark.parametrize(
    ("nation", "opened_on", "due_on"),
    [
        # two plain weeks
        (ENGLAND, date(2026, 3, 2), date(2026, 3, 16)),
        # opened at a weekend: the count starts on Monday
        (ENGLAND, date(2026, 3, 7), date(2026, 3, 20)),
        (ENGLAND, date(2026, 3, 8), date(2026, 3, 20)),
        (ENGLAND, date(2026, 3, 6), date(2026, 3, 20)),
        # Good Friday and Easter Monday
        (ENGLAND, date(2026, 3, 30), date(2026, 4, 15)),
        (WALES, date(2026, 3, 30), date(2026, 4, 15)),
        (NORTHERN_IRELAND, date(2026, 3, 30), date(2026, 4, 15)),
        # Easter Monday is a working day in Scotland
        (SCOTLAND, date(2026, 3, 30), date(2026, 4, 14)),
        # Christmas Day, Boxing Day moved to Monday, New Year's Day in the next year
        (ENGLAND, date(2026, 12, 18), date(2027, 1, 6)),
        # and the second and fourth of January in Scotland
        (SCOTLAND, date(2026, 12, 18), date(2027, 1, 7)),
        # Christmas at a weekend: both days off are moved
        (ENGLAND, date(2027, 12, 20), date(2028, 1, 6)),
        # the two bank holidays of May
        (ENGLAND, date(2026, 5, 1), date(2026, 5, 18)),
        # the Twelfth falls on a Sunday and is moved
        (NORTHERN_IRELAND, date(2026, 7, 6), date(2026, 7, 21)),
        (ENGLAND, date(2026, 7, 6), date(2026, 7, 20)),
        # the last Monday of August in England, the first in Scotland
        (ENGLAND, date(2026, 8, 24), date(2026, 9, 8)),
        (SCOTLAND, date(2026, 7, 27), date(2026, 8, 11)),
        # elsewhere only weekends are left out
        (ELSEWHERE, date(2026, 12, 18), date(2027, 1, 1)),
        # a leap day is a day like others
        (ENGLAND, date(2028, 2, 21), date(2028, 3, 6)),
    ],
)
def test_deadline_is_ten_working_days_later(nation, opened_on, due_on):
    assert deadline(opened_on, nation).due_on == due_on


def test_deadline_names_the_bank_holidays_left_out():
    days_off = deadline(date(2026, 12, 18), ENGLAND).days_off

    assert days_off == (
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "Boxing Day (observed)"),
        (date(2027, 1, 1), "New Year's Day"),
    )


def test_deadline_without_bank_holidays_names_none():
    assert deadline(date(2026, 3, 2), ENGLAND).days_off == ()


@pytest.mark.parametrize("nation", [ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND])
def test_christmas_day_is_off_in_every_nation(nation):
    assert not is_working_day(date(2026, 12, 25), nation)


def test_christmas_day_is_a_working_day_where_no_nation_is_known():
    assert is_working_day(date(2026, 12, 25), ELSEWHERE)


@pytest.mark.parametrize("nation", [ENGLAND, SCOTLAND, ELSEWHERE])
@pytest.mark.parametrize("start", [date(2026, 3, 27), date(2026, 12, 24), date(2027, 2, 28)])
def test_working_days_between_undoes_working_days_after(nation, start):
    for count in range(30):
        end = working_days_after(start, count, nation).due_on

        assert working_days_between(start, end, nation) == count


def test_working_days_between_counts_each_day_as_is_working_day_does():
    start = date(2026, 11, 29)
    for length in range(500):
        days = [start + timedelta(days=n) for n in range(1, length + 1)]

        counted = sum(is_working_day(day, ENGLAND) for day in days)

        assert working_days_between(start, start + timedelta(days=length), ENGLAND) == counted


@pytest.mark.parametrize("end", [date(2026, 3, 2), date(2026, 3, 1), date(2020, 1, 1)])
def test_working_days_between_is_none_for_the_same_day_and_before(end):
    assert working_days_between(date(2026, 3, 2), end, ENGLAND) == 0


def opened(**fields):
    values = {"state": "open", "opened_on": date(2026, 3, 2), "due_on": date(2026, 3, 16), **fields}
    question = make_question(body=make_body(nation="ENG"))
    Question.objects.filter(pk=question.pk).update(thread=make_thread(kind="question"), **values)
    return Question.objects.select_related("body").get(pk=question.pk)


@pytest.mark.parametrize(
    ("answered_at", "days"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), 0),
        (datetime(2026, 3, 6, 12, tzinfo=UTC), 4),
        (datetime(2026, 3, 7, 12, tzinfo=UTC), 4),
        # half past midnight of the next day by the clock on the wall
        (datetime(2026, 3, 30, 23, 30, tzinfo=UTC), 21),
    ],
)
def test_timing_counts_the_working_days_an_answer_took(db, answered_at, days):
    question = opened()
    question.state, question.answered_at = "answered", answered_at

    assert timing(question) == Timing(days_taken=days)


def test_timing_of_a_question_that_waits_says_nothing(db):
    question = opened(opened_on=date(2126, 3, 2), due_on=date(2126, 3, 16))

    assert timing(question) == Timing()


def test_timing_counts_the_working_days_overdue(db):
    question = opened(due_on=date.today() - timedelta(days=28))

    assert 15 <= timing(question).days_overdue <= 20


def test_timing_of_an_unread_question_says_nothing(db):
    assert timing(make_question()) == Timing()
