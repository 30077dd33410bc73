import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.time_limits import in_words
from notifications.models import Mail
from tests.factories import PASSWORD, make_user

SOMEBODY = {"public_name": "Ines Duarte", "email": "ines@example.org", "password1": PASSWORD}
pytestmark = pytest.mark.django_db


def link_to(email):
    text = Mail.objects.filter(to=email).latest("pk").text
    return urlsplit(re.search(r"https?://\S+", text).group()).path


def words(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=50), "50 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=30), "30 days"),
    ],
)
def test_time_is_said_in_the_words_that_people_use(time, said):
    assert in_words(time) == said


def test_pages_and_mails_say_how_long_a_link_works(client, settings):
    settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 5
    settings.PASSWORD_RESET_TIMEOUT = 60 * 60 * 7

    signup = words(client.get(reverse("account_signup")))
    sent = words(client.post(reverse("account_signup"), SOMEBODY, follow=True))
    mail = Mail.objects.get(to="ines@example.org")
    reset = words(client.get(reverse("account_reset_password")))

    assert "Within 5 days you open it" in signup
    assert "The link works for 5 days." in sent
    assert "The link works for 5 days." in mail.text
    assert "It works for 7 hours." in reset


def test_sign_in_page_says_when_one_is_signed_out(client, settings):
    settings.SESSION_COOKIE_AGE = 60 * 60 * 12

    assert "You stay signed in on this device for 12 hours" in words(
        client.get(reverse("account_login"))
    )


def test_sign_in_page_says_that_one_goes_on_afterwards(client):
    answers = [
        words(client.get(reverse("account_login") + query)) for query in ("", "?next=/mine/")
    ]

    assert ["you go on where you were" in answer for answer in answers] == [False, True]


def test_link_of_confirmation_that_is_too_old_leads_to_a_new_one(client):
    client.post(reverse("account_signup"), SOMEBODY)
    link = link_to("ines@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        page = words(client.get(link))

    assert "This link no longer works" in page
    assert "It works for 3 days, and once." in page
    assert f'href="{reverse("account_login")}">Sign in</a>' in page


def test_link_for_a_password_works_once_and_for_a_day(client):
    make_user(email="mo@example.org")
    addresses = []
    for _ in range(2):
        client.post(reverse("account_reset_password"), {"email": "mo@example.org"})
        addresses.append(link_to("mo@example.org"))

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        late = words(client.get(addresses[0], follow=True))
    form = client.get(addresses[1], follow=True)
    new = {"password1": "three odd words", "password2": "three odd words"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)
    again = words(client.get(addresses[1], follow=True))

    assert "Your password is changed" in words(done)
    for page in (late, again):
        assert "It works for 24 hours, and once." in page
        assert f'href="{reverse("account_reset_password")}">Ask for a new link</a>' in page
