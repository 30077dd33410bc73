"""A person's own profile, words that wait, and signing in by a link."""

from typing import Any

from allauth.account import views as library
from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import links, ownership, services
from accounts.forms import ProfileForm, SignInLinkForm
from accounts.limits import LimitReached, spend_for
from accounts.models import User
from accounts.requests import SignedInRequest, wants_fragment
from accounts.sent import forget_sent, keep_sent, kept_sent, sent_with


def sign_in_first(request: HttpRequest, back: str) -> HttpResponse:
    """Lead to the sign-in page; show words that were typed, and keep them until then."""
    sent = sent_with(request) if request.method == "POST" else None
    if sent is None or wants_fragment(request):
        return redirect_to_login(back)
    try:
        spend_for(None, "kept_words")
        is_kept = keep_sent(request, sent)
    except LimitReached:
        is_kept = False
    next_page = reverse("accounts:sent-again") if is_kept else back
    context = {"sent": sent, "is_kept": is_kept, "next": next_page}
    return render(request, "accounts/signed_out.html", context, status=403)


def refuse_sent(request: HttpRequest, reason: ValidationError | Any, back: str) -> HttpResponse:
    """Say why something was not done; show words that were typed for it."""
    words = " ".join(reason.messages) if isinstance(reason, ValidationError) else str(reason)
    sent = sent_with(request)
    if sent is None:
        messages.error(request, words)
        return redirect(back)
    context = {"sent": sent, "reason": words, "back": back}
    return render(request, "accounts/refused.html", context, status=409)


@require_http_methods(["GET", "POST"])
def sent_again(request: SignedInRequest) -> HttpResponse:
    sent = kept_sent(request)
    if request.method == "POST":
        forget_sent(request)
        messages.success(request, _("We threw it away."))
    if sent is None or request.method == "POST":
        return redirect("mine")
    return render(request, "accounts/sent_again.html", {"sent": sent, "section": "account"})


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
