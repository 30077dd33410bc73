"""The pages for what went wrong on our side; they need neither database nor Redis."""

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views import defaults

from accounts.addresses import static_of
from accounts.council import site_title
from accounts.sent import sent_with
from communities.markup import LONGEST_TEXT
from townhall import theme

logger = logging.getLogger(__name__)
CANCELLED, NO_LOCK, DEADLOCK, NOT_SERIAL = "57014", "55P03", "40P01", "40001"
TOOK_TOO_LONG = {CANCELLED, NO_LOCK, DEADLOCK, NOT_SERIAL}
# A server that takes over for another one, or ended a transaction that nobody went on with
AWAY = {"25006", "25P03", "25P04"}
RETRY_AFTER = {"away": 30, "slow": 10}  # seconds


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database failed us, and 500 for every other fault of ours."""
    error = sys.exc_info()[1]
    failure = failure_of(error)
    # What asked before the language was known must not get that of somebody else.
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    with translation.override(language):
        if not failure:
            return HttpResponse(_render("500.html", {}), status=500)
        return _unavailable(request, failure, error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 where a form is larger than we take, and 400 for what nobody would send."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
    context = {
        "megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2,
        "letters": LONGEST_TEXT,
    }
    with translation.override(language):
        return HttpResponse(_render("413.html", context), status=413)


def failure_of(error: BaseException | None) -> str:
    """Say how the database failed: "away", "slow", or "" where it did not."""
    if not isinstance(error, Error):
        return ""
    while error is not None:
        code = getattr(error.__cause__, "pgcode", None)
        if code in TOOK_TOO_LONG:
            return "slow"
        if isinstance(error, OperationalError | InterfaceError) or code in AWAY:
            return "away"
        error = error.__context__
    return ""


def first_line(error: BaseException | None) -> str:
    """Return what an error says, without the hints that follow."""
    return str(error).strip().partition("\n")[0]


def _unavailable(request: HttpRequest, failure: str, error: BaseException | None) -> HttpResponse:
    context = {
        "is_slow": failure == "slow",
        "was_sent": request.method == "POST",
        "address": request.get_full_path(),
        "sent": sent_with(request),
    }
    response = HttpResponse(_render("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER[failure])
    add_never_cache_headers(response)
    logger.error("503 %s %s: %s", request.method, request.path, first_line(error))
    response._has_been_logged = True  # type: ignore[attr-defined]  # one line will do
    return response


def _render(template: str, context: dict[str, Any]) -> str:
    return render_to_string(
        template,
        {
            **context,
            "site_title": site_title(),
            "css": _file("css/site.css"),
            "mark": _file("img/mark.svg"),
            "theme_address": theme.theme_address(),
        },
    )


def _file(path: str) -> str:
    """Return the address of a static file; "" where none were collected."""
    try:
        return static_of(path)
    except ValueError:
        return ""
