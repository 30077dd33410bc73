"""The only writers of threads, posts, their counters, and what is left beside them."""

from discussions.services.keeping import (
    approve_post,
    archive_community,
    cap_in_words,
    keep_description,
    keep_links,
    keep_rules,
    lock_thread,
    move_thread,
    pin_thread,
    record,
    set_answer,
    set_locked,
    set_pace,
    set_pinned,
    set_tags,
    write_outcome,
)
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
    "approve_post",
    "archive_community",
    "cap_in_words",
    "drop_post",
    "follow_thread",
    "ignore_person",
    "keep_description",
    "keep_links",
    "keep_post",
    "keep_rules",
    "lock_thread",
    "mark_read",
    "move_thread",
    "open_thread",
    "pin_thread",
    "record",
    "reply",
    "set_answer",
    "set_locked",
    "set_pace",
    "set_pinned",
    "set_status",
    "set_tags",
    "start_thread",
    "stop_ignoring",
    "thank",
    "throw_away_draft",
    "write_outcome",
]
