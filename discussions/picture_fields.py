"""The field for pictures: some files, and words for each of them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import static_of
from discussions.images import MAX_MEGABYTES
from discussions.models import Image
from discussions.trays import MOST_LETTERS, MOST_PICTURES, Tray

ITEM = """<li>
<img src="{small}" alt="" width="{width}" height="{height}">
<div>
<input type="hidden" name="picture" value="{key}">
<label for="words-{key}">{says}</label>
<input type="text" name="words-{key}" id="words-{key}" value="{words}" maxlength="{most}"{wrong}>
<div class="check"><input type="checkbox" name="leave-{key}" id="leave-{key}"{left_out}><label for="leave-{key}">{leave}</label></div>
</div>
</li>
"""  # noqa: E501
WRONG = ' aria-invalid="true" aria-describedby="{}"'


class PicturesInput(forms.FileInput):
    """A button that takes several pictures, and below it those that are there already."""

    allow_multiple_selected = True
    tray = Tray()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Tray:
        return self.tray

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        asks = {
            "accept": "image/*",
            "multiple": True,
            "data-asks": _("What does “{name}” show?"),
            "data-most": MOST_LETTERS,
        }
        button = super().render(name, value, {**(attrs or {}), **asks}, renderer)
        items = [*self.tray.images, *self.tray.left_out]
        is_sent = bool(attrs and attrs.get("aria-invalid"))
        errors = f"{(attrs or {}).get('id', name)}_error" if is_sent else ""
        drawn = format_html_join("", "{}", ((self._item(image, errors),) for image in items))
        kept = format_html('<ul class="tray">{}</ul>', drawn) if items else ""
        script = format_html(
            '<script type="module" src="{}"></script>', static_of("js/pictures.js")
        )
        return format_html("{}{}{}", button, kept, script)

    def _item(self, image: Image, errors: str) -> SafeString:
        is_wrong = errors and not image.alt and image not in self.tray.left_out
        return format_html(
            ITEM,
            small=reverse("image-small", args=[image.pk]),
            width=min(image.width, 120),
            height=max(1, round(image.height * min(1, 120 / image.width))),
            key=image.pk,
            says=_("What does this picture show?"),
            words=image.alt,
            most=MOST_LETTERS,
            wrong=format_html(WRONG, errors) if is_wrong else "",
            left_out=SafeString(" checked") if image in self.tray.left_out else "",
            leave=_("Leave this picture out"),
        )


class PicturesField(forms.Field):
    """Cleans to the pictures of a tray; refuses those without words."""

    widget = PicturesInput

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Pictures"),
            required=False,
            help_text=lazy(_describe, str)(),
        )

    def show(self, tray: Tray) -> None:
        self.tray = self.widget.tray = tray

    def clean(self, value: Tray) -> list[Image]:
        wrong = list(value.refused)
        if value.without_words:
            wrong.append(_("Say what the picture shows, for those who cannot see it."))
        if len(value.images) > MOST_PICTURES:
            wrong.append(_("A post has at most %(most)d pictures.") % {"most": MOST_PICTURES})
        if wrong:
            raise ValidationError(wrong)
        return value.images


def _describe() -> str:
    return _(
        "At most %(count)d, each up to %(size)d MB. We take out where and when they were taken."
        " You will be asked what each one shows."
    ) % {"count": MOST_PICTURES, "size": MAX_MEGABYTES}
