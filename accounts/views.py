"""A person's own profile, and signing in by a link; the rest of signing in is the library's."""

from allauth.account import views as library
from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links, ownership, services
from accounts.forms import ProfileForm, SignInLinkForm
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


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_link_ask(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("mine")
    form = SignInLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        get_adapter().send_sign_in_link(form.cleaned_data["email"])
        return redirect("accounts:sign-in-link-sent")
    return render(request, "accounts/sign_in_link_ask.html", {"form": form})


@login_not_required
@require_safe
def sign_in_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/sign_in_link_sent.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, key: str) -> HttpResponse:
    if request.method == "POST":
        with transaction.atomic():
            user = links.user_of_key(key, lock=True)
            if user:
                return perform_login(request, user)
    person = links.user_of_key(key)
    return render(request, "accounts/sign_in_link.html", {"key": key, "person": person})
