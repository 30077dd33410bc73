"""Whether the time of an answer tells if an address is known: ranks of real times, each way.

Not part of every run, since time needs a quiet machine; what work is done is tested in
test_equal_work.py. Run: ./dev test tests/accounts/measure_times.py -q -n 0 -s
"""

import random
import time
from itertools import count
from math import erfc, sqrt
from statistics import median

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_user

ROUNDS = 120
LEAST_P = 0.001
_numbers = count(1)


@pytest.fixture(autouse=True)
def _as_in_use(settings, transactional_db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False


def unknown():
    return f"nobody{next(_numbers)}@example.org"


def unproven():
    return "waiting@example.org"


def proven():
    return "known@example.org"


def sign_up(client, email):
    values = {"public_name": "Olwen", "email": email, "password1": PASSWORD}
    return client.post(reverse("account_signup"), values)


def sign_in(client, email):
    return client.post(reverse("account_login"), {"login": email, "password": "wrong words here"})


def reset(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


@pytest.mark.parametrize("act", [sign_up, sign_in, reset])
def test_time_tells_nothing_of_an_address(act):
    make_user(email=proven(), public_name="Olwen")
    sign_up(Client(), unproven())
    kinds = [unknown, unproven, proven]
    times = {kind: [] for kind in kinds}
    for kind in kinds * 5:
        act(Client(), kind())

    for _ in range(ROUNDS):
        for kind in random.sample(kinds, len(kinds)):
            client, email = Client(), kind()
            began = time.perf_counter()
            act(client, email)
            times[kind].append((time.perf_counter() - began) * 1000)

    found = {kind.__name__: p_of_ranks(times[unknown], times[kind]) for kind in kinds[1:]}
    middles = ", ".join(f"{kind.__name__} {median(times[kind]):.1f} ms" for kind in kinds)
    print(f"\n{act.__name__}, {ROUNDS} each: {middles}; p against unknown: {found}")  # noqa: T201 (what it is run for)
    assert min(found.values()) > LEAST_P


def p_of_ranks(one, other):
    """Return the probability of such ranks by chance (Mann and Whitney, two-sided)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_value, group) in enumerate(ranked, 1) if group == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return round(erfc(abs(z) / sqrt(2)), 4)
