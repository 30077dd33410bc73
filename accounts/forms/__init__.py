from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.folding import plain, trimmed, validate_signs
from accounts.models import MAX_NAME, User
from accounts.names import (
    REFUSALS,
    Verdict,
    judge_name,
    marked_name,
    own_name,
    protected_names,
)
from accounts.permissions import rename_limit, renaming_block


class NameForm(forms.Form):
    """Asks whoever has the name of somebody in office whether it is their own."""

    asks_whether_own = False

    def full_clean(self) -> None:
        super().full_clean()
        if self.asks_whether_own:
            self.fields["is_own_name"] = forms.BooleanField(
                required=False, label=_("This is my own name, and I am not the person in office")
            )
            self.order_fields(["public_name", "is_own_name"])

    def judged(self, name: str, user: User | None = None) -> str:
        """Return a name with single spaces and plain letters; refuse one that poses."""
        name = " ".join(trimmed(plain(name)).split())
        if not any(letter.isalpha() for letter in name):
            raise ValidationError(_("Give a name with at least one letter."))
        validate_signs(name)
        verdict = judge_name(name, protected_names(user), of=user.pk if user else None)
        if verdict == Verdict.NAMESAKE:
            self._ask_whether_own(name)
        elif verdict != Verdict.FREE:
            raise ValidationError(REFUSALS[verdict])
        return name

    @property
    def is_own_name(self) -> bool:
        return bool(self.data.get(self.add_prefix("is_own_name")))

    def _ask_whether_own(self, name: str) -> None:
        self.asks_whether_own = True
        if not self.is_own_name:
            shown = marked_name(name, self.language_of_name())
            raise ValidationError(
                gettext(
                    "Somebody in office here has this name. If it is yours too, say so below:"
                    " others then see you as %(shown)s. Or choose another name."
                )
                % {"shown": shown}
            )

    def language_of_name(self) -> str:
        return "cy" if get_language() == "cy" else "en-gb"


class SignupForm(NameForm):
    public_name = forms.CharField(
        label=_("Name that others see"),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=_("Your own name or a screen name. Neighbours talk more easily with a name."),
    )

    def clean_public_name(self) -> str:
        return self.judged(self.cleaned_data["public_name"])

    def signup(self, request: object, user: User) -> None:
        """Required by the sign-in library; the adapter saves the name with the account."""


class ProfileForm(NameForm, forms.ModelForm):
    public_name = forms.CharField(
        label=_("Public name"),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    class Meta:
        model = User
        fields = ["public_name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["public_name"]
        self.initial["public_name"] = own_name(self.instance)
        block = renaming_block(self.instance)
        name.disabled = block is not None
        name.help_text = block.reason if block else _with_limit()

    def clean_public_name(self) -> str:
        name: str = self.cleaned_data["public_name"]
        return self.judged(name, self.instance) if "public_name" in self.changed_data else name

    @property
    def cleaned_profile(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("public_name", "language")}

    def language_of_name(self) -> str:
        return "cy" if self.data.get("language") == "cy" else "en-gb"


def _with_limit() -> str:
    shown = gettext("Your page says for a while what you were called before.")
    return f"{rename_limit()} {shown}"


class SignInLinkForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
