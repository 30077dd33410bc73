"""The only touch point with the sign-in library."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest
from redis.exceptions import RedisError

from accounts.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.public_name = form.cleaned_data["public_name"]
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Do nothing: people sign in by e-mail and have no user name."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        links = {name: on_site(url) for name, url in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **links})

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_site(super().get_reset_password_from_key_url(key))


def on_site(url: str) -> str:
    """Build links in mails from the configured address, never from the request's host."""
    return settings.SITE_URL + urlsplit(url).path


def may_send_now(request: HttpRequest, action: str) -> bool:
    """Say whether a visitor may send a form now; ACCOUNT_RATE_LIMITS has how often.

    Nobody is refused because the counters are away.
    """
    try:
        return consume(request, action=action)
    except RedisError:
        logger.exception("Redis does not answer; %s is not limited", action)
        return True
