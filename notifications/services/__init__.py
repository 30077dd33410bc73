"""Telling people: deliveries, alerts, digests, handing mail over, and consent."""

from notifications.services.alerts import queue_alerts
from notifications.services.consent import (
    change_preferences,
    lift_suppression,
    mark_all_read,
    suppress,
    unsubscribe,
)
from notifications.services.deliveries import queue_deliveries
from notifications.services.digests import queue_digests
from notifications.services.restoring import Skipped, skip_told
from notifications.services.retention import (
    prune_deliveries,
    prune_digests,
    prune_mails,
    prune_told,
    prune_windows,
)
from notifications.services.sending import (
    Outcome,
    database_now,
    send_again,
    send_batch,
    send_mail,
)

__all__ = [
    "Outcome",
    "Skipped",
    "change_preferences",
    "database_now",
    "lift_suppression",
    "mark_all_read",
    "prune_deliveries",
    "prune_digests",
    "prune_mails",
    "prune_told",
    "prune_windows",
    "queue_alerts",
    "queue_deliveries",
    "queue_digests",
    "send_again",
    "send_batch",
    "send_mail",
    "skip_told",
    "suppress",
    "unsubscribe",
]
