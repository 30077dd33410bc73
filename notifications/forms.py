"""What people choose to be told."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from communities.models import Membership
from notifications.models import Preference


class SettingsForm(forms.Form):
    """The alerts, and how often the digest of each community comes."""

    def __init__(
        self, *args: Any, preference: Preference, memberships: Iterable[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.alerts = ["alert_replies", "alert_answers"]
        self.fields.update(forms.fields_for_model(Preference, fields=self.alerts))
        self.initial.update({name: getattr(preference, name) for name in self.alerts})
        self.communities = {f"digest_{row.community_id}": row.community_id for row in memberships}
        for row in memberships:
            self.fields[f"digest_{row.community_id}"] = forms.ChoiceField(
                label=_("News from %(community)s") % {"community": row.community.name},
                choices=Membership.Frequency.choices,
                initial=row.digest,
                widget=forms.RadioSelect,
            )

    @property
    def chosen_alerts(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] for name in self.alerts}

    @property
    def chosen_digests(self) -> dict[int, str]:
        return {pk: self.cleaned_data[name] for name, pk in self.communities.items()}
