"""The only writers of threads, posts, their counters, and what is left beside them."""

from discussions.services.edits import EditedMeanwhileError, edit_post, is_first, withdraw_post
from discussions.services.keeping import set_answer, set_locked, set_pinned
from discussions.services.marks import follow_thread, mark_read, thank
from discussions.services.pictures import (
    delete_loose_pictures,
    figures,
    fill_tray,
    forget_pictures,
    place_pictures,
)
from discussions.services.status import set_status
from discussions.services.writing import Writing, add_post, open_thread, reply, start_thread

__all__ = [
    "EditedMeanwhileError",
    "Writing",
    "add_post",
    "delete_loose_pictures",
    "edit_post",
    "figures",
    "fill_tray",
    "follow_thread",
    "forget_pictures",
    "is_first",
    "mark_read",
    "open_thread",
    "place_pictures",
    "reply",
    "set_answer",
    "set_locked",
    "set_pinned",
    "set_status",
    "start_thread",
    "thank",
    "withdraw_post",
]
