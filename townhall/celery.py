"""The worker and its whole schedule."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init
from django.conf import settings

from townhall.database.limits import run_as

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "townhall.settings")

app = Celery("townhall", task_cls="townhall.patience:PatientTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # every 5 seconds: tell people what was published
    "queue-deliveries": {
        "task": "notifications.queue_deliveries",
        "schedule": 5.0,
        "options": {"expires": 60},
    },
    # every 5 seconds: gather what people were told into alerts
    "queue-alerts": {
        "task": "notifications.queue_alerts",
        "schedule": 5.0,
        "options": {"expires": 60},
    },
    # every minute: write the digests that are due by local time
    "queue-digests": {
        "task": "notifications.queue_digests",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # every 5 seconds: hand ready mail to the mail server
    "send-mail": {
        "task": "notifications.send_mail",
        "schedule": 5.0,
        "options": {"expires": 60},
    },
    # every 10 minutes: mark people who share a name with somebody who came into office
    "mark-namesakes": {
        "task": "accounts.mark_namesakes",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    # every night at half past three: delete what is older than settings.RETENTION says
    "prune": {
        "task": "records.prune",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600},
    },
    # every 30 seconds: leave a sign of life for /readyz
    "beat-pulse": {
        "task": "townhall.beat_pulse",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
}


@worker_init.connect
def limit_statements(**_kwargs: Any) -> None:
    """Give what works in the background its own limits; its children inherit them."""
    run_as("worker")


@setup_logging.connect
def log_as_settings_say(**_options: Any) -> None:
    """Keep the worker from setting levels of its own, under which a healthy one says nothing."""
    logging.config.dictConfig(settings.LOGGING)
