from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import is_protected


def clean_public_name(name: str) -> str:
    """Return a name with single spaces; refuse one that poses as an office or the council."""
    name = " ".join(name.split())
    if not any(letter.isalpha() for letter in name):
        raise ValidationError(_("Give a name with at least one letter."))
    if is_protected(name):
        raise ValidationError(
            _("This name could be taken for the council or one of its people. Choose another.")
        )
    return name


class SignupForm(forms.Form):
    public_name = forms.CharField(
        label=_("Name that others see"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("Your own name or a screen name. Neighbours talk more easily with a name."),
    )

    def clean_public_name(self) -> str:
        return clean_public_name(self.cleaned_data["public_name"])

    def signup(self, request: object, user: User) -> None:
        """Required by the sign-in library; the adapter saves the name with the account."""


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["public_name", "language"]
        widgets = {"public_name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def clean_public_name(self) -> str:
        return clean_public_name(self.cleaned_data["public_name"])
