"""What every request passes through."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class PlainTextMiddleware:
    """Refuse addresses and form fields that no database text can hold.

    PostgreSQL stores no NUL, and UTF-8 no lone surrogate. A query string that holds one is a
    bad request; in a form Django's own field validation says so beside the field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.path + "".join(
            key + value for key, values in request.GET.lists() for value in values
        )
        if "\x00" in address or any("\ud800" <= letter <= "\udfff" for letter in address):
            return HttpResponseBadRequest("This address holds characters that no page has.")
        return self.get_response(request)
