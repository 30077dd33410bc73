"""The sign-in library's forms in the words of this site.

They live apart from the other forms because the library imports those while it makes its own.
"""

from typing import Any

from allauth.account import forms as library
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import ownership
from accounts.limits import mail_uses, remaining_of
from accounts.models import User
from accounts.moments import in_words

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "oldpassword": _("Present password"),
    "remember": _("Keep me signed in on this device"),
}
ENOUGH_LINKS = _(
    "We have sent as many links to this address as we may for now. Look for the newest one, also "
    "among the junk mail. You can ask for another %(moment)s."
)
ENOUGH_FROM_HERE = _(
    "Many mails were asked for from where you are. You can ask for another %(moment)s."
)
PASSWORD_HINT = _("At least 12 characters. Three words that nobody would put together are good.")


class InOurWords(forms.Form):
    """Sets labels and hints, and drops the placeholders, which vanish when they are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name == "password1":
                field.help_text = PASSWORD_HINT


class LoginForm(InOurWords, library.LoginForm):
    pass


class SendsLink(InOurWords):
    """Sends a link to an address, known or not, as often as that address may get one."""

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        if not self.errors:
            uses = mail_uses(self.cleaned_data["email"])
            found = remaining_of(uses)
            for use, words in zip(uses, (ENOUGH_LINKS, ENOUGH_FROM_HERE), strict=True):
                if found[use].left == 0:
                    moment = {"moment": in_words(found[use].until or timezone.now())}
                    raise ValidationError(words, params=moment)
        return cleaned


class SignupForm(SendsLink, library.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.order_fields(["public_name", "email", "password1"])

    def validate_unique_email(self, value: str) -> str:
        """Ask nobody: whether the address is known is found where it can do no harm."""
        return value

    def try_save(self, request: Any) -> tuple[None, Any]:
        """Let the adapter answer for all: the page says the same of every address."""
        adapter = get_adapter(request)
        return None, adapter.sign_up(request, self.cleaned_data, is_own_name=self.is_own_name)


class AddEmailForm(SendsLink, library.AddEmailForm):
    def save(self, request: Any) -> EmailAddress:
        email = self.cleaned_data["email"]
        address: EmailAddress = get_adapter(request).ask_for_change(request, self.user, email)
        return address


class ChangePasswordForm(InOurWords, library.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, library.SetPasswordForm):
    pass


class ResetPasswordForm(SendsLink, library.ResetPasswordForm):
    def clean_email(self) -> str:
        """Find whose the address is; one that somebody wants to change to is not theirs."""
        email: str = self.cleaned_data["email"].lower()
        self.users = list(User.objects.at_address(email).filter(is_active=True))
        return email

    @transaction.atomic
    def save(self, request: Any, **kwargs: Any) -> str:
        email: str = super().save(request, **kwargs)
        return email


class ResetPasswordKeyForm(InOurWords, library.ResetPasswordKeyForm):
    @transaction.atomic
    def save(self) -> None:
        super().save()
        ownership.prove_by_reset(self.user)
