"""A sign of life."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

PULSE_KEY = "townhall.pulse"


@shared_task(name="townhall.beat_pulse")
def beat_pulse() -> None:
    """Leave the present moment where /readyz looks: beat asked, a worker answered."""
    cache.set(PULSE_KEY, timezone.now().timestamp(), timeout=600)
