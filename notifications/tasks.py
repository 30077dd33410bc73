"""What the worker does every few seconds; all of it may run twice, late, or at once."""

from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from notifications import services

# The next tick does what a lost one did not; trying again only bridges a short break.
RETRIED: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError, ConnectionError),
    "retry_backoff": True,
    "max_retries": 3,
}
MOST_ROUNDS = 50


@shared_task(name="notifications.queue_deliveries", **RETRIED)
def queue_deliveries() -> None:
    """Tell people of what was published."""
    _drain(services.queue_deliveries)


@shared_task(name="notifications.queue_alerts", **RETRIED)
def queue_alerts() -> None:
    """Gather what people were told into alerts."""
    _drain(services.queue_alerts)


@shared_task(name="notifications.queue_digests", **RETRIED)
def queue_digests() -> None:
    """Write the digests that are due by local time."""
    services.queue_digests(timezone.now())


@shared_task(name="notifications.send_mail", **RETRIED)
def send_mail() -> None:
    """Hand ready mail to the mail server."""
    services.send_mail()


def _drain(service: Callable[[], int]) -> None:
    """Call a service until it finds nothing more, or until the next tick may as well go on."""
    for _ in range(MOST_ROUNDS):
        if not service():
            break
