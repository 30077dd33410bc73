from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.markup import LONGEST_TEXT
from councillors.models import Body, Capacity, Councillor
from discussions.forms import PostForm
from questions.models import Question
from questions.services import WAITING, Addressee

LONGEST_REASONS = 5000
SHORTEST_ANSWER = 40
DAYS_JOINED_WITH_ANSWERED = 90


class AskForm(forms.Form):
    """A question, its reasons, and to whom it goes."""

    title = forms.CharField(
        label=_("Your question"),
        max_length=150,
        help_text=_("One question, in one sentence. Name the street or the place if there is one."),
    )
    text = forms.CharField(
        label=_("Why do you ask?"),
        max_length=LONGEST_REASONS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "What happened, and what would help? Leave out names, addresses and telephone numbers:"
            " everybody can read this once it opens."
        ),
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, seats: list[Councillor], colleagues: dict[int, int], **kwargs: Any
    ) -> None:
        """Offer the seats of a person, and each ward that has more councillors than them."""
        super().__init__(*args, **kwargs)
        self.addressees = {f"seat-{seat.pk}": Addressee(seat) for seat in seats}
        wards = [seat for seat in seats if colleagues.get(seat.pk, 0) > 1]
        self.addressees |= {f"ward-{seat.pk}": Addressee(seat, True) for seat in wards}
        self.described = {
            key: _describe(to, colleagues.get(to.seat.pk, 0)) for key, to in self.addressees.items()
        }
        self.fields["to"] = forms.ChoiceField(
            label=_("Who should answer?"),
            widget=forms.RadioSelect,
            choices=list(self.described.items()),
            initial=next(iter(self.addressees)),
        )
        self.order_fields(["to"])
        self.fields["submit_key"].initial = uuid4

    def clean_to(self) -> Addressee:
        return self.addressees[self.cleaned_data["to"]]


class AnswerForm(PostForm):
    """The answer that settles a question, in the capacity that it was put to."""

    asks_capacity = False

    body = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Say what will happen, by when, and who sees to it. “Not at present, because …” is an"
            " answer too."
        ),
    )

    def __init__(self, *args: Any, capacity: Capacity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="answer_%s", **kwargs)
        self.capacity = capacity
        self.fields["submit_key"].required = True

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "capacity": self.capacity}

    def clean_body(self) -> str:
        body = super().clean_body()
        if len(" ".join(body.split())) < SHORTEST_ANSWER:
            raise ValidationError(
                _(
                    "This is very short for an answer. Please add a sentence or two: what will"
                    " happen, by when, or why not. If you do not know yet, press “I have seen"
                    " this” and answer later."
                )
            )
        return body


class DecisionForm(forms.Form):
    """What staff decide about one question; pressing the button says enough."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question


class CloseForm(DecisionForm):
    reason = forms.CharField(
        label=_("Why it is closed"),
        max_length=300,
        help_text=_("Whoever asked reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 30}),
    )


class MergeForm(DecisionForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lately = timezone.now() - timedelta(days=DAYS_JOINED_WITH_ANSWERED)
        others = Question.objects.filter(body=self.question.body).exclude(pk=self.question.pk)
        answered = Q(state=Question.State.ANSWERED, answered_at__gte=lately)
        self.fields["into"] = forms.ModelChoiceField(
            others.filter(Q(state__in=WAITING) | answered).order_by("-pk"),
            label=_("Join it with"),
            help_text=_("Questions to the same body that wait for an answer, or got one lately."),
        )


class ReferForm(DecisionForm):
    to = forms.ModelChoiceField(label=_("Pass it on to"), queryset=Body.objects.all())


def _describe(to: Addressee, holders: int) -> str:
    seat = to.seat
    if to.is_whole_ward:
        words = gettext("All councillors for %(ward)s, %(holders)d people (%(body)s)")
        return words % {"ward": seat.area, "body": seat.body, "holders": holders}
    return gettext("%(name)s, %(role)s for %(place)s (%(body)s)") % {
        "name": seat.person,
        "role": seat.role,
        "place": seat.area or seat.area_name or seat.body,
        "body": seat.body,
    }
