"""How often a password may be guessed, and how an owner gets in whatever strangers guess.

Wrong guesses count under the account and under the address block. Whoever signed in before on a
device carries a signed cookie that says so, and has a count of their own: a stranger who uses up
the account's cannot keep them out.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.limits import (
    LimitReached,
    Use,
    current_block,
    give_back,
    key_of_block,
    key_of_person,
    key_of_recipient,
    spend_all,
)
from accounts.models import LimitCount, User
from accounts.moments import in_words

SALT = "accounts.guesses"
MAX_ACCOUNTS = 8  # of a family that shares a device
ACCOUNT, BLOCK, DEVICE = "sign_in", "sign_in_block", "sign_in_device"


@dataclass(frozen=True)
class Device:
    """A browser in which people signed in: a number of its own, and the keys of their accounts."""

    number: str
    accounts: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        return signing.dumps([self.number, *self.accounts], salt=SALT, compress=False)

    def of(self, email: str) -> "Device":
        """Return the device once somebody has signed in with this address, the latest first."""
        account = key_of_recipient(email)
        others = [each for each in self.accounts if each != account]
        return Device(self.number, (account, *others)[:MAX_ACCOUNTS])


def device_of(cookies: Mapping[str, str]) -> Device:
    """Return the device that the cookies are of; a new one where none of them says."""
    try:
        number, *accounts = signing.loads(
            cookies.get(settings.DEVICE_COOKIE_NAME, ""),
            salt=SALT,
            max_age=settings.DEVICE_COOKIE_AGE,
        )
    except signing.BadSignature:
        return Device(secrets.token_hex(8))
    return Device(number, tuple(accounts))


def uses_of(
    email: str, *, by: User | AnonymousUser | None, cookies: Mapping[str, str]
) -> list[Use]:
    """Return under what a guess at the password of an address counts."""
    if isinstance(by, User) and (by.email or "").lower() == email.lower():
        return [(DEVICE, key_of_person(by))]
    device = device_of(cookies)
    if key_of_recipient(email) in device.accounts:
        return [(DEVICE, f"device:{device.number}")]
    return [(ACCOUNT, key_of_recipient(email)), (BLOCK, key_of_block(current_block()))]


def spend_guess(uses: list[Use]) -> None:
    """Count a guess before it is looked at; raise ValidationError where there were too many.

    Counts at once, so that what happens afterwards cannot undo it.
    """
    try:
        with transaction.atomic(durable=True):
            spend_all(uses)
    except LimitReached as reached:
        raise ValidationError(
            _(
                "Too many wrong passwords were typed. You can try again %(moment)s, or have a link "
                "sent to you that signs you in."
            ),
            code="too_many_guesses",
            params={"moment": in_words(reached.until)},
        ) from reached


def forgive_guess(uses: list[Use]) -> None:
    """Take back the count of a guess that was right."""
    for kind, key in uses:
        give_back(kind, key)


def forget_guesses(user: User) -> None:
    """Count from nothing for an account whose owner has proven to be there."""
    keys = [key_of_person(user), key_of_recipient(user.email or "")]
    LimitCount.objects.filter(kind__in=[ACCOUNT, DEVICE], key__in=keys).delete()


def cookie_of(device: Device) -> dict[str, Any]:
    """Return how the cookie of a device is set."""
    return {
        "key": settings.DEVICE_COOKIE_NAME,
        "value": device.cookie,
        "max_age": settings.DEVICE_COOKIE_AGE,
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
        "samesite": "Lax",
    }
