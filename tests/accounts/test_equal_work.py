"""An answer costs the same whether an address is known or not, so that its time tells nothing."""

import re
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications.models import Mail
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
EMAIL = "olwen@example.org"


class CountingHasher(MD5PasswordHasher):
    """Hashes as another does, and counts how often."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _counted(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    settings.ACCOUNT_RATE_LIMITS = False


def unknown():
    pass


def unproven():
    sign_up(Client())


def unproven_namesake():
    sign_up(Client(), "Anne Reed", is_own_name="on")


def proven():
    make_user(email=EMAIL)


def wanted_by_another():
    person = make_user()
    person.emailaddress_set.create(email=EMAIL)


def sign_up(client, name="Olwen", **others):
    values = {"public_name": name, "email": EMAIL, "password1": PASSWORD, **others}
    return client.post(reverse("account_signup"), values)


def sign_in(client):
    return client.post(reverse("account_login"), {"login": EMAIL, "password": "wrong words here"})


def reset(client):
    return client.post(reverse("account_reset_password"), {"email": EMAIL})


def work_of(act, before):
    """Return how often a password is hashed, which statements there are, and what mails."""
    before()
    client, mails, hashed = Client(), Mail.objects.count(), CountingHasher.hashed
    with CaptureQueriesContext(connection) as captured:
        response = act(client)
    kinds = Counter(kind_of(query["sql"]) for query in captured)
    kinds["SAVEPOINT"] -= sum(query["sql"].startswith("ROLLBACK TO") for query in captured)
    assert response.status_code in {200, 302}
    return CountingHasher.hashed - hashed, kinds, Mail.objects.count() - mails


def kind_of(sql):
    """Name what a statement does; to write an account is one kind, also where it is taken back."""
    if "SAVEPOINT" in sql:
        return "SAVEPOINT"
    sql = re.sub(r'^(INSERT INTO|UPDATE) "accounts_user"', "WRITE accounts_user", sql)
    words = re.sub(r'"|\(.*', "", sql).split()
    if words[0] == "SELECT":
        found = re.search(r'FROM "(\w+)"', sql)
        return f"SELECT {found[1] if found else sql[:40]}"
    return " ".join(words[:2] if words[0] == "WRITE" else words[:3])


@pytest.mark.parametrize(("act", "hashes"), [(sign_up, 1), (sign_in, 1), (reset, 0)])
@pytest.mark.parametrize("before", [unproven, unproven_namesake, proven, wanted_by_another])
def test_same_work_is_done_for_every_address(cast, act, hashes, before):
    with_it = work_of(act, before)
    Mail.objects.all().delete()
    connection.cursor().execute("DELETE FROM account_emailaddress WHERE email = %s", [EMAIL])
    connection.cursor().execute("DELETE FROM accounts_signup")
    connection.cursor().execute("UPDATE accounts_user SET email = NULL WHERE email = %s", [EMAIL])

    without = work_of(act, unknown)

    assert with_it == without
    assert without[0] == hashes
