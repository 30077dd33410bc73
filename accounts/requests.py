"""Who asks, and what for: a request of somebody signed in, or of a script."""

from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.limits import key_of_block
from accounts.models import User
from accounts.security import log_event

BEGAN_AT, SEEN_AT = "session_began_at", "last_seen_at"


class SignedInRequest(HttpRequest):
    user: User


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether a script asks, which puts a piece into the page that is there."""
    return "X-Fragment" in request.headers


def log_request(request: HttpRequest, event: str, **details: object) -> None:
    """Write into the log of safety what a request was about: who, from where, and which page."""
    user = getattr(request, "user", None)
    found = request.resolver_match
    log_event(
        event,
        **details,
        person=user.pk if user and user.is_authenticated else None,
        block=key_of_block(address_block(request)),
        method=request.method,
        route=found.view_name if found else None,
    )


def begin_session(request: HttpRequest) -> None:
    """Note in a session when it began."""
    request.session[BEGAN_AT] = timezone.now().timestamp()
    note_activity(request)


def note_activity(request: HttpRequest) -> None:
    """Note in a session that somebody was there now."""
    request.session[SEEN_AT] = timezone.now().timestamp()


def moments_of_session(request: HttpRequest) -> tuple[datetime, datetime]:
    """Return when a session began and somebody was last seen; one without notes begins now."""
    if BEGAN_AT not in request.session:
        begin_session(request)
    began, seen = request.session[BEGAN_AT], request.session[SEEN_AT]
    return datetime.fromtimestamp(began, UTC), datetime.fromtimestamp(seen, UTC)


def address_block(request: HttpRequest) -> str:
    """Return the block of addresses that a request comes from: one of IPv4, a /64 of IPv6.

    Believes only what the outermost trusted proxy wrote. Returns "" where nothing tells.
    """
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    trusted = forwarded[-hops] if 0 < hops <= len(forwarded) else ""
    text = (trusted or request.META.get("REMOTE_ADDR", "")).strip().partition("%")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network((int(address), 64), strict=False))
        address = address.ipv4_mapped
    return str(address)
