"""The sign of life that beat and a worker leave together, and that /readyz looks for."""

from django.core.cache import caches
from django.utils import timezone

KEY = "townhall.pulse"
OLDEST = 150  # seconds; beat asks for one every 30


def leave_pulse() -> None:
    """Note the present moment."""
    caches["redis"].set(KEY, timezone.now().timestamp(), timeout=600)


def last_pulse() -> float | None:
    """Return the moment of the last one; raise RedisError soon where Redis is away."""
    noted: float | None = caches["health"].get(KEY)
    return noted


def has_pulse() -> bool:
    """Say whether the last one is recent."""
    noted = last_pulse()
    return noted is not None and timezone.now().timestamp() - noted < OLDEST
