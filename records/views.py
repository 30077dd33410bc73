"""What is held about a person: reading of it, a copy of it, and an end to it."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from records import services
from records.forms import CloseAccountForm


@require_safe
def data(request: SignedInRequest) -> HttpResponse:
    return render(request, "records/data.html", {"section": "account"})


@never_cache
@require_POST
def data_download(request: SignedInRequest) -> HttpResponse:
    held = services.give_data(request.user, by=request.user)
    response = JsonResponse(held, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-town-hall-data.json"'
    return response


@require_http_methods(["GET", "POST"])
def account_close(request: SignedInRequest) -> HttpResponse:
    form = CloseAccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        services.close_account(request.user, by=request.user)
        logout(request)
        messages.success(request, _("Your account is closed. Thank you for having been here."))
        return redirect("home")
    return render(request, "records/account_close.html", {"form": form, "section": "account"})
