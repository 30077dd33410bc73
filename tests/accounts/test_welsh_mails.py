"""Mails about accounts, in the language of whoever gets them."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from notifications.models import Mail
from tests.factories import PASSWORD, make_user
from tests.welsh import Words, english_in, written

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR, "templates/account/email")
KINDS = sorted(path.name.removesuffix("_subject.txt") for path in FOLDER.glob("*_subject.txt"))
ADDRESS = re.compile(r"https?://[^\s\"<>]+")


def send(kind, to):
    """Hand over a mail as the library does, from a page in English."""
    request = RequestFactory().get("/accounts/login/", HTTP_USER_AGENT="Zork 1.0")
    request.user = AnonymousUser()
    context = {
        "activate_url": "http://elsewhere.example/accounts/confirm-email/key/",
        "password_reset_url": "http://elsewhere.example/accounts/password/reset/",
        "signup_url": "http://elsewhere.example/accounts/signup/",
        "from_email": "old@example.org",
        "to_email": to,
        "deleted_email": "old@example.org",
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "user_agent": "Zork 1.0",
    }
    with request_context(request):
        get_adapter().send_mail(f"account/email/{kind}", to, context)
    return Mail.objects.latest("pk")


def english_of(mail):
    spoken = [mail.subject, *mail.text.splitlines(), *(Words(mail.html).found if mail.html else [])]
    return english_in([ADDRESS.sub("", line) for line in spoken], written() | {"Zork 1.0"})


@pytest.mark.parametrize("kind", KINDS)
def test_mail_is_in_the_language_of_its_reader_whatever_that_of_the_page(kind):
    welsh = make_user(email="mo@example.org", language="cy")
    english = make_user(email="bo@example.org", language="en-gb")

    mail = send(kind, welsh.email.upper())
    with translation.override("cy"):
        other = send(kind, english.email)

    assert english_of(mail) == []
    assert len(english_of(other)) > 1
    assert mail.headers["Content-Language"] == "cy"
    assert other.headers["Content-Language"] == "en-gb"
    assert all(urlsplit(link).path.startswith("/cy/") for link in ADDRESS.findall(mail.text))
    assert "/cy/" not in other.text
    if mail.html:
        assert (Words(mail.html).language, Words(other.html).language) == ("cy", "en-gb")


def test_whoever_joins_on_a_welsh_page_is_written_to_in_welsh(client):
    somebody = {"public_name": "Mo", "email": "mo@example.org", "password1": PASSWORD}

    client.post("/cy/accounts/signup/", somebody)

    mail = Mail.objects.get()
    assert User.objects.get().language == "cy"
    assert english_of(mail) == []
    [link] = ADDRESS.findall(mail.text)
    page = client.get(urlsplit(link).path)
    assert urlsplit(link).path.startswith("/cy/accounts/confirm-email/")
    assert (page.status_code, Words(page.content.decode()).language) == (200, "cy")


def test_whoever_joins_on_an_english_page_is_written_to_in_english(client):
    somebody = {"public_name": "Mo", "email": "mo@example.org", "password1": PASSWORD}

    client.post("/accounts/signup/", somebody)

    assert User.objects.get().language == "en-gb"
    assert "/cy/" not in Mail.objects.get().text


def test_forgotten_password_is_answered_in_the_language_of_the_account(client):
    make_user(email="mo@example.org", language="cy")

    client.post("/accounts/password/reset/", {"email": "mo@example.org"})

    [mail] = Mail.objects.all()
    [link] = ADDRESS.findall(mail.text)
    assert english_of(mail) == []
    assert urlsplit(link).path.startswith("/cy/accounts/password/reset/key/")
    assert client.get(urlsplit(link).path, follow=True).status_code == 200


@pytest.mark.parametrize(("prefix", "is_welsh"), [("/cy", True), ("", False)])
def test_unknown_address_is_answered_in_the_language_of_the_page(client, prefix, is_welsh):
    client.post(f"{prefix}/accounts/password/reset/", {"email": "xyzzy@example.org"})

    mail = Mail.objects.get()
    assert (english_of(mail) == []) is is_welsh
    assert ("/cy/accounts/signup/" in mail.text) is is_welsh


def test_changes_of_an_account_are_told_in_its_language(client):
    user = make_user(email="mo@example.org", language="cy")
    client.force_login(user)
    new = "a new horse battery"

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    asked = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    client.post(asked.url, {"password": new})

    mails = list(Mail.objects.order_by("pk"))
    assert [mail.subject for mail in mails] == [
        "Newidiwyd eich cyfrinair",
        "Cadarnhau eich cyfeiriad e-bost newydd",
        "Mae rhywun eisiau newid eich cyfeiriad e-bost",
    ]
    assert [line for mail in mails for line in english_of(mail)] == []
