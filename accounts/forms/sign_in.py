"""The sign-in library's forms in the words of this site.

They live apart from the other forms because the library imports those while it makes its own.
"""

from typing import Any

from allauth.account import forms as library
from django import forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "oldpassword": _("Present password"),
    "remember": _("Keep me signed in on this device"),
}
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


class SignupForm(InOurWords, library.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.order_fields(["public_name", "email", "password1"])


class AddEmailForm(InOurWords, library.AddEmailForm):
    pass


class ChangePasswordForm(InOurWords, library.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, library.SetPasswordForm):
    pass


class ResetPasswordForm(InOurWords, library.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(InOurWords, library.ResetPasswordKeyForm):
    pass
