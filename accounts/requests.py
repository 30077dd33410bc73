"""The request of somebody who is signed in, as views behind the sign-in get it."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    user: User
