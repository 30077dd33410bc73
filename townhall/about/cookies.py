"""What the site leaves in a browser, each by its real name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Cookie:
    """A cookie: its name, what it is for, when it is set, and its life; None until the browser
    is closed.
    """

    name: str
    purpose: Any
    when: Any
    life: timedelta | None

    @property
    def days(self) -> int:
        return self.life.days if self.life else 0


def cookies() -> list[Cookie]:
    """List every cookie that a page of the site can set."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Keeps you signed in."),
            _("When you sign in."),
            timedelta(seconds=settings.SESSION_COOKIE_AGE),
        ),
        Cookie(
            settings.DEVICE_COOKIE_NAME,
            _(
                "Shows that you signed in here before. Strangers who guess at your password "
                "cannot keep you out of it."
            ),
            _("When you sign in."),
            timedelta(seconds=settings.DEVICE_COOKIE_AGE),
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Proves that a form was sent by you, not by another site in your name."),
            _("When you open a page with a form that changes something."),
            timedelta(seconds=settings.CSRF_COOKIE_AGE),
        ),
        Cookie(
            CookieStorage.cookie_name,
            _("Carries a short notice to the next page, such as “Your profile is saved”."),
            _("After you have sent a form."),
            None,
        ),
    ]
