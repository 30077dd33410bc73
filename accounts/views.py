"""A person's own profile; signing in and out is the library's."""

from allauth.account import views as library
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import ownership, services
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.requests import SignedInRequest


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: HttpRequest, key: str) -> HttpResponseBase:
    try:
        return library.confirm_email(request, key=key)
    except Http404:  # pressed once more: the page says what a used link is
        return redirect(request.path)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_change_stop(request: HttpRequest, token: str) -> HttpResponse:
    waiting = ownership.read_stop_token(token)
    is_done = request.method == "POST" and waiting is not None and ownership.stop_change(waiting)
    return render(
        request,
        "accounts/address_change_stop.html",
        {"waiting": waiting, "is_done": is_done},
    )


@require_http_methods(["GET", "POST"])
def profile_edit(request: SignedInRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)  # the form changes it, also where it is wrong
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_profile(
                request.user, by=request.user, is_own_name=form.is_own_name, **form.cleaned_profile
            )
        except ValidationError as error:
            form.add_error("public_name", error)
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("accounts:profile-edit")
    return render(request, "accounts/profile_edit.html", {"form": form, "section": "account"})
