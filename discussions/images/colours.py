"""The pixels of any picture as those of a page: sRGB, and nothing that shows through."""

from io import BytesIO
from typing import cast

from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
MAX_PROFILE_BYTES = 4_000_000
GAMMA_OF_PAGES = 1 / 2.2  # as a PNG names it
KEYED = {"1", "L", "RGB"}  # modes in which one colour may stand for nothing
WHITE, DARK = (255, 255, 255), (32, 32, 32)
SEEN_ON_WHITE = 200  # the lightest grey that is still told from white
FEW_PIXELS = 50  # one in so many


def expand(picture: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be shrunk: L, LA, RGB, RGBA, CMYK or LAB.

    Palettes and colours that stand for nothing must go first: shrunk as they are, they would be
    neither smooth nor clean at the edges.
    """
    mode = picture.mode
    if mode.startswith("I"):
        return _from_16_bits(picture)
    if mode == "F":
        return picture.convert("L")
    if mode in KEYED and "transparency" in picture.info:
        return picture.convert("RGBA")
    if mode in {"1", "La"}:
        return picture.convert("LA" if mode == "La" else "L")
    if mode in {"P", "PA", "RGBa"}:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if mode == "CMYK" and picture.format == "JPEG" and "adobe" not in picture.info:
        # The library turns every file round as Adobe's programs write it; others do not.
        return picture.point(lambda ink: 255 - ink)
    if mode in {"L", "LA", "RGB", "RGBA", "CMYK", "LAB"}:
        return picture
    return picture.convert("RGB")


def scale_transparent_colour(picture: Image.Image, depth: int) -> None:
    """Name the colour that stands for nothing as the pixels do: the library leaves it as it was."""
    key = picture.info.get("transparency")
    if picture.mode == "L" and isinstance(key, int) and depth < 8:
        picture.info["transparency"] = key * 255 // (2**depth - 1)
    elif picture.mode == "RGB" and isinstance(key, tuple) and depth == 16:
        picture.info["transparency"] = tuple(value >> 8 for value in key)


def to_srgb(picture: Image.Image, info: dict[str | tuple[int, int], object]) -> Image.Image:
    """Return an expanded picture as a browser shows it, in RGB or RGBA.

    A profile that is broken, or for another kind of colours, is passed over, as browsers do.
    """
    alpha = picture.getchannel("A") if picture.mode in {"LA", "RGBA"} else None
    plain = picture.convert("L" if picture.mode == "LA" else "RGB") if alpha else picture
    shown = _through_profile(plain, info) or plain.convert("RGB")
    if alpha is None or cast(tuple[int, int], alpha.getextrema())[0] == 255:
        return shown
    shown.putalpha(alpha)
    return shown


def flatten(picture: Image.Image) -> Image.Image:
    """Lay a picture on white; on dark where what it shows would be lost on white."""
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, _ground_for(picture))
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _from_16_bits(picture: Image.Image) -> Image.Image:
    wide = picture.convert("I")
    grey = wide.point([round(value / 257) for value in range(65_536)], "L")
    key = picture.info.get("transparency")
    if isinstance(key, int) and 0 <= key < 65_536:
        grey.putalpha(wide.point([0 if value == key else 255 for value in range(65_536)], "L"))
    return grey


def _through_profile(
    picture: Image.Image, info: dict[str | tuple[int, int], object]
) -> Image.Image | None:
    if picture.mode == "LAB":
        return cast(Image.Image, ImageCms.profileToProfile(picture, LAB, SRGB, outputMode="RGB"))
    data = info.get("icc_profile")
    if not isinstance(data, bytes) or not data:
        return _through_gamma(picture, info)
    if len(data) > MAX_PROFILE_BYTES:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        space = profile.profile.xcolor_space.strip()
        if space == "RGB" and picture.mode == "L":
            picture = picture.convert("RGB")
        if {"GRAY": "L"}.get(space, space) != picture.mode:
            return None
        return cast(
            Image.Image, ImageCms.profileToProfile(picture, profile, SRGB, outputMode="RGB")
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _through_gamma(
    picture: Image.Image, info: dict[str | tuple[int, int], object]
) -> Image.Image | None:
    gamma = info.get("gamma")
    if not isinstance(gamma, float) or not 0.05 < gamma < 5 or "srgb" in info:
        return None
    exponent = GAMMA_OF_PAGES / gamma
    if picture.mode == "CMYK" or abs(exponent - 1) < 0.02:
        return None
    curve = [round(255 * (value / 255) ** exponent) for value in range(256)]
    return picture.convert("RGB").point(curve * 3)


def _ground_for(picture: Image.Image) -> tuple[int, int, int]:
    alpha = picture.getchannel("A").point(lambda value: 255 if value > 127 else 0)
    shades = picture.convert("RGB").convert("L").histogram(alpha)
    is_lost = sum(shades[:SEEN_ON_WHITE]) * FEW_PIXELS < sum(shades)
    return DARK if is_lost else WHITE
