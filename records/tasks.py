"""What the worker does in records."""

from celery import shared_task
from django.utils import timezone

from records import retention


@shared_task(name="records.prune")
def prune() -> None:
    """Delete what is older than its period; what is left after some minutes is another task."""
    if retention.prune(timezone.now()).has_more:
        prune.delay()
