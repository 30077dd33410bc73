"""What the page of search looks for: words, and what narrows them down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from accounts.folding import fold_name
from accounts.models import User
from communities.models import Community, Viewer
from discussions.listing import tags_visible_to
from discussions.models import Post
from discussions.narrowing import Narrowing
from discussions.search import HITS_PER_PAGE, find_posts
from discussions.spelling import readings_of
from discussions.terms import is_too_long, websearch_of
from discussions.views.finding import number_in

LONGEST_WORDS = 200
MOST_OF_A_NAME = 50  # people who are called the same
FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
UNKNOWN = {"invalid_choice": _("Choose one from the list.")}
REFUSALS = {"invalid": _("Write the day as in 2026-03-31 or 31/03/2026.")}


class DayField(forms.DateField):
    """A day that a calendar on the device helps with; what is no day is shown as it was typed."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, label: Any) -> None:
        bounds = [
            MinValueValidator(EARLIEST, _("Choose a day after 1900.")),
            MaxValueValidator(LATEST, _("Choose a day before the year 3000.")),
        ]
        super().__init__(
            label=label,
            required=False,
            input_formats=FORMATS,
            error_messages=REFUSALS,
            validators=bounds,
        )


class NarrowingForm(forms.Form):
    """What to leave out of a search, besides what its words leave out."""

    community = forms.CharField(
        label=_("Community"), required=False, max_length=80, help_text=_("Its name or address.")
    )
    tag = forms.CharField(label=_("Tag"), required=False, max_length=100)
    person = forms.CharField(
        label=_("Written by"), required=False, max_length=60, help_text=_("Their public name.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        error_messages=UNKNOWN,
        choices=[("", _("Both")), ("discussion", _("Discussions")), ("question", _("Questions"))],
    )
    since = DayField(_("From this day"))
    until = DayField(_("Up to this day"))
    answered = forms.ChoiceField(
        label=_("Questions answered"),
        required=False,
        error_messages=UNKNOWN,
        choices=[("", _("Either")), ("yes", _("Answered")), ("no", _("Not answered yet"))],
    )

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data, auto_id="by-%s")
        self.viewer = viewer

    def clean_community(self) -> Community | None:
        """Find a community that the reader may see."""
        typed = self.cleaned_data["community"]
        if not typed:
            return None
        named = Q(slug=typed.lower()) | Q(name__iexact=typed)
        found = Community.objects.visible_to(self.viewer).filter(named).order_by("pk").first()
        if found is None:
            refusal = _("No community that you can read is called “%(name)s”.")
            raise ValidationError(refusal, params={"name": typed})
        return found

    def clean_tag(self) -> Tag | None:
        typed = self.cleaned_data["tag"]
        if not typed:
            return None
        named = Q(slug=typed.lower()) | Q(name__iexact=typed)
        found = tags_visible_to(self.viewer).filter(named).order_by("pk").first()
        if found is None:
            raise ValidationError(_("There is no tag “%(name)s”."), params={"name": typed})
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse an end before its beginning, and show what is no day as it was typed."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day that is not before the first one."))
        for name in ("since", "until"):
            if name in self.errors:
                self.fields[name].widget.input_type = "text"
        return self.cleaned_data

    def narrowing(self) -> Narrowing | None:
        """Return what search is to leave out; None where something cannot be searched by."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        community, tag, person = given["community"], given["tag"], given["person"]
        since, until = given["since"], given["until"]
        return Narrowing(
            communities=(community.pk,) if community else (),
            tags=(tag.pk,) if tag else (),
            people=_people_called(person) if person else None,
            kind=given["kind"],
            answered=given["answered"] == "yes" if given["answered"] else None,
            since=_start_of(since) if since else None,
            before=_start_of(until + timedelta(days=1)) if until else None,
        )

    def drawn(self) -> SafeString:
        """Draw the fields."""
        return mark_safe("".join(bound.as_field_group() for bound in self))  # noqa: S308 (templates)

    def chips(self) -> list[tuple[str, str]]:
        """Name each field that narrows the search, and say how."""
        given = self.cleaned_data
        values = [(name, bound, given.get(name)) for name, bound in self.fields.items()]
        return [(name, f"{f.label}: {_in_words(f, value)}") for name, f, value in values if value]


@cache
def drawn_empty(_language: str | None) -> SafeString:
    """Draw the fields as most people get them; once in each language."""
    return NarrowingForm(None, viewer=AnonymousUser()).drawn()


@dataclass(frozen=True)
class Found:
    """A page of hits; `read_as` is what was looked for where the words found nothing.

    `has_no_words` where what was typed only says what to leave out; `is_cut` where it was too long.
    """

    hits: list[Post]
    upto: int | None = None
    has_more: bool = False
    read_as: tuple[str, ...] = ()
    has_no_words: bool = False
    is_cut: bool = False


def look_for(
    viewer: Viewer, words: str, narrowing: Narrowing, *, page: int = 1, upto: int | None = None
) -> Found:
    """Find a page of hits; where the words find nothing, what one letter may have spoilt."""
    hits = find_posts(viewer, words, page, upto=upto, narrowing=narrowing)
    readings: list[str] = []
    if page == 1 and not hits and (readings := readings_of(viewer, words)):
        hits = find_posts(viewer, " or ".join(readings), upto=upto, narrowing=narrowing)
    if upto is None and hits:
        upto = hits[0].newest  # type: ignore[attr-defined]  # an annotation
    has_more = len(hits) > HITS_PER_PAGE
    return Found(
        hits[:HITS_PER_PAGE],
        upto,
        has_more,
        read_as=tuple(readings) if hits else (),
        has_no_words=not websearch_of(words),
        is_cut=is_too_long(words),
    )


def address(parameters: dict[str, Any]) -> str:
    """Return the address of a search, without what is empty."""
    return "?" + urlencode({name: value for name, value in parameters.items() if value})


def _people_called(name: str) -> tuple[int, ...]:
    number = number_in(name)
    named = Q(pk=number) if number else Q(folded_name=fold_name(name))
    found = User.objects.with_public_page().filter(named).order_by("pk")
    return tuple(found.values_list("pk", flat=True)[:MOST_OF_A_NAME])


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _in_words(bound: forms.Field, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value)
    choices: Iterable[tuple[Any, Any]] = getattr(bound, "choices", ())
    return str(dict(choices).get(value, value))
