"""The only writers of threads, posts, their counters, and what is left beside them."""

from discussions.services.drafts import (
    discard_draft,
    draft_for,
    forget_old_drafts,
    save_draft,
)
from discussions.services.edits import EditedMeanwhileError, edit_post, is_first, withdraw_post
from discussions.services.keeping import set_answer, set_locked, set_pinned
from discussions.services.marks import follow_thread, mark_read, thank
from discussions.services.mentions import keep_mentions, render_naming, suggest_people
from discussions.services.pictures import (
    delete_loose_pictures,
    figures,
    fill_tray,
    forget_pictures,
    place_pictures,
)
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
    "EditedMeanwhileError",
    "Writing",
    "add_post",
    "delete_loose_pictures",
    "discard_draft",
    "draft_for",
    "edit_post",
    "figures",
    "fill_tray",
    "follow_thread",
    "forget_old_drafts",
    "forget_pictures",
    "is_first",
    "keep_mentions",
    "mark_read",
    "open_thread",
    "place_pictures",
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
    "withdraw_post",
]
