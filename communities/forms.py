from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Membership


class JoinForm(forms.Form):
    rules = forms.BooleanField(
        label=_("I have read the rules and will keep to them"),
        error_messages={"required": _("Please accept the rules to join.")},
    )
    digest = forms.ChoiceField(
        label=_("How often should we write to you?"),
        help_text=_("One calm e-mail with what is new here. You can change this at any time."),
        choices=Membership.Frequency.choices,
        initial=Membership.Frequency.WEEKLY,
        widget=forms.RadioSelect,
    )
