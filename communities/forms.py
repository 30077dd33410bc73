"""What people type about communities: joining one, its links, proposing one."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.folding import plain, validate_signs
from accounts.names import Verdict, judge_name, protected_names
from communities.models import Area, Community, Membership, normalize_postcode
from communities.services import FEWEST_LINKS

MOST_LINKS = 12
LONGEST_TITLE, LONGEST_ADDRESS = 120, 300


def put_into_sent(form: forms.Form, **values: object) -> None:
    """Change what somebody sent in a form, so that they can look at it and send it again."""
    data: Any = form.data
    data = data.copy()
    for name, value in values.items():
        data[name] = str(value)
    form.data = data


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


class RulesReadForm(forms.Form):
    """Which version of the rules somebody was shown and has read."""

    version = forms.IntegerField(min_value=1)


class LinksField(forms.CharField):
    """Local links, one a line: the address, and what it is called."""

    widget = forms.Textarea(attrs={"rows": 5})
    is_address = URLValidator(schemes=["http", "https"])

    def __init__(self, *, fewest: int = 0, **kwargs: Any) -> None:
        self.fewest = fewest
        super().__init__(max_length=5_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{url} {title}" for title, url in value)
        return value

    def to_python(self, value: Any) -> Any:
        lines = [line.split() for line in (super().to_python(value) or "").splitlines()]
        return [self._link(words) for words in lines if words]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) < self.fewest:
            raise ValidationError(
                gettext("Give at least %(fewest)d links, each on a line of its own.")
                % {"fewest": self.fewest}
            )
        if len(value) > MOST_LINKS:
            raise ValidationError(gettext("Give at most %(most)d links.") % {"most": MOST_LINKS})

    def run_validators(self, value: Any) -> None:
        """Leave out those that count letters: the value is a list by now."""

    def _link(self, words: list[str]) -> tuple[str, str]:
        url = next((word for word in words if "://" in word), "")
        title = " ".join(word for word in words if word != url)
        try:
            self.is_address(url)
        except ValidationError:
            raise ValidationError(
                gettext(
                    "This line has no web address that begins with https:// or http://: %(line)s"
                )
                % {"line": " ".join(words)[:80]}
            ) from None
        title = title or urlsplit(url).netloc
        if len(title) > LONGEST_TITLE or len(url) > LONGEST_ADDRESS:
            raise ValidationError(
                gettext("This line is too long: %(line)s") % {"line": " ".join(words)[:80]}
            )
        return title, url


class DescriptionForm(forms.Form):
    """What a community says of itself, and how many posts a day are enough."""

    description = forms.CharField(
        label=_("Description"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences at the top of its page."),
    )
    posts_per_day = forms.IntegerField(
        label=_("Posts a day"),
        required=False,
        min_value=1,
        max_value=200,
        help_text=_("How many posts one person may write here in a day. Empty is no limit."),
    )


class RulesForm(forms.Form):
    rules = forms.CharField(
        label=_("Rules"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Short and kind. Members are shown a new text."),
    )


class LinksForm(forms.Form):
    links = LinksField(
        label=_("Local links"),
        fewest=FEWEST_LINKS,
        help_text=_("One a line: the address, then what it is called. At least three stay."),
    )


class ProposalForm(forms.Form):
    """A community that a resident would like to have."""

    name = forms.CharField(label=_("Name"), max_length=80)
    where = forms.CharField(
        label=_("Postcode, or name of the place"),
        max_length=120,
        required=False,
        help_text=_("Leave it empty for a community of an interest, such as cycling."),
    )
    description = forms.CharField(
        label=_("What is it for?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences that would stand at the top of its page."),
    )
    reasons = forms.CharField(
        label=_("Why is it needed?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Staff read this: who would come, and what they would talk about."),
    )
    links = LinksField(
        label=_("Local links"),
        required=False,
        help_text=_(
            "What is there already: one a line, the address, then what it is called. "
            "A community opens with at least three; staff can help to find them."
        ),
    )

    def clean_name(self) -> str:
        name = " ".join(plain(self.cleaned_data["name"]).split())
        validate_signs(name)
        if judge_name(name, protected_names(None), is_person=False) != Verdict.FREE:
            raise ValidationError(
                _("This is the name of a council or of somebody in office. Choose another.")
            )
        return name

    def clean_where(self) -> Area | None:
        typed = " ".join(self.cleaned_data["where"].split())
        return _place_called(typed) if typed else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["area"] = cleaned.pop("where", None)
        links = cleaned.get("links") or []
        cleaned["links"] = "\n".join(f"{url} {title}" for title, url in links)
        return cleaned


class OpenForm(forms.Form):
    """What staff open a proposed community with."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.SlugField(
        label=_("Address"), max_length=80, help_text=_("The last part of its web address.")
    )
    description = forms.CharField(
        label=_("Description"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    rules = forms.CharField(
        label=_("Rules"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    links = LinksField(
        label=_("Local links"),
        fewest=FEWEST_LINKS,
        help_text=_("One a line: the address, then what it is called. At least three."),
    )
    visibility = forms.ChoiceField(
        label=_("Who can read"),
        choices=Community.Visibility.choices,
        initial=Community.Visibility.PUBLIC,
    )
    hold_first_posts = forms.BooleanField(label=_("Hold first posts"), required=False)
    makes_ambassador = forms.BooleanField(
        label=_("Make the proposer its ambassador"), required=False
    )


class DeclineForm(forms.Form):
    """Why a community is not opened."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The proposer reads this. Say why, and what they could do instead."),
    )


def _place_called(typed: str) -> Area:
    """Find the one place that a postcode lies in, or that is called so."""
    wards = Area.objects.wards_of([normalize_postcode(typed)], timezone.localdate())
    places = list(wards.for_page()[:2])
    if not places:
        named = (
            Area.objects.current()
            .for_page()
            .filter(Q(name__iexact=typed) | Q(name_cy__iexact=typed))
        )
        places = list(named.order_by("pk")[:2])
    if len(places) > 1:
        raise ValidationError(
            gettext("There are several places there. Write the name of one, or its postcode.")
        )
    if not places:
        raise ValidationError(
            gettext("We know no place of this name or postcode. Leave it empty if you are unsure.")
        )
    return places[0]
