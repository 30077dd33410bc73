import re
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.addresses import static_of
from accounts.models import User
from communities.markup import LONGEST_TEXT, why_too_busy
from councillors.models import Capacity
from discussions.models import Post
from discussions.picture_fields import PicturesField
from discussions.reading import capacities_of
from discussions.services import UnclearName
from discussions.trays import Tray

MOST_TAGS = 5
LONGEST_OUTCOME = 2_000  # characters
STAND_IN = UUID(int=0)
# Fields of a reply without words, by their language and the address of their script.
untouched: dict[tuple[str | None, str], SafeString] = {}


PK = re.compile(r"\d{1,18}")


def _in_words(person: User) -> str:
    """Return the name of a person and what tells them from others of that name."""
    month = date_format(timezone.localtime(person.date_joined), "F Y")
    words = _("%(name)s, here since %(month)s") % {"name": person.public_name, "month": month}
    if getattr(person, "is_here", False):
        words = " · ".join([words, str(_("wrote in this thread"))])
    return words


class PostForm(forms.Form):
    """The words of a post, and in which capacity its author speaks."""

    body = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Leave an empty line between paragraphs. *Stars* make words stand out."),
    )
    pictures = PicturesField()
    asks_capacity = True
    submit_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, author: User, pictures: Tray | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tray = pictures or Tray()
        self.fields["pictures"].show(self.tray)  # type: ignore[attr-defined]  # a PicturesField
        self.fields["submit_key"].initial = uuid4
        for name in self.meant:  # said before: it goes with the words whatever else is wrong
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.asks_capacity and capacities_of(author, user=author.pk, day=timezone.localdate()):
            capacities = Capacity.objects.for_user(author)
            as_resident = _("%(name)s, resident") % {"name": author.public_name}
            self.fields["capacity"] = forms.ModelChoiceField(
                capacities, label=_("You write as"), required=False, empty_label=as_resident
            )

    @property
    def meant(self) -> dict[str, int]:
        """What was said of unclear names: whose they are, by the name of the field."""
        said = {name: self.data.get(name, "") for name in self.data if name.startswith("meant-")}
        return {name: int(pk) for name, pk in said.items() if PK.fullmatch(pk)}

    def ask_whom(self, unclear: list[UnclearName]) -> None:
        """Ask whose each name is, beside the words."""
        for one in unclear:
            people = [(person.pk, _in_words(person)) for person in one.people]
            self.fields[one.field] = forms.ChoiceField(
                label=_("Whom do you mean by “@%(name)s”?") % {"name": one.text},
                required=False,
                widget=forms.RadioSelect,
                choices=[*people, (0, _("Nobody: tell no one"))],
            )
            words = _("“@%(name)s” could be more than one person. Say whom you mean.")
            self.add_error(one.field, words % {"name": one.text})

    def drawn(self) -> SafeString:
        """Draw the fields; those that most people get once in each language, but for their key."""
        is_begun = self.is_bound or self.initial.get("body") or self.tray.images
        if type(self) is not PostForm or is_begun or "capacity" in self.fields:
            return self.render()
        key = get_language(), static_of("js/pictures.js")
        if key not in untouched:
            self.fields["submit_key"].initial = STAND_IN
            untouched[key] = self.render()
        return SafeString(untouched[key].replace(str(STAND_IN), str(uuid4())))

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if reason := why_too_busy(body):
            raise ValidationError(reason)
        return body


class EditForm(PostForm):
    """Other words for a post, of an edition, and where it is the first, another title."""

    title = forms.CharField(label=_("Title"), max_length=150)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)

    def __init__(self, *args: Any, post: Post, has_title: bool, **kwargs: Any) -> None:
        initial = {"body": post.body, "title": post.thread.title, "edition": post.edition}
        initial |= kwargs.pop("initial", None) or {}
        super().__init__(*args, author=post.author, initial=initial, **kwargs)
        self.fields.pop("capacity", None)
        del self.fields["submit_key"]
        if not has_title:
            del self.fields["title"]
        self.order_fields(["title", "body", "pictures"])


class TagsForm(forms.Form):
    """Tags to pick from, and new ones where a person may make them."""

    new_tags = forms.CharField(
        label=_("New tags"), max_length=120, required=False, help_text=_("Separated by commas.")
    )

    def __init__(self, *args: Any, offered: list[str], makes_tags: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered:
            self.fields["tags"] = forms.MultipleChoiceField(
                label=_("Tags"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(name, name) for name in offered],
            )
        if not makes_tags:
            del self.fields["new_tags"]
        self.order_fields(["title", "body", "pictures", "tags", "new_tags", "capacity"])

    def clean_new_tags(self) -> list[str]:
        names = [
            " ".join(name.split()).lower() for name in self.cleaned_data["new_tags"].split(",")
        ]
        if any(len(name) > 40 for name in names):
            raise ValidationError(_("A tag has at most 40 letters."))
        if any(name and not any(map(str.isalnum, name)) for name in names):
            raise ValidationError(_("A tag has at least one letter or number."))
        return [name for name in names if name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["all_tags"] = [*cleaned.get("tags", []), *cleaned.get("new_tags", [])]
        if len(cleaned["all_tags"]) > MOST_TAGS:
            raise ValidationError(_("A thread has at most %(most)d tags.") % {"most": MOST_TAGS})
        return cleaned


class NoteForm(forms.Form):
    """A note for oneself beside a post that one keeps."""

    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("For yourself: nobody else sees it. You can leave it empty."),
    )


class ThreadForm(TagsForm, PostForm):
    title = forms.CharField(
        label=_("Title"),
        max_length=150,
        help_text=_("What is it about? Name the street or the place if there is one."),
    )


class OutcomeForm(PostForm):
    """What came of a thread, and of when the note is that it stands in for."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["submit_key"]
        body = self.fields["body"] = forms.CharField(
            label=_("What happened?"),
            max_length=LONGEST_OUTCOME,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_(
                "A few sentences that stand above the thread, with your name and the day. "
                "Say what was done, by whom and when."
            ),
        )
        body.initial = self.initial.get("body", "")
