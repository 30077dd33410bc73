"""The only writers of threads, posts, their counters, and what is left beside them."""

from discussions.services.keeping import set_answer, set_locked, set_pinned
from discussions.services.marks import follow_thread, mark_read, thank
from discussions.services.private import (
    drop_post,
    ignore_person,
    keep_post,
    stop_ignoring,
    throw_away_draft,
)
from discussions.services.status import set_status
from discussions.services.writing import Writing, add_post, open_thread, reply, start_thread

__all__ = [
    "Writing",
    "add_post",
    "drop_post",
    "follow_thread",
    "ignore_person",
    "keep_post",
    "mark_read",
    "open_thread",
    "reply",
    "set_answer",
    "set_locked",
    "set_pinned",
    "set_status",
    "start_thread",
    "stop_ignoring",
    "thank",
    "throw_away_draft",
]
