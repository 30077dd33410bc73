from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from moderation.figures import (
    Appealed,
    Decided,
    appeals_since,
    decisions_by_verb,
    reports_decided,
    reports_decided_by_month,
    reports_waiting,
)
from moderation.models import Appeal, Decision, Report
from tests.factories import make_decision, make_post, make_report, make_thread

NOW = datetime(2026, 5, 12, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_may():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def decided(cast):
    """Return a function that has a post reported so many hours before it is decided about."""
    thread = make_thread(cast.community)

    def decide(*hours, at=NOW, verb="leave"):
        post = make_post(thread)
        rule = "abuse" if verb == "hide" else ""
        decision = make_decision(post, at=at, verb=verb, rule=rule)
        for before in hours:
            make_report(post, decision=decision, created_at=at - timedelta(hours=before))
        return decision

    return decide


def test_reports_are_measured_one_by_one(decided):
    decided(24, 1)
    decided(48)
    decided(49)
    decided(3, at=NOW - timedelta(days=91))

    found = reports_decided(NOW - timedelta(days=90))

    assert found == Decided(reports=4, within_day=2, within_two_days=3, median=timedelta(hours=36))


def test_reports_are_measured_by_month_of_the_decision(decided):
    decided(1, at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))  # in London the next month has begun
    decided(30, at=datetime(2026, 4, 2, tzinfo=UTC))
    decided(50)

    assert reports_decided_by_month(NOW - timedelta(days=300)) == {
        date(2026, 4, 1): Decided(reports=2, within_day=1, within_two_days=2),
        date(2026, 5, 1): Decided(reports=1),
    }


def test_figures_of_nothing_are_zeros(db):
    assert reports_decided(NOW) == Decided()
    assert reports_decided_by_month(NOW) == {}
    assert decisions_by_verb(NOW) == {}
    assert appeals_since(NOW) == Appealed(0, 0, 0)


def test_decisions_are_counted_by_verb(decided):
    for verb in ("leave", "hide", "hide"):
        decided(verb=verb)
    decided(at=NOW - timedelta(days=91))

    assert decisions_by_verb(NOW - timedelta(days=90)) == {"leave": 1, "hide": 2}


def test_appeals_are_counted_by_outcome(cast, decided):
    for outcome in ("", "upheld", "upheld", "overturned"):
        values = {"decided_by": cast.admin, "decided_at": NOW} if outcome else {}
        Appeal.objects.create(
            decision=decided(verb="hide"), by=cast.resident, text="No.", outcome=outcome, **values
        )
    Appeal.objects.create(
        decision=decided(verb="hide"),
        by=cast.resident,
        text="No.",
        created_at=NOW - timedelta(days=91),
    )

    found = appeals_since(NOW - timedelta(days=90))

    assert (found.made, found.upheld, found.overturned, found.waiting) == (4, 2, 1, 1)


def test_waiting_reports_are_counted_by_age(cast, decided):
    decided(60)
    post = make_post(make_thread(cast.community))
    for hours in (1, 47, 49):
        make_report(post, created_at=NOW - timedelta(hours=hours))

    assert reports_waiting(NOW) == 3
    assert reports_waiting(NOW - timedelta(hours=48)) == 1


def test_figures_cost_one_query_each(decided, django_assert_num_queries):
    for _ in range(3):
        decided(1, 2)
    since = NOW - timedelta(days=90)

    with django_assert_num_queries(5):
        reports_decided(since)
        reports_decided_by_month(since)
        decisions_by_verb(since)
        appeals_since(since)
        reports_waiting(NOW)

    assert (Decision.objects.count(), Report.objects.count()) == (3, 6)
