"""Colours: how well one is read on another, and the shades of a council's own."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

OWN_COLOUR = "#0b5563"
WHITE, BLACK = "#ffffff", "#000000"
# The grounds of static/css/site.css that the colour stands on, light and dark.
LIGHT_GROUNDS = ("#fbfaf6", "#fffefb")
DARK_GROUNDS = ("#191a1b", "#212325")
NIGHT_INK = "#10191b"
# WCAG 2.2, 1.4.3: text of any size. At night a little more, where eyes have less to go by.
LEAST_CONTRAST, LEAST_AT_NIGHT = 4.5, 7.0


@dataclass(frozen=True)
class Shades:
    """One colour as text and as ground: itself, deeper, what is written on it, and its tint."""

    colour: str
    deep: str
    ink: str
    tint: str


# As static/css/site.css has them.
OWN_AT_NIGHT = Shades("#7cc4cf", "#a4dae2", NIGHT_INK, "#22302f")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return a colour with a share (0 to 1) of another in it."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


@cache
def by_day(colour: str) -> Shades:
    """Return the shades of a colour on paper."""
    ink = max((WHITE, NIGHT_INK), key=lambda ink: contrast(ink, colour))
    return Shades(colour, mix(colour, BLACK, 0.35), ink, mix(LIGHT_GROUNDS[0], colour, 0.08))


@cache
def by_night(colour: str) -> Shades:
    """Return the shades of a colour in the dark: as much white in it as reading needs."""
    if colour == OWN_COLOUR:
        return OWN_AT_NIGHT
    lighter = (mix(colour, WHITE, step / 20) for step in range(21))
    found = next(each for each in lighter if contrast(each, DARK_GROUNDS[1]) >= LEAST_AT_NIGHT)
    return Shades(found, mix(found, WHITE, 0.3), NIGHT_INK, mix(DARK_GROUNDS[1], found, 0.1))


def _channels(colour: str) -> list[int]:
    digits = colour.removeprefix("#")
    return [int(digits[start:end], 16) for start, end in pairwise(range(0, 7, 2))]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
