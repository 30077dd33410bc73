"""Every way of storing colours is shown as its sender saw it."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageDraw

from discussions.images import redraw
from discussions.images.colours import expand, to_srgb

ORANGE, GREY = (200, 100, 50), (200, 200, 200)
SRGB = ImageCms.createProfile("sRGB")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *, colour_type, depth, rows, before=b""):
    """A PNG as other programs write it, with samples that the library cannot write."""

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + header + before + body + chunk(b"IEND", b""))


def transparent(data):
    return chunk(b"tRNS", data)


def stored(picture, kind="PNG", **save):
    file = BytesIO()
    picture.save(file, kind, **save)
    file.seek(0)
    return file


def seen(file, form="data"):
    """Return what everybody sees of a file that somebody sends."""
    drawn = redraw(file)
    return Image.open(BytesIO(getattr(drawn.whole, form))).convert("RGB")


def assert_near(found, wanted, by=3):
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= by, (found, wanted)


IN_MEMORY = {
    "1": (255, (255, 255, 255)),
    "L": (200, GREY),
    "LA": ((200, 255), GREY),
    "La": ((200, 255), GREY),
    "RGB": (ORANGE, ORANGE),
    "RGBA": ((*ORANGE, 255), ORANGE),
    "RGBa": ((*ORANGE, 255), ORANGE),
    "RGBX": ((*ORANGE, 0), ORANGE),
    "CMYK": ((55, 155, 205, 0), ORANGE),
    "YCbCr": ((124, 86, 182), ORANGE),
    "HSV": ((14, 191, 200), ORANGE),
    "LAB": ((137, 166, 173), (201, 99, 50)),
    "I": (51_400, GREY),
    "I;16": (51_400, GREY),
    "I;16L": (51_400, GREY),
    "I;16B": (51_400, GREY),
    "I;16N": (51_400, GREY),
    "F": (200.0, GREY),
}


@pytest.mark.parametrize("mode", IN_MEMORY)
def test_every_mode_has_the_colours_of_a_page(mode):
    given, wanted = IN_MEMORY[mode]
    picture = Image.new(mode, (8, 8), given)

    shown = to_srgb(expand(picture), picture.info)

    assert shown.mode == "RGB"
    assert_near(shown.getpixel((4, 4)), wanted, by=4)


@pytest.mark.parametrize("mode", ["P", "PA"])
def test_palette_has_the_colours_of_a_page(mode):
    picture = Image.new("RGB", (8, 8), ORANGE).quantize(4)
    if mode == "PA":
        picture = picture.convert("RGBA").convert("PA")

    shown = to_srgb(expand(picture), picture.info)

    assert shown.getpixel((4, 4)) == ORANGE


def test_deep_grey_png_is_as_grey_as_it_was():
    rows = [struct.pack(">4H", 0, 20_000, 51_400, 65_535)] * 4

    picture = seen(png(4, 4, colour_type=0, depth=16, rows=rows))

    assert [picture.getpixel((x, 1))[0] for x in range(4)] == [0, 78, 200, 255]


@pytest.mark.parametrize(("depth", "row"), [(1, b"\x40"), (2, b"\x1b"), (4, b"\x05\xaf")])
def test_shallow_grey_png_is_as_grey_as_it_was(depth, row):
    width = 8 * len(row) // depth

    picture = seen(png(width, 1, colour_type=0, depth=depth, rows=[row]))

    most = 2**depth - 1
    bits = int.from_bytes(row, "big")
    samples = [bits >> (width - 1 - x) * depth & most for x in range(width)]
    assert [picture.getpixel((x, 0))[0] for x in range(width)] == [
        sample * 255 // most for sample in samples
    ]


@pytest.mark.parametrize(
    ("depth", "row", "key"),
    [
        (1, b"\x00", 0),
        (2, b"\x55", 1),
        (4, b"\x55\x55", 5),
        (8, bytes([85] * 4), 85),
        (16, struct.pack(">4H", *[21_845] * 4), 21_845),
    ],
)
def test_grey_that_stands_for_nothing_is_white(depth, row, key):
    width = 8 * len(row) // depth
    before = transparent(struct.pack(">H", key))

    picture = seen(png(width, 1, colour_type=0, depth=depth, rows=[row], before=before))

    assert set(picture.getdata()) <= {(255, 255, 255), (32, 32, 32)}


@pytest.mark.parametrize(("depth", "sample"), [(8, ">3B"), (16, ">3H")])
def test_colour_that_stands_for_nothing_is_white(depth, sample):
    most = 2**depth - 1
    nothing = struct.pack(sample, most, 0, most)
    ink = struct.pack(sample, 0, 0, 0)
    before = transparent(struct.pack(">3H", most, 0, most))

    picture = seen(png(2, 1, colour_type=2, depth=depth, rows=[nothing + ink], before=before))

    assert list(picture.getdata()) == [(255, 255, 255), (0, 0, 0)]


@pytest.mark.parametrize("size", [100, 4000])
def test_black_writing_on_nothing_can_be_read(size):
    picture = Image.new("RGBA", (size, size // 2), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 0, size // 2, size), fill=(0, 0, 0, 255))

    shown = seen(stored(picture))

    assert shown.getpixel((2, 2)) == (0, 0, 0)
    assert shown.getpixel((shown.width - 2, 2)) == (255, 255, 255)


def test_white_writing_on_nothing_can_be_read():
    picture = Image.new("RGBA", (200, 100), (255, 255, 255, 0))
    ImageDraw.Draw(picture).rectangle((50, 0, 60, 100), fill=(255, 255, 255, 255))

    shown = seen(stored(picture))

    assert shown.getpixel((55, 50)) == (255, 255, 255)
    assert shown.getpixel((5, 5)) == (32, 32, 32)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_half_transparent_colours_lie_on_white(kind):
    picture = Image.new("RGBA", (60, 40), (200, 0, 0, 0 if kind == "GIF" else 128))
    ImageDraw.Draw(picture).rectangle((0, 0, 20, 40), fill=(0, 0, 200, 255))
    save = {"lossless": True} if kind == "WEBP" else {}

    shown = seen(stored(picture, kind, **save))

    assert_near(shown.getpixel((5, 5)), (0, 0, 200))
    assert_near(shown.getpixel((50, 20)), (255, 255, 255) if kind == "GIF" else (227, 127, 127))


def test_edge_of_what_shows_through_has_no_fringe_when_shrunk():
    # Under what is transparent lies green, which nobody sees.
    picture = Image.new("RGBA", (4000, 3), (0, 255, 0, 0))
    for x in range(0, 4000, 2):
        picture.paste((0, 0, 0, 255), (x, 0, x + 1, 3))

    shown = seen(stored(picture))

    assert shown.width == 1600
    greens = [pixel[1] - pixel[0] for pixel in shown.getdata()]
    assert max(map(abs, greens)) <= 2


def test_palette_is_shrunk_smoothly():
    picture = Image.new("RGB", (3200, 4), (0, 0, 0))
    for x in range(0, 3200, 2):
        picture.paste((255, 255, 255), (x, 0, x + 1, 4))

    shown = seen(stored(picture.quantize(2)))

    assert shown.width == 1600
    assert_near(shown.getpixel((800, 1)), (128, 128, 128), by=4)


def test_line_of_one_bit_is_not_lost_when_shrunk():
    picture = Image.new("1", (4800, 30), 1)
    picture.paste(0, (1001, 0, 1002, 30))

    shown = seen(stored(picture))

    assert min(shown.getpixel((x, 5))[0] for x in range(320, 350)) < 200


def test_key_colour_leaves_no_fringe_when_shrunk():
    picture = Image.new("RGB", (3200, 8), (255, 0, 255))
    for x in range(0, 3200, 2):
        picture.paste((0, 0, 0), (x, 0, x + 1, 8))

    shown = seen(stored(picture, transparency=(255, 0, 255)))

    assert max(abs(red - green) for red, green, _blue in shown.getdata()) <= 2


@pytest.mark.parametrize("has_marker", [True, False])
def test_print_colours_are_those_of_the_page(has_marker):
    # As Adobe's programs write it no ink is 255, as the standard has it no ink is 0.
    ink = (55, 155, 205, 0)
    turned = tuple(255 - each for each in ink)
    data = stored(
        Image.new("CMYK", (64, 64), ink if has_marker else turned), "JPEG", quality=95
    ).getvalue()
    start = data.index(b"\xff\xee")
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    assert data[start + 4 : start + 9] == b"Adobe"
    if not has_marker:
        data = data[:start] + data[start + 2 + length :]

    shown = seen(BytesIO(data))

    assert_near(shown.getpixel((30, 30)), ORANGE, by=6)


@pytest.fixture(scope="module")
def wide_profile():
    """A profile whose red, green and blue are swapped round: nobody can take it for sRGB."""
    data = bytearray(ImageCms.ImageCmsProfile(SRGB).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    tags = {bytes(data[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    data[red + 4 : red + 12], data[blue + 4 : blue + 12] = (
        data[blue + 4 : blue + 12],
        data[red + 4 : red + 12],
    )
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA"])
def test_colours_are_seen_through_their_profile(wide_profile, mode, kind):
    picture = Image.new("RGB", (64, 64), ORANGE)
    picture = picture.quantize(4) if mode == "P" else picture.convert(mode)
    if kind == "JPEG" or (kind == "WEBP" and mode == "P"):
        picture = picture.convert("RGB")

    shown = seen(stored(picture, kind, icc_profile=wide_profile))

    assert_near(shown.getpixel((30, 30)), ORANGE[::-1], by=6)


def test_profile_of_no_use_is_passed_over(wide_profile):
    broken = stored(Image.new("RGB", (64, 64), ORANGE), icc_profile=b"x" * 300)
    of_others = stored(
        Image.new("CMYK", (64, 64), (55, 155, 205, 0)), "JPEG", icc_profile=wide_profile
    )

    assert seen(broken).getpixel((30, 30)) == ORANGE
    assert_near(seen(of_others).getpixel((30, 30)), ORANGE, by=6)


def test_grey_with_a_profile_for_colours_stays_grey():
    profile = ImageCms.ImageCmsProfile(SRGB).tobytes()

    shown = seen(stored(Image.new("L", (64, 64), 120), icc_profile=profile))

    assert_near(shown.getpixel((30, 30)), (120, 120, 120))


@pytest.mark.parametrize(("gamma", "wanted"), [(45_455, 128), (100_000, 186)])
def test_brightness_that_a_png_names_is_heeded(gamma, wanted):
    before = chunk(b"gAMA", struct.pack(">I", gamma))

    shown = seen(png(2, 1, colour_type=0, depth=8, rows=[b"\x80\x80"], before=before))

    assert shown.getpixel((0, 0))[0] == wanted


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_stands_upright(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.new("RGB", (80, 40), (255, 255, 255))
    upright.paste((0, 0, 0), (0, 0, 20, 20))  # the mark belongs to the upper left
    turned = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    picture = upright if turned is None else upright.transpose(turned)

    shown = seen(stored(picture, kind, exif=exif))

    assert shown.size == (80, 40)
    assert shown.getpixel((5, 5))[0] < 40
    assert min(shown.getpixel(place)[0] for place in ((75, 5), (5, 35), (75, 35))) > 215


def test_picture_with_notes_that_cannot_be_read_is_shown():
    file = stored(Image.new("RGB", (30, 20), ORANGE), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")

    assert seen(file).getpixel((5, 5)) == ORANGE


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_moving_picture_is_shown_as_it_begins(kind):
    frames = [Image.new("RGB", (30, 20), colour) for colour in (ORANGE, (0, 0, 0))]
    save = {"lossless": True} if kind == "WEBP" else {}

    shown = seen(stored(frames[0], kind, save_all=True, append_images=frames[1:], **save))

    assert_near(shown.getpixel((5, 5)), ORANGE)


@pytest.mark.parametrize("form", ["data", "webp"])
def test_drawing_keeps_every_pixel(form):
    picture = Image.new("RGB", (300, 200), (255, 255, 255))
    for n in range(100):
        ImageDraw.Draw(picture).line((n * 3, 0, n * 3, 199), fill=(n * 2, 255 - n, n), width=1)

    shown = seen(stored(picture), form)

    assert shown.tobytes() == picture.tobytes()
