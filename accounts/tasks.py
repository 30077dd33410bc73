"""What the worker does about people."""

from celery import shared_task

from accounts import services


@shared_task(name="accounts.mark_namesakes")
def mark_namesakes() -> None:
    """Put marks beside names that somebody in office has come to have too."""
    services.mark_namesakes()
