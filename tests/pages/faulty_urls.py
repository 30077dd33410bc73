"""The addresses of the site, and some at which something is wrong."""

from typing import Any, Never

from allauth.account.decorators import verified_email_required
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.adapter import AccountAdapter
from townhall.urls import urlpatterns as addresses_of_site


class ClosedAdapter(AccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@login_not_required
def broken(request: HttpRequest) -> Never:
    raise RuntimeError("This page is broken, so that there is something to show.")


@verified_email_required
def for_proven_addresses(request: HttpRequest, *args: Any) -> HttpResponse:
    return HttpResponse("Nobody in the tests gets here.")


urlpatterns = [
    path("faulty/broken/", broken, name="faulty-broken"),
    path("faulty/proven/", for_proven_addresses, name="faulty-proven"),
    *addresses_of_site,
]
