"""The only touch point with the sign-in library."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.letterhead import letterhead
from accounts.models import User
from accounts.services import name_new_person

LETTER = "account/email/letter.html"
# Where the links of these mails lead, in words.
LABELS = {
    "activate_url": _("Confirm your e-mail address"),
    "password_reset_url": _("Choose a new password"),
    "signup_url": _("Join the town hall"),
}


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.public_name = form.cleaned_data["public_name"]
        user.language = current_language()
        saved: User = super().save_user(request, user, form, commit=False)
        if commit:
            name_new_person(saved, saved.public_name, is_own_name=form.is_own_name)
        return saved

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Do nothing: people sign in by e-mail and have no user name."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of whoever reads it, whatever that of the page it came from."""
        language = language_of(email, context.get("user"))
        links = {
            name: on_site(translate_url(urlsplit(url).path, language))
            for name, url in context.items()
            if name.endswith("_url")
        }
        with override(language):
            super().send_mail(template_prefix, email, {**context, **links, **letterhead()})

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
        return mail

    def is_safe_url(self, url: str) -> bool:
        """Say whether one may be led there: only to a path of this site.

        The library takes a plain word for the name of a view, and fails where there is none.
        """
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_site(super().get_reset_password_from_key_url(key))


def parts_of(text: str, labels: dict[str, Any]) -> list[dict[str, Any]]:
    """Cut a letter into its paragraphs; one that is a link alone has the words of its button."""
    letter, _line, _signature = text.partition("\n-- \n")
    return [
        {"url": part, "label": labels[part]} if part in labels else {"text": part}
        for part in map(str.strip, letter.split("\n\n"))
        if part
    ]


def language_of(email: str, user: User | None) -> str:
    """Return the language of a person, or of the page for an address that is nobody's."""
    user = user or User.objects.proven_at([email]).first()
    return user.language if user else current_language()


def current_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def on_site(url: str) -> str:
    """Build links in mails from the configured address, never from the request's host."""
    return settings.SITE_URL + urlsplit(url).path
