"""The council's own colour, every shade that follows from it, and its own mark."""

import hashlib
import re
from functools import cache
from pathlib import Path

from django.conf import settings

from accounts.colours import (
    BLACK,
    DARK_GROUNDS,
    LEAST_CONTRAST,
    LIGHT_GROUNDS,
    Shades,
    by_day,
    by_night,
    contrast,
    mix,
)

CHECKS = "theme"  # the tag of the checks that the web server runs before it starts
HEX = re.compile(r"#[0-9a-fA-F]{6}")
INK = {"light": "#1c2530", "dark": "#ece8df"}
LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
LARGEST_LOGO = 100_000  # bytes


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
