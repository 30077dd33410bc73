"""How much may be done in a time, and by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import RequestFactory

from accounts.limits import (
    LimitReached,
    Remaining,
    acting_from,
    current_block,
    give_back,
    key_of_block,
    key_of_person,
    key_of_recipient,
    parse_rates,
    prune,
    remaining,
    spend,
    spend_all,
    spend_guess,
)
from accounts.models import LimitCount
from accounts.requests import address_block
from tests.factories import make_user

NOON = datetime(2026, 7, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.LIMITS = {"thread": "3/h", "two": "2/h,3/d", "block": "1/h", "free": "off"}


@time_machine.travel(NOON, tick=False)
def test_limit_refuses_what_is_too_much_and_says_until_when(db):
    for _ in range(3):
        spend("thread", "person:1")

    with pytest.raises(LimitReached) as refused:
        spend("thread", "person:1")

    assert refused.value.kind == "thread"
    assert refused.value.until == NOON + timedelta(hours=1)
    assert refused.value.messages == [
        "You have started as many threads as one person can for now. You can go on at 14:00."
    ]


def test_limit_of_one_key_leaves_others_alone(db):
    spend("thread", "person:1", amount=3)

    spend("thread", "person:2")

    assert remaining("thread", "person:2").left == 2


def test_limit_begins_anew_when_its_window_has_ended(db):
    with time_machine.travel(NOON, tick=False):
        spend("thread", "person:1", amount=3)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        spend("thread", "person:1")

        assert remaining("thread", "person:1") == Remaining(2, NOON + timedelta(hours=2))


def test_refused_act_does_not_make_the_wait_longer(db):
    with time_machine.travel(NOON, tick=False):
        spend("thread", "person:1", amount=3)
    with (
        time_machine.travel(NOON + timedelta(minutes=59), tick=False),
        pytest.raises(LimitReached) as refused,
    ):
        spend("thread", "person:1")

    assert refused.value.until == NOON + timedelta(hours=1)


def test_more_at_once_than_is_ever_allowed_is_refused(db):
    with pytest.raises(LimitReached):
        spend("thread", "person:1", amount=4)

    assert remaining("thread", "person:1") == Remaining(3)


def test_of_two_windows_the_one_that_is_used_up_counts_and_the_other_is_given_back(db):
    with time_machine.travel(NOON, tick=False):
        spend("two", "person:1", amount=2)
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        spend("two", "person:1")
        with pytest.raises(LimitReached) as refused:
            spend("two", "person:1")

    assert refused.value.until == NOON + timedelta(days=1)
    assert dict(LimitCount.objects.values_list("seconds", "used")) == {3600: 1, 86400: 3}


def test_act_that_one_key_may_not_do_counts_for_no_key(db):
    spend("block", "block:a")

    with pytest.raises(LimitReached) as refused:
        spend_all([("thread", "person:1"), ("block", "block:a")])

    assert refused.value.kind == "block"
    assert remaining("thread", "person:1").left == 3


def test_act_counts_under_all_its_keys_by_one_statement(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        spend_all([("two", "person:1"), ("block", "block:a")])


def test_limit_that_is_off_counts_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        spend("free", "person:1")

    assert remaining("free", "person:1") == Remaining(None)


def test_kind_without_a_limit_is_a_slip_of_ours(db):
    with pytest.raises(KeyError):
        spend("unheard of", "person:1")


def test_looking_costs_nothing(db):
    spend("thread", "person:1")

    assert [remaining("thread", "person:1").left for _ in range(5)] == [2] * 5


def test_remaining_tells_of_the_window_that_ends_last_where_both_are_used_up(db):
    with time_machine.travel(NOON, tick=False):
        spend("two", "person:1")
        give_back("two", "person:1")
        spend("two", "person:1", amount=2)

        assert remaining("two", "person:1") == Remaining(0, NOON + timedelta(hours=1))


def test_what_was_not_done_after_all_is_given_back(db):
    spend("thread", "person:1", amount=3)

    give_back("thread", "person:1")

    assert remaining("thread", "person:1").left == 1


def test_what_is_rolled_back_was_not_done(db):
    with transaction.atomic():
        spend("thread", "person:1")
        transaction.set_rollback(True)

    assert remaining("thread", "person:1").left == 3


@pytest.mark.django_db(transaction=True)
def test_guess_counts_however_it_ends():
    spend_guess("thread", "person:1")

    with transaction.atomic(), pytest.raises(RuntimeError):
        spend_guess("thread", "person:1")

    assert remaining("thread", "person:1").left == 2


@pytest.mark.django_db(transaction=True)
def test_acts_at_the_same_moment_do_not_slip_through():
    def try_once(_number):
        try:
            spend("thread", "person:1")
        except LimitReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(try_once, range(12)))

    assert sorted(done) == [False] * 9 + [True] * 3


def test_refused_act_writes_nothing(db):
    spend("thread", "person:1", amount=3)
    row = "SELECT ctid FROM accounts_limitcount"
    with connection.cursor() as cursor:
        cursor.execute(row)
        before = cursor.fetchall()

    for _ in range(5):
        with pytest.raises(LimitReached):
            spend("thread", "person:1")

    with connection.cursor() as cursor:
        cursor.execute(row)
        assert cursor.fetchall() == before


def test_counts_whose_windows_ended_are_pruned(db):
    with time_machine.travel(NOON, tick=False):
        for number in range(7):
            spend("thread", f"person:{number}")
        spend("two", "person:1")

    assert prune(now=NOON + timedelta(hours=2), batch=3) == 8
    assert [count.seconds for count in LimitCount.objects.all()] == [86400]


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("20/h", [(20, 3600)]),
        ("5/10m,20/d", [(5, 600), (20, 86400)]),
        ("1/30s, 2/7d", [(1, 30), (2, 604800)]),
        ("off", []),
    ],
)
def test_limit_is_written_in_short(text, rates):
    assert [(rate.allowed, rate.seconds) for rate in parse_rates(text)] == rates


@pytest.mark.parametrize("text", ["", "20", "20/w", "-1/h", "a lot", "20/h;5/m", "0.5/h", "5/0h"])
def test_limit_that_cannot_be_read_stops_the_site(text):
    with pytest.raises(ImproperlyConfigured):
        parse_rates(text)


def test_key_of_a_recipient_has_one_case_and_no_address_to_read():
    key = key_of_recipient("Anne@Example.org ")

    assert key == key_of_recipient("anne@example.org")
    assert key != key_of_recipient("anna@example.org")
    assert "anne" not in key


def test_key_of_a_person_is_their_number(db):
    user = make_user()

    assert key_of_person(user) == f"person:{user.pk}"


@pytest.mark.parametrize(
    ("hops", "forwarded", "remote", "block"),
    [
        (0, "", "192.0.2.7", "192.0.2.7"),
        (0, "203.0.113.9", "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (1, "8.8.8.8, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (2, "8.8.8.8, 203.0.113.9, 10.0.0.1", "127.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1", "127.0.0.1"),
        (1, "2001:db8:1:2:aaaa::1", "127.0.0.1", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:bbbb::2", "127.0.0.1", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:3::1", "127.0.0.1", "2001:db8:1:3::/64"),
        (1, "::ffff:203.0.113.9", "127.0.0.1", "203.0.113.9"),
        (0, "", "fe80::1%eth0", "fe80::/64"),
        (1, "nonsense", "127.0.0.1", ""),
        (0, "", "", ""),
    ],
)
def test_address_block_is_told_by_trusted_proxies_only(settings, hops, forwarded, remote, block):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = hops
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=remote)

    assert address_block(request) == block


def test_block_is_known_only_while_a_request_is_at_hand():
    with acting_from("203.0.113.9"):
        assert current_block() == "203.0.113.9"

    assert current_block() == ""
    assert "203" not in key_of_block("203.0.113.9")
