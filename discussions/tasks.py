"""What the worker does in discussions."""

from celery import shared_task
from django.utils import timezone

from discussions import services


@shared_task(name="discussions.forget_old_drafts")
def forget_old_drafts() -> None:
    """Delete drafts that nobody touched for 30 days."""
    services.forget_old_drafts(timezone.now())


@shared_task(name="discussions.delete_loose_pictures")
def delete_loose_pictures() -> None:
    services.delete_loose_pictures()


@shared_task(name="discussions.forget_unsaid_words")
def forget_unsaid_words() -> None:
    services.forget_unsaid_words()
