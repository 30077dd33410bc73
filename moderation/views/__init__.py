"""Reporting, the public log, what an author reads about a decision, and the ambassadors' desk."""

from moderation.views.desk import desk, desk_held, desk_settings, desk_welcome
from moderation.views.desk_thread import desk_thread
from moderation.views.reporting import (
    appeal_create,
    decision_detail,
    log,
    report_create,
    report_done,
)

__all__ = [
    "appeal_create",
    "decision_detail",
    "desk",
    "desk_held",
    "desk_settings",
    "desk_thread",
    "desk_welcome",
    "log",
    "report_create",
    "report_done",
]
