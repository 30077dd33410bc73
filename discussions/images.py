"""From a picture that somebody chose to one that the site has drawn anew.

What comes out has the picture alone: no place, no date, no camera, nothing that a program runs.
"""

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
# A JPEG is decoded at the size that is needed; the others as a whole, four bytes for each pixel.
MOST_MEGAPIXELS = {"JPEG": 40, "MPO": 40, "PNG": 24, "WEBP": 24, "GIF": 24}
LONGEST_SIDE, LONGEST_OF_THUMBNAIL = 1600, 480  # pixels
FEW_COLOURS = 64  # a drawing or a screen, which JPEG would smear
PHONES_OWN = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
# What decoders say of a file that is broken or made to break them.
BROKEN = (
    EOFError,
    IndexError,
    MemoryError,
    OSError,
    OverflowError,
    struct.error,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
)


@dataclass(frozen=True)
class Redrawn:
    """A picture and its small form, of the kind that the suffix names; width and height of both."""

    data: bytes
    small: bytes
    width: int
    height: int
    suffix: str


def redraw(file: IO[bytes]) -> Redrawn:
    """Draw a picture anew, upright and no larger than a page needs.

    Raises ValidationError, saying what to do, for what is too large, broken or of another kind.
    """
    source = file.read(MOST_BYTES + 1)
    if len(source) > MOST_BYTES:
        raise ValidationError(
            _("It is larger than %(most)d MB. Please choose a smaller one.")
            % {"most": MOST_MEGABYTES}
        )
    if source[4:8] == b"ftyp" and source[8:12] in PHONES_OWN:
        raise ValidationError(
            _(
                "Your phone saved it as HEIC, which many browsers cannot show. Save or share it"
                " as JPEG, then choose that one."
            )
        )
    with _opened(source) as picture:
        try:
            return _drawn(picture)
        except BROKEN as error:
            raise ValidationError(
                _("It is damaged or not complete. Open it, save it again, and choose that one.")
            ) from error


def _opened(source: bytes) -> Image.Image:
    """Read what the file says of itself, and nothing of the picture yet."""
    try:
        picture = Image.open(BytesIO(source), formats=["JPEG", "PNG", "WEBP", "GIF"])
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ValidationError(_too_many_pixels(max(MOST_MEGAPIXELS.values()))) from error
    except (UnidentifiedImageError, *BROKEN) as error:
        raise ValidationError(
            _("It is no picture that we can show. Please choose a JPEG, PNG, WebP or GIF.")
        ) from error
    most = MOST_MEGAPIXELS[picture.format or ""]
    if picture.width * picture.height > most * 1_000_000:
        picture.close()
        raise ValidationError(_too_many_pixels(most))
    return picture


def _too_many_pixels(most: int) -> str:
    words = _("It has more than %(most)d million pixels. Please make it smaller first.")
    return words % {"most": most}


def _drawn(picture: Image.Image) -> Redrawn:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(picture)
    colours = _with_transparency(upright) or upright.convert("RGB")
    is_drawing = colours.mode == "RGBA" or colours.getcolors(FEW_COLOURS) is not None
    # Only the pixels go on: what else the file said stays with the original.
    colours.info.clear()
    small = colours.copy()
    small.thumbnail((LONGEST_OF_THUMBNAIL, LONGEST_OF_THUMBNAIL))
    suffix = "png" if is_drawing else "jpg"
    return Redrawn(_saved(colours, suffix), _saved(small, suffix), *colours.size, suffix)


def _with_transparency(picture: Image.Image) -> Image.Image | None:
    if not picture.has_transparency_data:
        return None
    colours = picture.convert("RGBA")
    return colours if colours.getchannel("A").getextrema()[0] != 255 else None


def _saved(picture: Image.Image, suffix: str) -> bytes:
    file = BytesIO()
    if suffix == "png":
        picture.save(file, "PNG", optimize=True)
    else:
        picture.save(file, "JPEG", quality=82, optimize=True, progressive=True)
    return file.getvalue()
