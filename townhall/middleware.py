"""What every request passes through."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from accounts.limits import LimitReached, acting_from, spend_for
from accounts.models import User
from accounts.requests import (
    address_block,
    log_request,
    moments_of_session,
    note_activity,
    wants_fragment,
)
from accounts.sent import forget_sent
from accounts.views import sign_in_first
from townhall.charsets import REFUSED
from townhall.versions import tag_of

PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}
BODILESS = {"GET", "HEAD", "OPTIONS", "TRACE"}
REFUSALS = {403: "act-refused", 429: "limit-reached"}
SEEN_ANEW_AFTER = timedelta(minutes=1)  # not every page writes that it was asked for
TAGGED = {200, 204}  # "nothing new" has no body, and is worth a tag all the same
# A browser asks each time; a shared cache may answer for us for half a minute.
PUBLIC = "public, max-age=0, s-maxage=30"


class DemonstrationMiddleware:
    """Keep a demonstration out of search engines: nobody there is real."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEMONSTRATION:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Robots-Tag"] = "noindex"
        return response


class PlainTextMiddleware:
    """Refuse addresses and form fields that no database text can hold.

    PostgreSQL stores no NUL, and UTF-8 no lone surrogate. A query string that holds one is a
    bad request; in a form Django's own field validation says so beside the field. What is sent
    in another charset than UTF-8 is a bad request too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if REFUSED in request.META and request.method not in BODILESS:
            raise BadRequest("What is sent here has to be UTF-8.")
        address = request.path + "".join(
            key + value for key, values in request.GET.lists() for value in values
        )
        if "\x00" in address or any("\ud800" <= letter <= "\udfff" for letter in address):
            raise BadRequest("This address holds characters that no page has.")
        return self.get_response(request)


class SecurityLogMiddleware:
    """Note what was refused: acts that somebody may not do, and what was done too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if event := REFUSALS.get(response.status_code):
            log_request(request, event)
        return response


class StaffSessionMiddleware:
    """End the session of staff who were idle, or signed in, for too long.

    What a script asks for by itself is no sign of a person at the desk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_staff:
            began, seen = moments_of_session(request)
            idle, signed_in = timezone.now() - seen, timezone.now() - began
            is_idle = idle > timedelta(minutes=settings.STAFF_IDLE_MINUTES)
            if is_idle or signed_in > timedelta(hours=settings.STAFF_SESSION_HOURS):
                log_request(request, "session-ended")
                logout(request)
                messages.info(request, _("You were signed out: staff are, after a while."))
            elif idle > SEEN_ANEW_AFTER and not wants_fragment(request):
                note_activity(request)
        return self.get_response(request)


class UnchangedPageMiddleware:
    """Tell somebody who is not signed in that a page is what it was, without drawing it.

    Stands before everything that knows people, and before what only a page with a body needs. What
    it marks as public holds neither a name nor a token nor a cookie; nothing is stored. What may
    hold one is marked as not to be kept, neither by a browser nor on the way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_personal = (
            settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
        )
        if request.method not in {"GET", "HEAD"} or is_personal:
            return _personal(self.get_response(request))
        # Asked before the page is drawn: newer words under an older tag are put right next time.
        tag = tag_of(request.path_info, request.get_full_path())
        if tag and tag in parse_etags(request.headers.get("If-None-Match", "")):
            return _public(HttpResponseNotModified(), tag)
        response = self.get_response(request)
        # Whoever puts a token into a page renews its cookie.
        if response.cookies:
            return _personal(response)
        if tag and response.status_code in TAGGED:
            _public(response, tag)
        return response


def _personal(response: HttpResponse) -> HttpResponse:
    """Keep a response out of every cache, but for what says that it is the same for everybody."""
    if response.cookies or "public" not in response.get("Cache-Control", ""):
        response["Cache-Control"] = "no-store, private"
    return response


def _public(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    response["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ["Cookie"])
    return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask visitors to sign in where a page needs it, and lose no words that they had typed."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.method == "POST" and request.user.is_authenticated:
            forget_sent(request, request.get_full_path())  # the page has them now, or says why not
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method == "POST":
            return sign_in_first(request, request.get_full_path())
        return super().handle_no_permission(request, view_func)


class LimitMiddleware:
    """Count what is sent, and say of what was done too often when it may be done again.

    What a request does counts under the address block that it comes from. Below the limits of
    single acts lies one of all that is sent, also of what is wrong or was sent in vain.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_from(address_block(request)):
            if request.method not in BODILESS:
                try:
                    spend_for(request.user if isinstance(request.user, User) else None, "request")
                except LimitReached as reached:
                    return too_many(request, reached)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, LimitReached):
            return too_many(request, exception)
        return None


def too_many(request: HttpRequest, reached: LimitReached) -> HttpResponse:
    """Show until when something has to wait, with what was typed."""
    context = {"reason": " ".join(reached.messages)}
    response = render(request, "429.html", context, status=429)
    wait = reached.until - timezone.now()
    response["Retry-After"] = str(max(1, math.ceil(wait.total_seconds())))
    return response
