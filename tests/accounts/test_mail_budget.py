"""How many mails anybody can have sent to one address, and from one place."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.models import Mail
from tests.factories import PASSWORD, make_user
from townhall.settings import LIMITS

pytestmark = pytest.mark.django_db
VICTIM = "victim@example.org"


@pytest.fixture(autouse=True)
def _limits_as_on_a_server(settings):
    settings.LIMITS = LIMITS
    settings.ACCOUNT_RATE_LIMITS = False  # the library's own are coarser: see what ours hold


def post(name, number=0, **typed):
    return Client().post(reverse(name), typed, REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}")


def sign_up(email, number=0):
    return post(
        "account_signup", number, email=email, public_name="Kay", password1=f"{PASSWORD} {number}"
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [("account_reset_password", "email"), ("accounts:sign-in-link-ask", "email")],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_address_gets_few_mails_whoever_asks_and_pages_say_the_same(name, field, is_known):
    if is_known:
        make_user(email=VICTIM)

    answers = [post(name, number, **{field: VICTIM}) for number in range(100)]

    assert Mail.objects.filter(to=VICTIM).count() == (6 if is_known else 2)
    said = [answer.status_code for answer in answers]
    assert said == ([302] * 6 + [200] * 94 if name == "account_reset_password" else [302] * 100)


def test_sign_ups_for_one_address_send_few_mails():
    for number in range(30):
        sign_up(VICTIM, number)

    assert 1 <= Mail.objects.filter(to=VICTIM).count() <= 6


def test_sign_ups_with_an_address_that_is_known_send_few_mails():
    make_user(email=VICTIM)

    for number in range(30):
        sign_up(VICTIM, number)

    assert Mail.objects.filter(to=VICTIM).count() == 2


def test_mails_of_all_kinds_count_together():
    make_user(email=VICTIM)

    for number in range(10):
        post("account_reset_password", number, email=VICTIM)
        post("accounts:sign-in-link-ask", number, email=VICTIM)
        sign_up(VICTIM, number)

    assert Mail.objects.filter(to=VICTIM).count() == 6


def test_spelling_of_an_address_makes_no_other_budget():
    make_user(email=VICTIM)

    for email in (VICTIM, VICTIM.upper(), VICTIM.title()) * 5:
        post("account_reset_password", email=email)

    assert Mail.objects.count() == 6


def test_one_place_sends_mails_to_few():
    for number in range(60):
        Client().post(
            reverse("account_reset_password"),
            {"email": f"p{number}@example.org"},
            REMOTE_ADDR=f"2001:db8:1:2::{number:x}",
        )

    assert Mail.objects.count() == 30


def test_owner_is_told_of_changes_however_many_mails_were_sent():
    owner = make_user(email=VICTIM)
    for number in range(10):
        post("account_reset_password", number, email=VICTIM)
    client = Client()
    client.force_login(owner)

    new = "seven quiet herons"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert User.objects.get().check_password(new)
    assert Mail.objects.filter(to=VICTIM).count() == 7
    assert timezone.now() > Mail.objects.latest("pk").created_at


@pytest.mark.parametrize("is_known", [True, False])
def test_sign_up_that_can_send_no_link_says_so_of_every_address_and_keeps_the_last_one(is_known):
    if is_known:
        make_user(email=VICTIM)
    for number in range(6):
        post("accounts:sign-in-link-ask", number, email=VICTIM)
    earlier = User.objects.exclude(email="other@example.org").values_list("password", flat=True)
    before = list(earlier)

    said = [sign_up(VICTIM, 9).content.decode(), sign_up("other@example.org", 9).url]

    assert "We have sent as many links to this address as we may for now" in said[0]
    assert said[1] == reverse("account_email_verification_sent")
    assert list(
        User.objects.exclude(email="other@example.org").values_list("password", flat=True)
    ) == (before)


def test_form_says_that_many_mails_were_asked_for_from_one_place():
    said = [
        Client().post(reverse("account_reset_password"), {"email": f"p{number}@example.org"})
        for number in range(31)
    ]

    assert "Many mails were asked for from where you are" in said[-1].content.decode()
