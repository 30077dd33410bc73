"""How long links and sign-ins last, in words, from the settings that end them."""

from datetime import timedelta

from django import template
from django.conf import settings
from django.utils.translation import ngettext

register = template.Library()


@register.simple_tag
def confirmation_link_lasts() -> str:
    return in_words(timedelta(days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS))


@register.simple_tag
def password_link_lasts() -> str:
    return in_words(timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))


@register.simple_tag
def sign_in_lasts() -> str:
    return in_words(timedelta(seconds=settings.SESSION_COOKIE_AGE))


def in_words(time: timedelta) -> str:
    """Say a time in days; below two of them, and where days do not fit, in hours or minutes."""
    minutes = round(time / timedelta(minutes=1))
    if minutes % 60 or minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours % 24 or hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
