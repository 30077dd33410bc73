"""The only writers of threads, posts, their counters, and what is left beside them."""

from discussions.services.drafts import (
    discard_draft,
    draft_for,
    forget_old_drafts,
    save_draft,
)
from discussions.services.edits import EditedMeanwhileError, edit_post, is_first, withdraw_post
from discussions.services.keeping import (
    approve_post,
    archive_community,
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
from discussions.services.mentions import keep_mentions, render_naming, suggest_people
from discussions.services.pictures import (
    delete_loose_pictures,
    figures,
    fill_tray,
    forget_pictures,
    place_pictures,
)
from discussions.services.private import (
    drop_post,
    ignore_person,
    keep_post,
    stop_ignoring,
    throw_away_draft,
)
from discussions.services.status import set_status
from discussions.services.words import forget_unsaid_words
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
    "approve_post",
    "archive_community",
    "delete_loose_pictures",
    "discard_draft",
    "draft_for",
    "drop_post",
    "edit_post",
    "figures",
    "fill_tray",
    "follow_thread",
    "forget_old_drafts",
    "forget_pictures",
    "forget_unsaid_words",
    "ignore_person",
    "is_first",
    "keep_description",
    "keep_links",
    "keep_mentions",
    "keep_post",
    "keep_rules",
    "lock_thread",
    "mark_read",
    "move_thread",
    "open_thread",
    "pin_thread",
    "place_pictures",
    "record",
    "render_naming",
    "reply",
    "save_draft",
    "set_answer",
    "set_locked",
    "set_pace",
    "set_pinned",
    "set_status",
    "set_tags",
    "start_thread",
    "stop_ignoring",
    "suggest_people",
    "thank",
    "throw_away_draft",
    "was_submitted",
    "withdraw_post",
    "write_outcome",
]
