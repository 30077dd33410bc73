"""What the worker does every few seconds; all of it may run twice, late, or at once."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from notifications import services

# The next tick does what a lost one did not; trying again only bridges a short break.
RETRIED = {
    "autoretry_for": (OperationalError, InterfaceError, ConnectionError),
    "retry_backoff": True,
    "max_retries": 3,
}


@shared_task(name="notifications.queue_deliveries", **RETRIED)
def queue_deliveries() -> None:
    """Tell people of what was published."""
    services.queue_deliveries()


@shared_task(name="notifications.queue_alerts", **RETRIED)
def queue_alerts() -> None:
    """Gather what people were told into alerts."""
    services.queue_alerts()


@shared_task(name="notifications.queue_digests", **RETRIED)
def queue_digests() -> None:
    """Write the digests that are due by local time."""
    services.queue_digests(timezone.now())


@shared_task(name="notifications.send_mail", **RETRIED)
def send_mail() -> None:
    """Hand ready mail to the mail server."""
    services.send_mail()
