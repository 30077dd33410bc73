"""What is asked of a file before anything of the picture in it is decoded."""

import struct
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_MEGABYTES = 10
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
# A JPEG is decoded at the size that is needed; the others as a whole, four bytes for each pixel,
# and those that may move two or three times over.
MAX_MEGAPIXELS = {"JPEG": 40, "MPO": 40, "PNG": 24, "WEBP": 13, "GIF": 13}
# A progressive JPEG is gone through once for each scan, however short it is. Cameras and editors
# write ten or so.
MAX_MEGAPIXELS_OF_SCANS = 500
START_OF_SCAN = b"\xff\xda"
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


def open_bounded(source: bytes) -> Image.Image:
    """Return the picture in a file, not decoded yet.

    Raise ValidationError, saying what to do, for what is too large, of another kind, or would
    take too long or too much memory to decode.
    """
    if len(source) > MAX_BYTES:
        raise ValidationError(
            _("It is larger than %(most)d MB. Please choose a smaller one.")
            % {"most": MAX_MEGABYTES}
        )
    if source[4:8] == b"ftyp" and source[8:12] in PHONES_OWN:
        raise ValidationError(
            _(
                "Your phone saved it as HEIC, which many browsers cannot show. Save or share it"
                " as JPEG, then choose that one."
            )
        )
    _check_pixels(*_size_of_webp(source), most=MAX_MEGAPIXELS["WEBP"])
    try:
        picture = Image.open(BytesIO(source), formats=["JPEG", "PNG", "WEBP", "GIF"])
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ValidationError(_too_many_pixels(max(MAX_MEGAPIXELS.values()))) from error
    except (UnidentifiedImageError, *BROKEN) as error:
        raise ValidationError(
            _("It is no picture that we can show. Please choose a JPEG, PNG, WebP or GIF.")
        ) from error
    try:
        _check_pixels(*picture.size, most=MAX_MEGAPIXELS[picture.format or ""])
        _check_scans(picture, source)
    except ValidationError:
        picture.close()
        raise
    return picture


def _size_of_webp(source: bytes) -> tuple[int, int]:
    """Read the canvas of an extended WebP, for which the library sets memory aside at once."""
    if source[:4] != b"RIFF" or source[8:16] != b"WEBPVP8X" or len(source) < 30:
        return 0, 0
    width = int.from_bytes(source[24:27], "little") + 1
    return width, int.from_bytes(source[27:30], "little") + 1


def _check_pixels(width: int, height: int, *, most: int) -> None:
    if width * height > most * 1_000_000:
        raise ValidationError(_too_many_pixels(most))


def _check_scans(picture: Image.Image, source: bytes) -> None:
    if not picture.info.get("progressive"):
        return
    scans = source.count(START_OF_SCAN)
    if scans * picture.width * picture.height > MAX_MEGAPIXELS_OF_SCANS * 1_000_000:
        raise ValidationError(
            _("It is stored in too many layers. Open it, save it again as JPEG, and choose that.")
        )


def _too_many_pixels(most: int) -> str:
    words = _("It has more than %(most)d million pixels. Please make it smaller first.")
    return words % {"most": most}
