import re
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from notifications.models import Mail
from tests.factories import PASSWORD, make_user

SOMEBODY = {"public_name": "Ines Duarte", "email": "ines@example.org", "password1": PASSWORD}


def link_to(email):
    return re.search(r"https?://\S+", Mail.objects.filter(to=email).latest("pk").text).group()


def test_sign_up_waits_for_a_proven_address(db, client):
    client.post(reverse("account_signup"), SOMEBODY)

    user = User.objects.get()
    signed_in = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert (user.public_name, user.email) == ("Ines Duarte", "ines@example.org")
    assert not EmailAddress.objects.get().verified
    assert signed_in.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session


def test_link_in_the_mail_opens_a_page_and_only_its_button_acts(db, client, settings):
    settings.SITE_URL = "https://townhall.example"
    client.post(reverse("account_signup"), SOMEBODY)
    link = link_to("ines@example.org")

    client.get(urlsplit(link).path)
    after_opening = EmailAddress.objects.get().verified
    client.post(urlsplit(link).path)

    assert link.startswith("https://townhall.example/accounts/confirm-email/")
    assert (after_opening, EmailAddress.objects.get().verified) == (False, True)


def test_sign_up_with_a_known_address_tells_only_its_owner(db, client):
    make_user(email="ines@example.org", public_name="Ines")

    response = client.post(reverse("account_signup"), SOMEBODY)

    assert response.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert Mail.objects.get().to == "ines@example.org"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("public_name", "Council staff"),
        ("public_name", "???"),
        ("email", "no address"),
        ("password1", "short"),
    ],
)
def test_sign_up_with_an_error_keeps_what_was_typed(db, client, field, value):
    response = client.post(reverse("account_signup"), {**SOMEBODY, field: value})

    html = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in html
    assert User.objects.count() == 0
    assert (value if field != "password1" else SOMEBODY["public_name"]) in html


def test_reset_link_comes_from_the_configured_address(db, client, settings):
    settings.SITE_URL = "https://townhall.example"
    make_user(email="mo@example.org")

    client.post(reverse("account_reset_password"), {"email": "mo@example.org"})

    link = link_to("mo@example.org")
    assert link.startswith("https://townhall.example/accounts/password/reset/key/")
    assert client.get(urlsplit(link).path, follow=True).status_code == 200


def test_reset_says_the_same_about_unknown_addresses(db, client, settings):
    settings.SITE_URL = "https://townhall.example"
    response = client.post(reverse("account_reset_password"), {"email": "who@example.org"})

    assert response.url == reverse("account_reset_password_done")
    assert link_to("who@example.org").startswith("https://townhall.example/")


def test_change_of_address_counts_once_it_is_proven(db, client):
    user = make_user(email="mo@example.org")
    client.force_login(user)

    asked = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    client.post(asked.url, {"password": PASSWORD})
    user.refresh_from_db()
    before = user.email
    client.post(urlsplit(link_to("new@example.org")).path)
    user.refresh_from_db()

    assert (before, user.email) == ("mo@example.org", "new@example.org")


def test_guessing_is_slowed_down(db, client, settings):
    settings.LIMITS = {**settings.LIMITS, "sign_in": "5/5m"}
    make_user(email="mo@example.org")
    wrong = {"login": "mo@example.org", "password": "wrong wrong wrong"}

    answers = [client.post(reverse("account_login"), wrong) for _ in range(6)]
    right = client.post(reverse("account_login"), {**wrong, "password": PASSWORD})

    assert "Too many" in answers[-1].content.decode()
    assert right.status_code == 200


def test_two_spellings_of_one_address_are_one_person(db):
    make_user(email="mo@example.org")

    with pytest.raises(IntegrityError, match="email_once"), transaction.atomic():
        make_user(email="MO@example.org")


def test_people_without_an_address_may_be_many(db):
    make_user(email=None)
    make_user(email=None)

    assert User.objects.filter(email=None).count() == 2


def test_sessions_are_kept_in_the_database(db, client):
    client.force_login(make_user())

    assert Session.objects.get().session_key == client.session.session_key
