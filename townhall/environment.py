"""Read what the operator sets in the environment, and refuse what cannot be meant."""

import os
import re
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

RATE = re.compile(r" *\d{1,6}/([1-9]\d{0,3})?[smhd] *")
MIN_KEY_LENGTH, MIN_KEY_LETTERS = 50, 12
# Of keys that stand in a guide, a template or a picture of one.
WORDS_OF_KNOWN_KEYS = (
    "insecure",
    "change",
    "secret",
    "example",
    "placeholder",
    "your-",
    "townhall",
)


def env_text(name: str, default: str | None = None) -> str:
    """Read a text from the environment; without a default it must be there."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise ImproperlyConfigured(f"Set {name} in the environment.")
    return value


def env_bool(name: str) -> bool:
    """Read 1 or 0 from the environment; absent means no."""
    value = os.environ.get(name, "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value == "1"


def env_days(name: str, default: int) -> int:
    """Read a number of days from the environment."""
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdecimal() or len(value) > 5:
        raise ImproperlyConfigured(f"{name} must be a number of days, not {value!r}.")
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list from the environment."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_limit(kind: str, default: str) -> str:
    """Read how often a kind of act may be done, such as "5/10m,20/d"; "off" limits nothing."""
    name = f"LIMIT_{kind.upper()}"
    value = env_text(name, default)
    if value != "off" and not all(map(RATE.fullmatch, value.split(","))):
        raise ImproperlyConfigured(f'{name} must be like "20/h" or "off", not {value!r}.')
    return value


def env_seconds(name: str, default: int) -> int:
    """Read whole seconds from the environment; `name` goes without its end, `_SECONDS`."""
    value = env_text(f"{name}_SECONDS", str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name}_SECONDS must be whole seconds, not {value!r}.")
    return int(value)


def env_bounds(name: str, default: str) -> tuple[float, float, float, float]:
    """Read west, south, east and north, in degrees, from the environment."""
    try:
        west, south, east, north = map(float, env_list(name, default))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be four numbers like {default}.") from error
    return west, south, east, north


def refuse_weak_keys(keys: Iterable[str]) -> None:
    """Raise ImproperlyConfigured for a key that is short, or that others know."""
    for key in keys:
        known = any(word in key.casefold() for word in WORDS_OF_KNOWN_KEYS)
        if len(key) < MIN_KEY_LENGTH or len(set(key)) < MIN_KEY_LETTERS or known:
            raise ImproperlyConfigured(
                "SECRET_KEY, or one of SECRET_KEY_FALLBACKS, can be guessed. Make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
            )
