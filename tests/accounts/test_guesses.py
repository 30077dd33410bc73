"""Whoever guesses is slowed down, and nobody keeps an owner out by guessing."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.limits import key_of_recipient
from accounts.models import LimitCount
from tests.factories import PASSWORD, make_user
from townhall.settings import LIMITS

pytestmark = pytest.mark.django_db
OWNER, STRANGER = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def owner(settings):
    settings.LIMITS = LIMITS  # as on a server
    return make_user(email="mo@example.org")


def sign_in(client, password=PASSWORD, *, email="mo@example.org", address=OWNER):
    typed = {"login": email, "password": password}
    response = client.post(reverse("account_login"), typed, REMOTE_ADDR=address)
    return response.status_code == 302


def guess(times, *, email="mo@example.org", address=STRANGER):
    answers = []
    for number in range(times):
        typed = {"login": email, "password": f"wrong {number}"}
        page = Client().post(
            reverse("account_login"), typed, REMOTE_ADDR=address.format(number=number)
        )
        answers.append("Too many wrong passwords" in page.content.decode())
    return answers


def test_guesses_at_one_account_are_stopped_from_wherever_they_come(owner):
    stopped = guess(9, address="198.51.100.{number}")

    assert stopped == [False] * 5 + [True] * 4
    assert not sign_in(Client())


def test_guesses_from_one_block_are_stopped_whatever_account_they_are_at(owner, settings):
    settings.LIMITS = {**settings.LIMITS, "sign_in_block": "3/h"}

    stopped = [guess(1, email=f"p{number}@example.org")[0] for number in range(5)]

    assert stopped == [False] * 3 + [True] * 2
    assert sign_in(Client())


def test_unknown_accounts_are_guessed_at_like_known_ones(owner):
    assert guess(7, email="nobody@example.org") == guess(7, address="198.51.100.10")


def test_owner_gets_in_on_a_device_of_theirs_whatever_strangers_guess(owner):
    device = Client()
    assert sign_in(device)
    device.post(reverse("account_logout"))

    guess(8)

    assert not sign_in(Client())
    assert sign_in(device)


def test_device_that_is_known_is_no_way_to_guess_for_free(owner):
    device = Client()
    sign_in(device)
    device.post(reverse("account_logout"))

    tries = [sign_in(device, f"wrong {number}") for number in range(10)]

    assert tries == [False] * 10
    assert not sign_in(device)


def test_device_of_one_account_is_a_strangers_to_another(owner):
    make_user(email="kay@example.org")
    device = Client()
    sign_in(device, email="kay@example.org")
    device.post(reverse("account_logout"))

    guess(6)

    assert not sign_in(device)


def test_family_shares_a_device(owner):
    make_user(email="kay@example.org")
    device = Client()
    for email in ("mo@example.org", "kay@example.org"):
        sign_in(device, email=email)
        device.post(reverse("account_logout"))

    guess(6)
    guess(6, email="kay@example.org", address="198.51.100.11")

    assert sign_in(device)
    device.post(reverse("account_logout"))
    assert sign_in(device, email="kay@example.org")


@pytest.mark.parametrize("spoil", [str.upper, lambda cookie: f"{cookie}x", lambda cookie: "x"])
def test_device_cannot_be_made_up(owner, spoil):
    device = Client()
    sign_in(device)
    cookie = device.cookies[site.DEVICE_COOKIE_NAME].value
    guess(6)

    forged = Client()
    forged.cookies[site.DEVICE_COOKIE_NAME] = spoil(cookie)

    assert not sign_in(forged)


def test_cookie_of_a_device_tells_nothing_and_is_the_servers_alone(owner):
    device = Client()
    sign_in(device)

    cookie = device.cookies[site.DEVICE_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "mo" not in cookie.value
    assert "example" not in cookie.value


def test_right_password_counts_for_nothing(owner):
    for _time in range(7):
        assert sign_in(Client())

    key = key_of_recipient("mo@example.org")
    assert set(LimitCount.objects.filter(key=key).values_list("used", flat=True)) == {0}


def test_account_is_open_again_after_a_while(owner):
    guess(6)

    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert sign_in(Client())


def test_guesses_at_the_password_of_somebody_signed_in_are_stopped(owner):
    device = Client()
    device.force_login(owner)

    pages = [
        device.post(reverse("account_reauthenticate"), {"password": f"wrong {number}"})
        for number in range(11)
    ]

    assert "Too many wrong passwords" not in pages[9].content.decode()
    assert "Too many wrong passwords" in pages[10].content.decode() or pages[10].status_code == 429
