"""The only touch point with the sign-in library."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from allauth.account import signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts import guesses, ownership
from accounts.letterhead import letterhead
from accounts.limits import (
    LimitReached,
    Use,
    key_of_recipient,
    mail_uses,
    spend,
    spend_all,
)
from accounts.links import sign_in_key
from accounts.models import User
from accounts.ownership import BROWSER_KEY
from accounts.requests import begin_session, log_request
from accounts.services import record_act

LETTER = "account/email/letter.html"
LINK_SENT = "account/messages/email_confirmation_sent.txt"
SIGNED_OUT = "account/messages/logged_out.txt"
SAFE_METHODS = {"GET", "HEAD"}
OTHERS_ASKED = _(
    "Another device asked for an account with this address too. Choose a password now."
)
# Whoever knows an address can have these sent to it: to people who are no part of the site too.
SENT_TO_STRANGERS = {"unknown_account", "account_already_exists"}
SENT_FOR_ANYBODY = SENT_TO_STRANGERS | {
    "address_change",
    "address_in_use",
    "email_confirmation",
    "email_confirmation_signup",
    "password_reset_key",
    "sign_in_link",
}
# Where the links of these mails lead, in words.
LABELS = {
    "activate_url": _("Confirm your e-mail address"),
    "stop_url": _("That was not me"),
    "password_reset_url": _("Choose a new password"),
    "signup_url": _("Join the town hall"),
    "sign_in_url": _("Sign in"),
}


class ResetTokenGenerator(PasswordResetTokenGenerator):
    """Makes links for a new password, which end with a change of the password or the address.

    They do not end with a sign-in: somebody who knows the password could keep its owner out.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{user.pk}|{user.password}|{(user.email or '').lower()}|{timestamp}"


