"""Who asks, and what for: a request of somebody signed in, or of a script."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    user: User


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether a script asks, which puts a piece into the page that is there."""
    return "X-Fragment" in request.headers
