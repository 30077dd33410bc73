"""Signed addresses that stop one kind of mail, without signing in."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse


class Purpose(StrEnum):
    """What a link in a mail stops."""

    COMMUNITY = "community"
    DIGESTS = "digests"
    REPLIES = "replies"
    ANSWERS = "answers"
    ALERTS = "alerts"  # replies and answers


@dataclass(frozen=True)
class Wish:
    """Who wants no more of what."""

    user_id: int
    purpose: Purpose
    community_id: int | None = None


def unsubscribe_url(wish: Wish) -> str:
    """Return the whole address of the page that fulfils a wish."""
    return settings.SITE_URL + reverse("notifications:unsubscribe", args=[token_for(wish)])


def token_for(wish: Wish) -> str:
    return _signer().sign(f"{wish.user_id}-{wish.purpose}-{wish.community_id or 0}")


def read_token(token: str) -> Wish | None:
    """Read a wish from a token; None where the site did not sign it."""
    try:
        user_id, purpose, community_id = _signer().unsign(token).split("-")
        return Wish(int(user_id), Purpose(purpose), int(community_id) or None)
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    """Bind a token to this use alone: no other signed value of the site passes for one."""
    return Signer(salt="notifications.unsubscribe")
