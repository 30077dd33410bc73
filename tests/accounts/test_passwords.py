"""Passwords that are guessed first are refused wherever one is set, and others are taken."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, make_area, make_community, make_user

COMMON = ["password1234", "PasswordPassword", "p@ssw0rd2026", "iloveyou!!!!", "letmein12345"]
COMMON += ["sunshinemonkey", "football!football", "Liverpool2026!", "dragondragon1"]
REPEATED = ["aaaaaaaaaaaa", "abababababab", "abcabcabcabc", "111222333444", "????????????"]
ROWS = ["qwertyuiop12", "1qaz2wsx3edc", "123456789012", "abcdefghijkl", "987654321098"]
ROWS += ["zxcvbnm12345", "asdfghjkl;12"]
LOCAL = ["northmoor2026", "Northmoor-Northmoor", "TownHall2026!", "town hall town hall"]
LOCAL += [
    "Millbrook!!!!1",
    "millbrook-northmoor",
    "neuaddydref1",
    "Nant-y-Crwys 99",
    "NORTHMOORcouncil",
]
LOCAL += ["weirside gardeners", "northmoorpassword"]
GOOD = [PASSWORD, "seven quiet herons", "blodau haul y bore", "xK9#mQ2$vL7p", "ynys y barri traeth"]
GOOD += ["northmoor heron kettle", "four brown ducks", "weir, heron & 3 vans", "pq8vtz4kmw1x"]
GOOD += ["p" + "orridge and honey " * 6, "Τρεις ήσυχοι ερωδιοί", "три тихие цапли"]


@pytest.fixture
def place(db):
    make_area(name="Millbrook", name_cy="Nant-y-Crŵys")
    make_community(name="Weirside gardeners")


def sign_up(client, password):
    typed = {"email": "ines@example.org", "public_name": "Ines", "password1": password}
    client.post(reverse("account_signup"), typed)
    return User.objects.filter(email="ines@example.org").exists()


def change(client, password):
    person = make_user()
    client.force_login(person)
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post(reverse("account_change_password"), typed)
    person.refresh_from_db()
    return person.check_password(password)


def reset(client, password):
    person = make_user()
    person.set_password("another one entirely")
    person.save()
    key = default_token_generator.make_token(person)
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    form = client.get(address, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": password, "password2": password})
    person.refresh_from_db()
    return person.check_password(password)


@pytest.mark.parametrize("way", [sign_up, change, reset])
@pytest.mark.parametrize("password", [COMMON[2], REPEATED[2], ROWS[1], LOCAL[0], LOCAL[4]])
def test_easy_password_is_refused_wherever_one_is_set(place, client, way, password):
    assert not way(client, password)


@pytest.mark.parametrize("way", [sign_up, change, reset])
@pytest.mark.parametrize("password", [GOOD[1], GOOD[3], GOOD[9]])
def test_good_password_is_taken_wherever_one_is_set(place, client, way, password):
    assert way(client, password)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        *((password, "password_easy") for password in COMMON + REPEATED + ROWS),
        *((password, "password_local") for password in LOCAL),
    ],
)
def test_password_that_is_guessed_first_is_refused_with_its_reason(place, password, code):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)

    assert code in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize("password", GOOD)
def test_password_that_nobody_would_guess_is_taken(place, password):
    validate_password(password)


def test_common_passwords_are_refused_however_they_are_padded(place):
    known = sorted(each for each in CommonPasswordValidator().passwords if len(each) >= 4)[::40]
    padded = [each + more for each in known for more in ("12345678", "!!!!!!!!", each * 2)]

    taken = []
    for password in padded:
        try:
            validate_password(password)
        except ValidationError:
            continue
        taken.append(password)

    assert len(padded) > 1000
    assert len(taken) <= len(padded) // 500, taken


def test_name_of_its_owner_is_no_password(place):
    person = make_user(public_name="Ines Montgomery-Duarte")

    with pytest.raises(ValidationError, match="too similar"):
        validate_password("ines montgomery duarte", person)


def test_long_password_is_looked_at_quickly_and_whole(place, client):
    assert change(client, "seven quiet herons " * 5)
