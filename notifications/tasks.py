"""What the worker does every few seconds; all of it may run twice, late, or at once."""

from collections.abc import Callable

from celery import shared_task

from notifications import services

MOST_ROUNDS = 50


@shared_task(name="notifications.queue_deliveries")
def queue_deliveries() -> None:
    """Tell people of what was published."""
    _drain(services.queue_deliveries)


@shared_task(name="notifications.queue_alerts")
def queue_alerts() -> None:
    """Gather what people were told into alerts."""
    _drain(services.queue_alerts)


@shared_task(name="notifications.queue_digests")
def queue_digests() -> None:
    """Write the digests that are due by local time."""
    services.queue_digests(services.database_now())


@shared_task(name="notifications.send_mail")
def send_mail() -> None:
    """Hand ready mail to the mail server."""
    services.send_mail()


def _drain(service: Callable[[], int]) -> None:
    """Call a service until it finds nothing more, or until the next tick may as well go on."""
    for _ in range(MOST_ROUNDS):
        if not service():
            break
