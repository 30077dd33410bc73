"""From a picture that somebody chose to one that the site has rendered again.

What comes out has the picture alone: no place, no date, no camera, nothing that a program runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from discussions.images.bounds import BROKEN, MAX_BYTES, MAX_MEGABYTES, open_bounded
from discussions.images.colours import expand, flatten, scale_transparent_colour, to_srgb
from discussions.images.encoding import (
    MAX_STORED_BYTES,
    MAX_THUMBNAIL_BYTES,
    MAX_WHOLE_BYTES,
    Encoded,
    encode,
)

__all__ = [
    "MAX_BYTES",
    "MAX_MEGABYTES",
    "MAX_STORED_BYTES",
    "MAX_THUMBNAIL_SIDE",
    "Redrawn",
    "redraw",
]

MAX_SIDE, MAX_THUMBNAIL_SIDE = 1600, 480  # pixels
# Of the threads of a worker one decodes and one waits, so that the others answer pages meanwhile,
# and no more memory is taken than for one picture.
MAX_COMERS = 2
MAX_WAIT = 5.0  # seconds
DEPTH_OF_PNG = 24  # the byte of the file that says how many bits a sample has
_comers, _place = BoundedSemaphore(MAX_COMERS), Lock()


@dataclass(frozen=True)
class Redrawn:
    """A picture and its thumbnail, as they are stored."""

    whole: Encoded
    thumbnail: Encoded

    @property
    def byte_count(self) -> int:
        return sum(len(each.data) + len(each.webp) for each in (self.whole, self.thumbnail))


def redraw(file: IO[bytes]) -> Redrawn:
    """Render a picture again, upright and no larger than a page needs.

    Raise ValidationError, saying what to do, for what is too large, broken or of another kind,
    and where too many pictures are being decoded already.
    """
    source = file.read(MAX_BYTES + 1)
    with open_bounded(source) as picture, _turn():
        try:
            if picture.format == "PNG":
                scale_transparent_colour(picture, source[DEPTH_OF_PNG])
            return _rendered(picture)
        except BROKEN as error:
            raise ValidationError(
                _("It is damaged or not complete. Open it, save it again, and choose that one.")
            ) from error


@contextmanager
def _turn() -> Iterator[None]:
    busy = _("Many people are sending pictures just now. Please choose it again in a minute.")
    if not _comers.acquire(blocking=False):
        raise ValidationError(busy)
    try:
        if not _place.acquire(timeout=MAX_WAIT):
            raise ValidationError(busy)
        try:
            yield
        finally:
            _place.release()
    finally:
        _comers.release()


def _rendered(picture: Image.Image) -> Redrawn:
    width, height = _fitting(picture, MAX_SIDE)
    # A JPEG is decoded at twice the size that is needed, so that what is left to do is smooth.
    picture.draft(None, (width * 2, height * 2))
    picture.load()
    shrunk = _shrunk(expand(picture), MAX_SIDE)
    shown = flatten(to_srgb(_upright(shrunk), picture.info))
    # Only the pixels go on: what else the file said stays with the original.
    shown.info.clear()
    whole = encode(shown, most=MAX_WHOLE_BYTES)
    thumbnail = encode(_shrunk(shown, MAX_THUMBNAIL_SIDE), most=MAX_THUMBNAIL_BYTES)
    return Redrawn(whole, thumbnail)


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    size = _fitting(picture, side)
    # What shows through keeps its own colours at the edges: the library weighs them by it.
    return picture if size == picture.size else picture.resize(size, reducing_gap=2.0)


def _fitting(picture: Image.Image, side: int) -> tuple[int, int]:
    scale = min(1, side / max(picture.size))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN:
        # Notes that cannot be read say nothing of which side is up, and harm no pixel.
        return picture
