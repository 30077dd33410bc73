"""A sign of life."""

from celery import shared_task

from townhall.pulse import leave_pulse


@shared_task(name="townhall.beat_pulse")
def beat_pulse() -> None:
    """Leave the present moment where /readyz looks: beat asked, a worker answered."""
    leave_pulse()
