from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD


def after(**time):
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


def is_signed_in(client):
    return client.get("/mine/").status_code == 200


@pytest.fixture
def desk(cast):
    client = Client()
    client.post(reverse("account_login"), {"login": cast.moderator.email, "password": PASSWORD})
    return client


def test_staff_are_signed_out_when_they_were_idle(desk):
    with after(minutes=59):
        assert is_signed_in(desk)
    with after(minutes=59 + 61):
        answer = desk.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    assert "You were signed out: staff are, after a while." in answer.content.decode()


def test_staff_are_signed_out_after_a_day_however_busy_they_are(desk):
    busy = []
    for half_hour in range(1, 25):
        with after(minutes=30 * half_hour):
            busy.append(is_signed_in(desk))

    assert busy == [True] * 23 + [False]


def test_what_a_script_asks_for_keeps_nobody_signed_in(desk):
    for minutes in (20, 40, 58):
        with after(minutes=minutes):
            desk.get("/mine/", headers={"X-Fragment": "1"})
    with after(minutes=61):
        assert not is_signed_in(desk)


@pytest.mark.parametrize("role", ["resident", "councillor", "ambassador"])
def test_everybody_else_stays_signed_in(cast, client_of, role):
    client = client_of(getattr(cast, role))

    with after(days=20):
        assert is_signed_in(client)


def test_times_are_settings(desk, settings):
    settings.STAFF_IDLE_MINUTES, settings.STAFF_SESSION_HOURS = 300, 4

    with after(minutes=200):
        assert is_signed_in(desk)
    with after(minutes=241):
        assert not is_signed_in(desk)


def test_pages_within_a_minute_write_nothing(desk):
    desk.get("/mine/")
    before = desk.session.items()

    desk.get("/mine/")

    assert desk.session.items() == before


def test_role_that_is_taken_away_counts_at_once(cast, desk):
    cast.moderator.is_staff = False
    cast.moderator.save()

    assert desk.get("/admin/").status_code in {302, 403}
