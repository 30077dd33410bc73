"""The only writers of pictures: kept while somebody writes, put into a post, thrown away."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from html import escape, unescape
from typing import IO, Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from discussions.images import LONGEST_OF_THUMBNAIL, redraw
from discussions.models import Draft, Image, Post
from discussions.trays import MOST_LETTERS, MOST_PICTURES, Tray

MOST_IN_A_DAY = 40
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
) -> Tray:
    """Keep the files that somebody chose beside what they are writing, and find earlier ones.

    Each file is its name, itself, and the words for it. `keys` are pictures of theirs that stand
    in no post, or in the one that they reword; others are passed over.
    """
    words, dropped = words or {}, set(left_out)
    loose = Image.objects.filter(Q(post=None) | Q(post=post) if post else Q(post=None), author=by)
    found = loose.in_bulk(list(keys))
    tray = Tray()
    for key in dict.fromkeys(keys):
        if image := found.get(key):
            image.alt = _words_for_it(words.get(key, ""))
            (tray.left_out if key in dropped else tray.images).append(image)
    for name, file, alt in files:
        try:
            tray.images.append(_kept(file, alt, by=by, already=len(tray.images)))
        except ValidationError as error:
            named = _("“%(name)s” is left out.") % {"name": name[:80]}
            tray.refused.append(f"{named} {' '.join(error.messages)}")
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


def _kept(file: IO[bytes], alt: str, *, by: User, already: int) -> Image:
    if already >= MOST_PICTURES:
        raise ValidationError(_("A post has at most %(most)d pictures.") % {"most": MOST_PICTURES})
    lately = timezone.now() - timedelta(days=1)
    if Image.objects.filter(author=by, created_at__gt=lately).count() >= MOST_IN_A_DAY:
        words = _("You can add %(most)d pictures in a day. Please wait until tomorrow.")
        raise ValidationError(words % {"most": MOST_IN_A_DAY})
    drawn = redraw(file)
    image = Image(key=uuid4(), author=by, alt=_words_for_it(alt), byte_count=len(drawn.data))
    image.width, image.height = drawn.width, drawn.height
    image.file.save(f"{image.key}.{drawn.suffix}", ContentFile(drawn.data), save=False)
    image.thumbnail.save(f"{image.key}-small.{drawn.suffix}", ContentFile(drawn.small), save=False)
    image.save(force_insert=True)
    return image


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
    scale = min(1, LONGEST_OF_THUMBNAIL / longest)
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
    return _delete(old.exclude(Exists(drafts)))


def forget_pictures(user: User) -> int:
    """Delete the pictures of a person that stand in no post; returns how many."""
    return _delete(Image.objects.filter(author=user))


@transaction.atomic
def _delete(images: QuerySet[Image, Any]) -> int:
    gone = list(images.filter(post=None).select_for_update(skip_locked=True))
    Image.objects.filter(pk__in=[image.pk for image in gone]).delete()
    for image in gone:
        for file in (image.file.name, image.thumbnail.name):
            # A file that goes before its row would be missed if the row stays after all.
            transaction.on_commit(partial(default_storage.delete, file))
    return len(gone)
