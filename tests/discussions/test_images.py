import struct
import tracemalloc
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from discussions.images import MAX_BYTES, redraw
from tests.factories import picture_file

PHONE = {0x0110: "Phone 9", 0x0112: 6, 0x9003: "2026:03:02 10:00:00"}
PLACE = {1: "N", 2: (54.0, 18.0, 0.0), 3: "W", 4: (2.0, 36.0, 0.0), 29: "2026:03:02"}


def png_claiming(width, height):
    """A PNG whose header promises a picture, with next to nothing in it."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b""))


def refusal_of(file):
    with pytest.raises(ValidationError) as refused:
        redraw(file)
    return " ".join(refused.value.messages)


def every_form(drawn):
    forms = (drawn.whole, drawn.thumbnail)
    return b"".join(each.data + each.webp for each in forms)


def opened(data):
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_becomes_a_jpeg_with_a_small_form(kind):
    drawn = redraw(picture_file(size=(2000, 1000), format=kind))

    whole, small = opened(drawn.whole.data), opened(drawn.thumbnail.data)
    assert (drawn.whole.width, drawn.whole.height, drawn.whole.suffix) == (1600, 800, "jpg")
    assert (whole.format, whole.size) == ("JPEG", (1600, 800))
    assert (small.format, small.size) == ("JPEG", (480, 240))


def test_small_picture_is_not_enlarged():
    drawn = redraw(picture_file(size=(64, 48)))

    assert opened(drawn.whole.data).size == opened(drawn.thumbnail.data).size == (64, 48)


def test_picture_is_turned_upright_and_tells_nothing_else():
    exif = Image.Exif()
    exif.update(PHONE)
    exif.get_ifd(0x8825).update(PLACE)
    file = picture_file(size=(400, 200), exif=exif, comment=b"Mill Lane 4", icc_profile=b"x" * 200)
    assert opened(file.getvalue()).getexif().get_ifd(0x8825)

    drawn = redraw(file)

    picture = opened(drawn.whole.data)
    assert picture.size == (200, 400)
    assert dict(picture.getexif()) == {}
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(picture.info)
    for secret in (b"Phone 9", b"2026:03:02", b"Mill Lane", b"Exif"):
        assert secret in file.getvalue()
        assert secret not in every_form(drawn)


def test_words_in_a_png_are_gone():
    file = BytesIO()
    info = Image.new("RGBA", (9, 9), (0, 0, 0, 0))
    info.info["comment"] = "x"
    info.save(file, "PNG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0", icc_profile=b"p" * 99, dpi=(72, 72))
    file.seek(0)

    drawn = redraw(file)

    assert not {"exif", "icc_profile", "dpi", "comment"} & set(opened(drawn.whole.data).info)


@pytest.mark.parametrize("claimed", [(60_000, 60_000), (10_000, 9_000), (7_000, 4_000)])
def test_bomb_in_a_png_is_refused_from_its_header(claimed):
    tracemalloc.start()

    words = refusal_of(png_claiming(*claimed))

    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert "million pixels" in words


def test_only_the_first_of_two_thousand_frames_is_read():
    frames = [Image.new("P", (50, 50), number % 250) for number in range(2000)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    file.seek(0)

    drawn = redraw(file)

    assert opened(drawn.whole.data).size == (50, 50)
    assert getattr(opened(drawn.whole.data), "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(kind):
    whole = picture_file(size=(300, 300), format=kind).getvalue()

    words = refusal_of(BytesIO(whole[: len(whole) // 2]))

    assert "damaged" in words or "no picture" in words


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"GIF89a<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBPVP8X",
        b"BM" + b"\0" * 60,
        b"II*\0" + b"\0" * 60,
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content):
    file = BytesIO(content)
    file.name = "photo.jpg"

    assert refusal_of(file).startswith("It is ")


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_pictures_of_other_kinds_are_refused(kind):
    assert "choose a JPEG" in refusal_of(picture_file(format=kind))


def test_page_hidden_in_a_picture_does_not_come_through():
    page = b"<!doctype html><script>alert(document.cookie)</script>"
    file = picture_file(comment=page)
    polyglot = BytesIO(file.getvalue() + page)

    drawn = redraw(polyglot)

    assert b"<script>" in polyglot.getvalue()
    assert b"script" not in every_form(drawn)


def test_picture_as_phones_keep_it_is_refused_with_a_way_out():
    words = refusal_of(BytesIO(b"\0\0\0\x18ftypheic" + b"\0" * 60))

    assert "HEIC" in words
    assert "JPEG" in words


def test_too_many_bytes_are_refused_without_reading_on():
    file = BytesIO(picture_file().getvalue() + b"\0" * MAX_BYTES * 2)

    assert "10 MB" in refusal_of(file)
    assert file.tell() == MAX_BYTES + 1


def test_photo_that_could_be_transparent_and_is_not_becomes_a_jpeg():
    file = BytesIO()
    opened(picture_file().getvalue()).convert("RGBA").save(file, "PNG")
    file.seek(0)

    assert redraw(file).whole.suffix == "jpg"
