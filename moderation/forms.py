"""What staff and ambassadors type, and those who write to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from discussions.models import Thread
from moderation.models import Appeal, Decision, Rule

Verb = Decision.Verb
REASON = _("Everybody can read it on the list of what was done here.")
PACES = [
    (0, _("No wait")),
    (5, _("5 minutes")),
    (15, _("15 minutes")),
    (30, _("30 minutes")),
    (60, _("1 hour")),
    (240, _("4 hours")),
    (1_440, _("1 day")),
]

VERB_LABELS = {
    Verb.PUBLISH: _("Publish it"),
    Verb.HIDE: _("Hide it"),
    Verb.RESTORE: _("Show it again"),
    Verb.LEAVE: _("Leave it as it is"),
}


class ReportForm(forms.Form):
    """What is wrong with a post; visitors may leave an address."""

    rule = forms.ChoiceField(
        label=_("What is wrong with this post?"), choices=Rule.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Tell us more"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only staff read this. A sentence or two helps them to decide."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Only if staff may write to you with a question. Nobody else sees it."),
    )

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("rule") == Rule.OTHER and not cleaned.get("text"):
            self.add_error("text", _("Say in a few words what is wrong."))
        return cleaned


class DecisionForm(forms.Form):
    """What a moderator decides about a post; offers only what can be done with it now."""

    verb = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    rule = forms.ChoiceField(
        label=_("Rule that was broken"),
        choices=[("", _("None")), *Rule.choices],
        required=False,
        help_text=_("Needed to hide a post. The public log shows it."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author reads this. Say what and why."),
    )
    last_seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, verbs: list[Decision.Verb], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["verb"]
        field.choices = [(verb.value, VERB_LABELS[verb]) for verb in verbs]  # type: ignore[attr-defined]  # it is a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verb") == Verb.HIDE and not cleaned.get("rule"):
            self.add_error("rule", _("Choose the rule that this post breaks."))
        return cleaned


class AppealForm(forms.Form):
    """Why an author thinks that a decision was wrong."""

    text = forms.CharField(
        label=_("Why should the post be shown?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Another member of staff reads this, not the one who decided first."),
    )


class AppealDecisionForm(forms.Form):
    """What the second moderator decides about an appeal."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Appeal.Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The author reads this."),
    )


class BarrierForm(forms.Form):
    """What kept somebody from using the site."""

    where = forms.CharField(
        label=_("Where were you?"),
        max_length=300,
        help_text=_("The address of the page, or a few words: “the page where I ask a question”."),
    )
    problem = forms.CharField(
        label=_("What happened?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What did you want to do, and what kept you from it?"),
    )
    uses = forms.CharField(
        label=_("What do you use?"),
        max_length=200,
        required=False,
        help_text=_("Such as a screen reader, a keyboard, your voice, large text, an old phone."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Only if you want an answer. We delete it once we have dealt with this."),
    )


class LockForm(forms.Form):
    """Why a thread is locked or opened again."""

    reason = forms.CharField(label=_("Reason"), max_length=150, help_text=REASON)


class PaceForm(forms.Form):
    """How long a person waits between two posts in a thread."""

    minutes = forms.TypedChoiceField(
        label=_("Wait between two posts of one person"), choices=PACES, coerce=int
    )
    reason = forms.CharField(label=_("Reason"), max_length=150, required=False, help_text=REASON)

    def __init__(self, *args: Any, thread: Thread, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].initial = thread.slow_minutes


class MoveForm(forms.Form):
    """Where a thread belongs."""

    to = forms.ModelChoiceField(Community.objects.none(), label=_("Move it to"))

    def __init__(self, *args: Any, targets: list[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Community.objects.filter(pk__in=[target.pk for target in targets])
        self.fields["to"].queryset = found.order_by("name")  # type: ignore[attr-defined]  # it is a ModelChoiceField


class PassForm(forms.Form):
    """What an ambassador tells staff of a post that they would not approve."""

    text = forms.CharField(
        label=_("What should staff look at?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only staff read this."),
    )
