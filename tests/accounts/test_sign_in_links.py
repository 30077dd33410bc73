"""A link by mail signs its owner in, whatever strangers guess; and what it is not good for."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import links
from accounts.models import User
from notifications.emails.links import Purpose, Wish, token_for
from notifications.models import Mail
from tests.factories import PASSWORD, make_user
from townhall.settings import LIMITS


@pytest.fixture
def owner(db):
    return make_user(email="mo@example.org", public_name="Mo")


def ask(client=None, email="mo@example.org", **options):
    client = client or Client()
    return client.post(reverse("accounts:sign-in-link-ask"), {"email": email}, **options)


def link():
    found = re.search(r"https?://\S+", Mail.objects.latest("pk").text).group()
    return urlsplit(found).path


def is_signed_in(client):
    return client.get("/mine/").status_code == 200


def test_link_opens_a_page_and_only_its_button_signs_in(owner, client):
    asked = ask(client)
    address = link()

    opened = client.get(address)
    before = is_signed_in(client)
    pressed = client.post(address)

    assert asked.url == reverse("accounts:sign-in-link-sent")
    assert "sign in as <b>Mo</b>" in opened.content.decode()
    assert (before, pressed.url, is_signed_in(client)) == (False, "/mine/", True)


def test_link_works_while_strangers_guess(owner, client, settings):
    settings.LIMITS = LIMITS
    for number in range(8):
        typed = {"login": "mo@example.org", "password": f"wrong {number}"}
        Client().post(reverse("account_login"), typed, REMOTE_ADDR=f"198.51.100.{number}")

    refused = client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    ask(client)
    client.post(link())

    page = refused.content.decode()
    assert "or have a link sent to you that signs you in" in page
    assert f'href="{reverse("accounts:sign-in-link-ask")}"' in page
    assert is_signed_in(client)


def test_link_that_came_early_works_when_strangers_have_used_up_the_mails(owner, client, settings):
    settings.LIMITS = LIMITS
    for number in range(20):
        ask(REMOTE_ADDR=f"198.51.100.{number}")

    client.post(link())

    assert Mail.objects.filter(to=owner.email).count() == 6
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "end",
    [
        lambda owner: Client().post(link()),
        lambda owner: Client().post(
            reverse("account_login"), {"login": owner.email, "password": PASSWORD}
        ),
        lambda owner: (owner.set_password("seven quiet herons"), owner.save()),
        lambda owner: User.objects.filter(pk=owner.pk).update(email="new@example.org"),
        lambda owner: User.objects.filter(pk=owner.pk).update(is_active=False),
        lambda owner: User.objects.filter(pk=owner.pk).update(closed_at=timezone.now()),
    ],
    ids=["used", "signed in", "new password", "new address", "shut", "closed"],
)
def test_link_ends(owner, client, end):
    ask()
    address = link()

    end(owner)
    answer = client.post(address)

    assert "This link no longer works" in answer.content.decode()
    assert not is_signed_in(client)


def test_link_ends_with_its_time(owner, client):
    ask()
    address = link()

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        late = client.get(address).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        early = client.get(address).content.decode()

    assert "This link no longer works" in late
    assert "sign in as <b>Mo</b>" in early


@pytest.mark.parametrize(
    "made",
    [
        lambda owner: token_for(Wish(owner.pk, Purpose.DIGESTS)),
        lambda owner: signing.dumps([owner.pk, "x" * 32], salt=links.SALT),
        lambda owner: signing.dumps([owner.pk, "x"]),
        lambda owner: links.sign_in_key(owner)[:-1],
        lambda owner: "made-up",
    ],
)
def test_key_of_something_else_signs_nobody_in(owner, client, made):
    answer = client.post(reverse("accounts:sign-in-link", args=[made(owner)]))

    assert "This link no longer works" in answer.content.decode()
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_link_works_once_however_many_press_at_once(settings):
    person = make_user(email="mo@example.org")
    address = reverse("accounts:sign-in-link", args=[links.sign_in_key(person)])

    def press(_number):
        try:
            return Client().post(address).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))

    assert sorted(answers) == [200] * 7 + [302]


def test_answer_is_the_same_for_known_unknown_and_unproven_addresses(owner, settings):
    settings.LIMITS = LIMITS
    unproven = make_user(email="kay@example.org")
    EmailAddress.objects.filter(user=unproven).update(verified=False)

    answers = [
        ask(email=email) for email in ("mo@example.org", "kay@example.org", "no@example.org")
    ]

    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, reverse("accounts:sign-in-link-sent"))
    }
    assert [mail.to for mail in Mail.objects.order_by("pk")] == [
        "mo@example.org",
        "kay@example.org",
        "no@example.org",
    ]
    assert "sign-in-link" not in Mail.objects.get(to="kay@example.org").text


def test_link_is_in_the_language_of_its_reader_and_of_the_configured_site(owner, settings):
    settings.SITE_URL = "https://townhall.example"
    User.objects.filter(pk=owner.pk).update(language="cy")

    ask()

    assert "https://townhall.example/cy/accounts/sign-in-link/" in Mail.objects.latest("pk").text


def test_address_with_a_slip_is_refused_and_kept(db, client):
    page = ask(client, email="no address").content.decode()

    assert "There is a problem" in page
    assert 'value="no address"' in page
