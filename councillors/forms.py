from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from councillors.models import Body, Capacity
from councillors.services import Grant, check_grant


class DirectoryForm(forms.Form):
    """What to look for in the directory of councillors."""

    q = forms.CharField(
        label=_("Name, place or party"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, bodies: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(bodies) > 1:
            self.fields["body"] = forms.ModelChoiceField(
                Body.objects.filter(pk__in=[body.pk for body in bodies]),
                label=_("Council"),
                to_field_name="slug",
                required=False,
                empty_label=_("All councils"),
            )


class CapacityForm(forms.ModelForm):
    """A capacity as a member of staff grants it; subclasses set `by`, who that is."""

    by: ClassVar[User]

    class Meta:
        model = Capacity
        fields = ("user", "title", "seat", "body", "start_on", "end_on", "confirmed_by")
        help_texts: ClassVar[dict[str, Any]] = {
            "seat": _("For a councillor. The body and the dates come from the seat."),
            "body": _("For an officer."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("body", "start_on"):
            self.fields[name].required = False
        self.fields["confirmed_by"] = forms.ModelChoiceField(
            User.objects.filter(is_staff=True, is_active=True).exclude(pk=self.by.pk),
            label=_("Confirmed by"),
            help_text=_("Another member of staff, who has checked that this is true."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["seat"] is None and cleaned["start_on"] is None:
            raise ValidationError({"start_on": _("Say from when the officer speaks for the body.")})
        check_grant(self.grant, by=self.by, confirmed_by=cleaned["confirmed_by"])
        return cleaned

    @property
    def grant(self) -> Grant:
        given = self.cleaned_data
        names = ("user", "title", "seat", "body", "start_on", "end_on")
        return Grant(**{name: given[name] for name in names})
