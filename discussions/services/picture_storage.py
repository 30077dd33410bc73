"""Pictures and their files: put there within what there is room for, and taken away together."""

import logging
from collections.abc import Iterable
from functools import partial
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from discussions.images import MAX_STORED_BYTES, Redrawn, redraw
from discussions.models import Image

MEGABYTE = 1_000_000
log = logging.getLogger(__name__)


def store_picture(file: IO[bytes], *, by: User, alt: str) -> Image:
    """Render and keep a picture that stands in no post yet.

    Raise ValidationError where there is no room, where the person sent as many as they may, and
    where it cannot be shown. A try counts, however it ends; a decoder runs only after all else
    was asked.
    """
    _check_room(by, MAX_STORED_BYTES)
    spend_for(by, "picture")
    try:
        drawn = redraw(file)
        image = Image(key=uuid4(), author=by, alt=alt, byte_count=drawn.byte_count)
        image.width, image.height = drawn.whole.width, drawn.whole.height
        try:
            _write_files(image, drawn)
            _insert(image, by=by)
        except BaseException:
            _delete_files(file_names(image))
            raise
    except OSError as error:
        log.exception("A picture could not be kept")
        raise ValidationError(
            _(
                "We cannot keep pictures at the moment. Your words are kept: send them without"
                " it, or try again later."
            )
        ) from error
    return image


def stored_and_lost() -> tuple[int, int]:
    """Return how many bytes all pictures take, and of how many a file is lost."""
    counted = Image.objects.aggregate(total=Sum("byte_count"), lost=Count("missing_since"))
    return counted["total"] or 0, counted["lost"]


def file_names(image: Image) -> list[str]:
    """Return the names of all files of a picture."""
    files = (image.file, image.thumbnail, image.file_webp, image.thumbnail_webp)
    return [file.name for file in files if file.name]


@transaction.atomic
def delete_pictures(images: QuerySet[Image, Any]) -> int:
    """Delete those that stand in no post, with their files; return how many."""
    gone = list(images.filter(post=None).select_for_update(skip_locked=True))
    Image.objects.filter(pk__in=[image.pk for image in gone]).delete()
    # Files that go before their row would be missed if the row stays after all.
    for image in gone:
        transaction.on_commit(partial(_delete_files, file_names(image)))
    return len(gone)


def _check_room(by: User, byte_count: int) -> None:
    most = settings.PICTURES_MB_PER_PERSON
    if _stored(Image.objects.filter(author=by)) + byte_count > most * MEGABYTE:
        raise ValidationError(
            _(
                "Your pictures take up the %(most)d MB that one person has. Take some out of your"
                " posts, and there is room again the next day."
            )
            % {"most": most}
        )
    if _stored(Image.objects.all()) + byte_count > settings.PICTURES_MB * MEGABYTE:
        raise ValidationError(
            _("There is no room for more pictures on this site at the moment. Staff can see that.")
        )


def _stored(images: QuerySet[Image, Any]) -> int:
    return images.aggregate(total=Sum("byte_count"))["total"] or 0


def _write_files(image: Image, drawn: Redrawn) -> None:
    whole, small = drawn.whole, drawn.thumbnail
    for field, name, data in (
        (image.file, f"{image.key}.{whole.suffix}", whole.data),
        (image.thumbnail, f"{image.key}-small.{small.suffix}", small.data),
        (image.file_webp, f"{image.key}.webp", whole.webp),
        (image.thumbnail_webp, f"{image.key}-small.webp", small.webp),
    ):
        if data:
            field.save(name, ContentFile(data), save=False)


@transaction.atomic
def _insert(image: Image, *, by: User) -> None:
    # Under the lock of the person, so that two windows do not both take the last place.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    _check_room(by, image.byte_count)
    image.save(force_insert=True)


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
