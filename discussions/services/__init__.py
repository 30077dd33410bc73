"""The only writers of threads, posts, their counters, and what is left beside them."""

from discussions.services.drafts import (
    discard_draft,
    draft_for,
    forget_old_drafts,
    save_draft,
)
from discussions.services.keeping import set_answer, set_locked, set_pinned
from discussions.services.marks import follow_thread, mark_read, thank
from discussions.services.mentions import keep_mentions, render_naming, suggest_people
from discussions.services.status import set_status
from discussions.services.writing import (
    Writing,
    add_post,
    open_thread,
    reply,
    start_thread,
    was_submitted,
)

__all__ = [
    "Writing",
    "add_post",
    "discard_draft",
    "draft_for",
    "follow_thread",
    "forget_old_drafts",
    "keep_mentions",
    "mark_read",
    "open_thread",
    "render_naming",
    "reply",
    "save_draft",
    "set_answer",
    "set_locked",
    "set_pinned",
    "set_status",
    "start_thread",
    "suggest_people",
    "thank",
    "was_submitted",
]
