"""The council's own colour, every shade that follows from it, and its own mark."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings

HEX = re.compile(r"#[0-9a-fA-F]{6}")
OWN_COLOUR = "#0b5563"
WHITE, BLACK = "#ffffff", "#000000"
# The grounds of static/css/site.css that the colour stands on, light and dark.
LIGHT_GROUNDS = ("#fbfaf6", "#fffefb")
DARK_GROUNDS = ("#191a1b", "#212325")
INK = {"light": "#1c2530", "dark": "#ece8df"}
NIGHT_INK = "#10191b"
# WCAG 2.2, 1.4.3: text of any size. At night a little more, where eyes have less to go by.
LEAST_CONTRAST, LEAST_AT_NIGHT = 4.5, 7.0
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
LARGEST_LOGO = 100_000  # bytes


@dataclass(frozen=True)
class Shades:
    """One colour as text and as ground: itself, deeper, what is written on it, and its tint."""

    colour: str
    deep: str
    ink: str
    tint: str


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return a colour with a share (0 to 1) of another in it."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def by_day(colour: str) -> Shades:
    """Return the shades of a colour on paper."""
    ink = max((WHITE, NIGHT_INK), key=lambda ink: contrast(ink, colour))
    return Shades(colour, mix(colour, BLACK, 0.35), ink, mix(LIGHT_GROUNDS[0], colour, 0.08))


def by_night(colour: str) -> Shades:
    """Return the shades of a colour in the dark: as much white in it as reading needs."""
    lighter = (mix(colour, WHITE, step / 20) for step in range(21))
    found = next(each for each in lighter if contrast(each, DARK_GROUNDS[1]) >= LEAST_AT_NIGHT)
    return Shades(found, mix(found, WHITE, 0.3), NIGHT_INK, mix(DARK_GROUNDS[1], found, 0.1))


def weak_pairs(colour: str) -> list[str]:
    """Name the pairs of text and ground that people could not read well in this colour."""
    found = []
    for name, shades, grounds in (
        ("light", by_day(colour), LIGHT_GROUNDS),
        ("dark", by_night(colour), DARK_GROUNDS),
    ):
        pairs = [(shades.colour, ground) for ground in (*grounds, shades.tint)]
        pairs += [(shades.ink, shades.colour), (INK[name], shades.tint)]
        found += [
            f"{text} on {ground} ({name}): {contrast(text, ground):.2f}"
            for text, ground in pairs
            if contrast(text, ground) < LEAST_CONTRAST
        ]
    return found


def readable_shade(colour: str) -> str:
    """Return the nearest darker shade of a colour that can be read everywhere."""
    darker = (mix(colour, BLACK, step / 20) for step in range(21))
    return next(each for each in darker if not weak_pairs(each))


@cache
def stylesheet(colour: str) -> str:
    """Return the style sheet that puts a council's colour in place of the site's own."""
    day, night = by_day(colour), by_night(colour)
    light = _declarations("--council", day)
    dark = _declarations("--council-dark", night)
    return f":root {{{light} {dark}}}\n"


def theme_address() -> str:
    """Return the path of the style sheet with its hash; "" where the site keeps its own colour."""
    colour = settings.COUNCIL_COLOUR
    return f"theme/{_fingerprint(stylesheet(colour).encode())}.css" if colour else ""


def logo() -> Path | None:
    """Return the file of the council's mark, where one is set."""
    return Path(settings.COUNCIL_LOGO) if settings.COUNCIL_LOGO else None


@cache
def logo_address(file: Path) -> str:
    """Return the path of the council's mark with its hash."""
    return f"theme/{_fingerprint(file.read_bytes())}{file.suffix.lower()}"


def problem_of_logo(file: Path) -> str:
    """Say what is wrong with the file of a mark; "" where it is fit to be shown."""
    if file.suffix.lower() not in LOGO_TYPES:
        return f"{file.name} is none of {', '.join(LOGO_TYPES)}"
    if not file.is_file():
        return f"{file} is not there"
    if file.stat().st_size > LARGEST_LOGO:
        return f"{file.name} is larger than {LARGEST_LOGO // 1000} kB"
    return ""


def _declarations(prefix: str, shades: Shades) -> str:
    values = {"": shades.colour, "-deep": shades.deep, "-ink": shades.ink, "-tint": shades.tint}
    return " ".join(f"{prefix}{name}: {value};" for name, value in values.items())


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _channels(colour: str) -> list[int]:
    digits = colour.removeprefix("#")
    return [int(digits[start:end], 16) for start, end in pairwise(range(0, 7, 2))]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
