"""The only writers of pictures: kept while somebody writes, put into a post, thrown away."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from html import escape, unescape
from typing import IO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from discussions.images import MAX_THUMBNAIL_SIDE
from discussions.models import Draft, Image, Post
from discussions.services.picture_storage import delete_pictures, store_picture
from discussions.trays import MOST_LETTERS, MOST_PICTURES, Tray

KEPT_LOOSE = timedelta(days=1)
FIGURE = (
    '<figure class="picture"><a href="{address}"><img src="{small}" width="{width}"'
    ' height="{height}" alt="{alt}" loading="lazy"></a></figure>\n'
)
WORDS_OF_FIGURE = re.compile(r'<img src="[^"]*" width="\d+" height="\d+" alt="([^"]*)"')


def fill_tray(
    *,
    by: User,
    files: Sequence[tuple[str, IO[bytes], str]],
    keys: Iterable[UUID] = (),
    words: dict[UUID, str] | None = None,
    left_out: Iterable[UUID] = (),
    post: Post | None = None,
    why_none: str = "",
) -> Tray:
    """Keep the files that somebody chose beside what they are writing, and find earlier ones.

    Each file is its name, itself, and the words for it. `keys` are pictures of theirs that stand
    in no post, or in the one that they reword; others are passed over. With `why_none` no file is
    opened: that is what is said of each.
    """
    words, dropped = words or {}, set(left_out)
    loose = Image.objects.filter(Q(post=None) | Q(post=post) if post else Q(post=None), author=by)
    found = loose.in_bulk(list(keys))
    tray = Tray()
    for key in dict.fromkeys(keys):
        if image := found.get(key):
            image.alt = _words_for_it(words.get(key, ""))
            (tray.left_out if key in dropped else tray.images).append(image)
    # A file that is broken takes a place too, or there would be no end to what is opened.
    places = max(0, MOST_PICTURES - len(tray.images)) if not why_none else 0
    for name, file, alt in files[:places]:
        try:
            tray.images.append(store_picture(file, by=by, alt=_words_for_it(alt)))
        except ValidationError as error:
            tray.refused.append(_left_out([name], " ".join(error.messages)))
    if rest := [name for name, _file, _alt in files[places:]]:
        too_many = _("A post has at most %(most)d pictures.") % {"most": MOST_PICTURES}
        tray.refused.append(_left_out(rest, why_none or too_many))
    return tray


def take_up_pictures(draft: Draft, *, by: User, post: Post | None = None) -> Tray:
    """Find the pictures that lay beside a draft, with the words that were typed for them."""
    loose = Image.objects.filter(Q(post=None) | Q(post=post) if post else Q(post=None), author=by)
    keys = draft.pictures or []
    found = loose.in_bulk(keys) if keys else {}
    tray = Tray()
    for key, words in zip(keys, draft.picture_words, strict=False):
        if image := found.get(key):
            image.alt = words
            tray.images.append(image)
    return tray


def _left_out(names: Sequence[str], why: str) -> str:
    first, others = names[0][:80], len(names) - 1
    words = _("“%(name)s” is left out.")
    if others:
        words = ngettext(
            "“%(name)s” and %(count)d other file are left out.",
            "“%(name)s” and %(count)d other files are left out.",
            others,
        )
    return f"{words % {'name': first, 'count': others}} {why}"


def _words_for_it(typed: str) -> str:
    # What a form holds may have a NUL or half a letter, which no database text has.
    plain = typed.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return " ".join(plain.split())[:MOST_LETTERS].strip()


def figures(images: Iterable[Image]) -> str:
    """Draw pictures as they are stored with the text of a post."""
    return "".join(map(_figure, images))


def words_of_figures(html: str) -> list[str]:
    """Return what is said of each picture that is stored with a text."""
    return [unescape(words) for words in WORDS_OF_FIGURE.findall(html)]


def _figure(image: Image) -> str:
    longest = max(image.width, image.height)
    scale = min(1, MAX_THUMBNAIL_SIDE / longest)
    return FIGURE.format(
        address=reverse("image", args=[image.pk]),
        small=reverse("image-small", args=[image.pk]),
        width=max(1, round(image.width * scale)),
        height=max(1, round(image.height * scale)),
        alt=escape(image.alt),
    )


def place_pictures(post: Post, images: Sequence[Image]) -> None:
    """Put pictures into a post, in this order, and take out all others.

    Call it inside a transaction. Raises ValidationError where one is gone or has no words.
    """
    loose = Image.objects.filter(Q(post=None) | Q(post=post), author=post.author_id)
    keys = [image.pk for image in images]
    if len(loose.select_for_update().filter(pk__in=keys)) < len(keys):
        raise ValidationError(_("A picture is no longer there. Please choose it again."))
    if len(keys) > MOST_PICTURES or not all(image.alt for image in images):
        raise ValidationError(_("Say of each picture what it shows."))
    Image.objects.filter(post=post).exclude(pk__in=keys).update(post=None)
    for position, image in enumerate(images):
        Image.objects.filter(pk=image.pk).update(post=post, position=position, alt=image.alt)


def delete_loose_pictures(*, older_than: timedelta = KEPT_LOOSE) -> int:
    """Delete the pictures that were put into no post and lie in no draft; returns how many."""
    drafts = Draft.objects.filter(user=OuterRef("author"), pictures__contains=[OuterRef("key")])
    old = Image.objects.filter(created_at__lt=timezone.now() - older_than)
    return delete_pictures(old.exclude(Exists(drafts)))


def forget_pictures(user: User) -> int:
    """Delete the pictures of a person that stand in no post; returns how many."""
    return delete_pictures(Image.objects.filter(author=user))
