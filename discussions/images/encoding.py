"""A picture as it is stored: a form that every program reads, and a smaller one for browsers."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

MAX_STORED_BYTES = 1_000_000  # of one picture, in all its forms
MAX_WHOLE_BYTES, MAX_THUMBNAIL_BYTES = 480_000, 60_000
MIN_SAVED = 0.15  # of the bytes; for less, a second form is not worth its place
# A drawing or a screen, which JPEG would smear; of more colours, where that costs no bytes
FEW_COLOURS, MAX_COLOURS = 64, 256
QUALITIES = (82, 74, 62, 48, 34)
MIN_SIDE = 64  # pixels


@dataclass(frozen=True)
class Encoded:
    """A picture in bytes; `webp` is empty where it would save too little."""

    data: bytes
    webp: bytes
    suffix: str
    width: int
    height: int


def encode(picture: Image.Image, *, most: int) -> Encoded:
    """Return an RGB picture as PNG or JPEG of at most so many bytes, and as WebP where smaller."""
    fitting, quality, data = _fitting(picture, most)
    if colours := picture.getcolors(MAX_COLOURS):
        exact = _saved(picture, "PNG", optimize=True)
        allowed = most if len(colours) <= FEW_COLOURS else min(most, len(data))
        if len(exact) <= allowed:
            webp = _if_smaller(_saved(picture, "WEBP", lossless=True, quality=60), exact)
            return Encoded(exact, webp, "png", *picture.size)
    webp = _if_smaller(_saved(fitting, "WEBP", quality=quality - 4, method=4), data)
    return Encoded(data, webp, "jpg", *fitting.size)


def _fitting(picture: Image.Image, most: int) -> tuple[Image.Image, int, bytes]:
    """Return the picture as JPEG: first with less detail, then smaller, until it fits."""
    for smaller in _ever_smaller(picture):
        for quality in QUALITIES:
            data = _saved(smaller, "JPEG", quality=quality, optimize=True, progressive=True)
            if len(data) <= most:
                return smaller, quality, data
            if len(data) > most * 4:
                break
    return smaller, quality, data


def _ever_smaller(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    while max(picture.size) > MIN_SIDE:
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))
        yield picture


def _if_smaller(data: bytes, than: bytes) -> bytes:
    return data if len(data) <= len(than) * (1 - MIN_SAVED) else b""


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
