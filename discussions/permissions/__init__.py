"""Who may do what in threads and with posts: the one place that says so."""

from discussions.permissions.keeping import (
    may_approve,
    may_lock,
    may_make_tags,
    may_move,
    may_pin,
    may_slow,
    may_tag,
    may_unlock,
    may_write_outcome,
    offers_desk,
)
from discussions.permissions.pace import (
    Hindrance,
    Pace,
    Why,
    hold_reason_for,
    may_post,
    may_start_thread,
    may_write,
    pace_of,
    why_not,
)
from discussions.permissions.posts import (
    may_bookmark,
    may_edit,
    may_ignore,
    may_thank,
    may_withdraw,
)

__all__ = [
    "Hindrance",
    "Pace",
    "Why",
    "hold_reason_for",
    "may_approve",
    "may_bookmark",
    "may_edit",
    "may_ignore",
    "may_lock",
    "may_make_tags",
    "may_move",
    "may_pin",
    "may_post",
    "may_slow",
    "may_start_thread",
    "may_tag",
    "may_thank",
    "may_unlock",
    "may_withdraw",
    "may_write",
    "may_write_outcome",
    "offers_desk",
    "pace_of",
    "why_not",
]
