"""What happens later in discussions."""

from celery import shared_task

from discussions import services


@shared_task(name="discussions.delete_loose_pictures")
def delete_loose_pictures() -> None:
    services.delete_loose_pictures()