class AccountAdapter(DefaultAccountAdapter):
    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Do nothing: people sign in by e-mail and have no user name."""

    def set_password(self, user: User, password: str) -> None:
        ownership.change_password(user, password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password before a change of address, but not to stay with the present one."""
        asked = {"action_add", "action_primary", "action_remove"} & set(self.request.POST)
        if asked == {"action_remove"}:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        """Sign out, unless somebody only opened a link that is for another account."""
        if request.method not in SAFE_METHODS:
            super().logout(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if message_template == SIGNED_OUT and request.method in SAFE_METHODS:
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Count an address as proven; a change of address only for whoever is signed in to it."""
        user, is_change = email_address.user, ownership.is_change(email_address)
        is_own = request.user.pk == user.pk
        if is_change and not is_own:
            raise ImmediateHttpResponse(redirect(request.path))  # the page says what to do first
        with transaction.atomic():
            if not ownership.make_way(email_address):
                self.add_message(
                    request,
                    messages.ERROR,
                    "account/messages/email_confirmation_failed.txt",
                    {"email": email_address.email},
                )
                return False
            confirmed = super().confirm_email(request, email_address)
            browser = request.session.get(BROWSER_KEY, "")
            if not ownership.finish_sign_up(user, browser=browser):
                messages.warning(request, OTHERS_ASKED)
            if is_change:
                record_act(user, by=user, act="change address")
        if is_own:
            user.refresh_from_db()
            update_session_auth_hash(request, user)
        return confirmed

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Go on to choose a password where the one that was set may be a stranger's."""
        user = email_address.user
        if email_address.verified and not user.has_usable_password():
            key = f"{user_pk_to_url_str(user)}-{ResetTokenGenerator().make_token(user)}"
            return urlsplit(self.get_reset_password_from_key_url(key)).path
        url: str = super().get_email_verification_redirect_url(email_address)
        return url

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        """Send a link to an address; to one that is proven by another account only say so."""
        address = emailconfirmation.email_address
        if signup or not ownership.is_change(address):
            super().send_confirmation_mail(request, emailconfirmation, signup)
            return
        context = {"account": address.user, "account_address": masked(address.user.email or "")}
        if ownership.is_proven_by_another(address):
            self.send_mail("account/email/address_in_use", address.email, context)
            return
        context |= {
            "user": address.user,
            "activate_url": self.get_email_confirmation_url(request, emailconfirmation),
        }
        self.send_mail("account/email/address_change", address.email, context)

    @transaction.atomic
    def sign_up(
        self, request: HttpRequest, typed: dict[str, Any], *, is_own_name: bool
    ) -> HttpResponseBase:
        """Send a link or, to a proven address, how to sign in; the page says the same of both."""
        browser = request.session.setdefault(BROWSER_KEY, get_random_string(32))
        waiting, owner = ownership.sign_up(
            email=typed["email"],
            password=typed["password1"],
            public_name=typed["public_name"],
            is_own_name=is_own_name,
            language=current_language(),
            browser=browser,
        )
        if waiting:
            EmailConfirmationHMAC.create(waiting).send(request, signup=True)
        else:
            self.send_account_already_exists_mail(typed["email"], owner)
        self.add_message(request, messages.INFO, LINK_SENT, {"email": typed["email"]})
        return self.respond_email_verification_sent(request, None)

    @transaction.atomic
    def ask_for_change(self, request: HttpRequest, user: User, email: str) -> EmailAddress:
        """Send a link to the address that somebody wants, and a notice to that of today."""
        address = ownership.ask_for_change(user, email)
        EmailConfirmationHMAC.create(address).send(request)
        self.send_change_notice(address)
        self.add_message(request, messages.INFO, LINK_SENT, {"email": email})
        return address

    def send_account_already_exists_mail(self, email: str, owner: User | None = None) -> None:
        context = {
            "user": owner,
            "signup_url": reverse("account_signup"),
            "password_reset_url": reverse("account_reset_password"),
        }
        self.send_mail("account/email/account_already_exists", email, context)

    def send_change_notice(self, address: EmailAddress) -> None:
        """Tell the address of today that a change to another was asked for, and how to end it."""
        stop = reverse("accounts:address-change-stop", args=[ownership.stop_token(address)])
        context = {"new_email": address.email, "stop_url": on_site(stop)}
        self.send_notification_mail("account/email/address_change_asked", address.user, context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        context = {"user": user, **(context or {})}
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of whoever reads it, and say for which account it is.

        What strangers can have sent goes to one address a few times a day; the page is the same.
        """
        letter = template_prefix.rpartition("/")[2]
        if not _may_send(letter, email):
            return
        is_news = letter not in SENT_FOR_ANYBODY or _is_news(letter, email)
        account = context.get("user")
        language = language_of(email, account)
        about = {"account": account, "account_address": account.email if account else ""}
        links = {
            name: on_site(translate_url(urlsplit(url).path, language))
            for name, url in context.items()
            if name.endswith("_url")
        }
        # What is not sent is written too, and taken back: so it takes as long as what is.
        with override(language), transaction.atomic():
            super().send_mail(template_prefix, email, {**about, **context, **links, **letterhead()})
            transaction.set_rollback(not is_news)

    def send_sign_in_link(self, email: str) -> None:
        """Send a link that signs somebody in; whoever has no account is told so by mail alone."""
        user = User.objects.proven_at([email]).filter(is_active=True, closed_at=None).first()
        context: dict[str, Any]
        if user is None:
            context = {"email": email, "signup_url": reverse("account_signup")}
            self.send_mail("account/email/unknown_account", email, context)
            return
        url = reverse("accounts:sign-in-link", args=[sign_in_key(user)])
        context = {"user": user, "sign_in_url": url}
        self.send_mail("account/email/sign_in_link", user.email or "", context)

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Write the plain text, and the same words once more for eyes that like it laid out."""
        headers = {"Content-Language": current_language(), **(headers or {})}
        mail: EmailMultiAlternatives = super().render_mail(template_prefix, email, context, headers)
        labels = {context[name]: label for name, label in LABELS.items() if name in context}
        parts = parts_of(str(mail.body), labels)
        html = render_to_string(LETTER, {**context, "subject": mail.subject, "parts": parts})
        mail.attach_alternative(html, "text/html")
        mail.account = context.get("user")  # type: ignore[attr-defined]  # whose row it becomes
        return mail

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            guesses.forgive_guess(_uses_of(request, credentials))
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a guess; the library's own counts keep an owner out with the strangers."""
        guesses.spend_guess(_uses_of(request, credentials))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Go on, and let the browser know that somebody signed in with it."""
        response = super().post_login(request, user, **kwargs)
        device = guesses.device_of(request.COOKIES).of(user.email or "")
        response.set_cookie(**guesses.cookie_of(device))
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = key_of_recipient(credentials.get("email", ""))
        log_request(request, "sign-in-refused", account=account)

    def is_safe_url(self, url: str) -> bool:
        """Say whether one may be led there: only to a path of this site.

        The library takes a plain word for the name of a view, and fails where there is none.
        """
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_site(super().get_reset_password_from_key_url(key))


def _may_send(letter: str, email: str) -> bool:
    """Say whether a letter may still go to an address today, and count it."""
    if letter not in SENT_FOR_ANYBODY:
        return True
    try:
        # Also where a stranger gets no more: forms say when this is used up, of every address.
        spend_all(mail_uses(email))
    except LimitReached:
        return False
    return True


def _is_news(letter: str, email: str) -> bool:
    """Say whether an address was not told enough times today that it has an account, or none.

    Counts other letters too, to no end: otherwise the time would tell which one was sent.
    """
    is_to_stranger = letter in SENT_TO_STRANGERS
    recipient = key_of_recipient(email)
    try:
        spend("mail_to_stranger", recipient if is_to_stranger else f"known {recipient}")
    except LimitReached:
        return not is_to_stranger
    return True


def parts_of(text: str, labels: dict[str, Any]) -> list[dict[str, Any]]:
    """Cut a letter into its paragraphs; one that is a link alone has the words of its button."""
    letter, _line, _signature = text.partition("\n-- \n")
    return [
        {"url": part, "label": labels[part]} if part in labels else {"text": part}
        for part in map(str.strip, letter.split("\n\n"))
        if part
    ]


def masked(email: str) -> str:
    """Return an e-mail address by which its owner knows it, and a stranger learns little."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def language_of(email: str, user: User | None) -> str:
    """Return the language of a person, or of the page for an address that is nobody's.

    Looks the address up in any case: otherwise the time would tell whether it is somebody's.
    """
    owner = User.objects.proven_at([email]).first()
    user = user or owner
    return user.language if user else current_language()


def current_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def on_site(url: str) -> str:
    """Build links in mails from the configured address, never from the request's host."""
    return settings.SITE_URL + urlsplit(url).path


def _uses_of(request: HttpRequest, credentials: dict[str, Any]) -> list[Use]:
    email = credentials.get("email") or ""
    return guesses.uses_of(email, by=getattr(request, "user", None), cookies=request.COOKIES)


def _forget_guesses(user: User, **kwargs: Any) -> None:
    guesses.forget_guesses(user)


def _begin_session(request: HttpRequest, **kwargs: Any) -> None:
    begin_session(request)


signals.password_reset.connect(_forget_guesses)
user_logged_in.connect(_begin_session)
EVENTS = {
    user_logged_in: "signed-in",
    signals.password_changed: "password-changed",
    signals.password_set: "password-changed",
    signals.password_reset: "password-reset",
    signals.email_added: "address-added",
    signals.email_changed: "address-changed",
    signals.email_removed: "address-removed",
    signals.email_confirmed: "address-confirmed",
}


def note(request: HttpRequest, event: str, **kwargs: Any) -> None:
    """Write into the log of safety what happened to an account."""
    address = kwargs.get("email_address")
    user = kwargs.get("user") or (address.user if address else None)
    log_request(request, event, account=f"person:{user.pk}" if user else None)


for signal, event in EVENTS.items():
    signal.connect(partial(note, event=event), weak=False)
