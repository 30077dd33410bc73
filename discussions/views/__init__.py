"""Communities' forums, threads, posts, tags and a person's public posts."""

from discussions.views.composing import Composer, begun_with, draft_read_with
from discussions.views.edits import post_edit, post_history, post_withdraw
from discussions.views.finding import first_or_404
from discussions.views.fresh import post_words, thread_fresh
from discussions.views.keeping import act_list, outcome_write
from discussions.views.lists import community_detail, community_tags, person_detail, tag_detail
from discussions.views.marks import (
    draft_throw_away,
    ignored_list,
    person_ignore,
    post_keep,
    post_more,
)
from discussions.views.pictures import image, image_small, key_in, tray_of
from discussions.views.posts import post_detail, post_thank
from discussions.views.suggesting import (
    community_people,
    people_to_name,
    thread_people,
    thread_similar,
)
from discussions.views.threads import (
    page_number,
    post_create,
    posts_context,
    thread_create,
    thread_detail,
    thread_follow,
)

__all__ = [
    "Composer",
    "act_list",
    "begun_with",
    "community_detail",
    "community_people",
    "community_tags",
    "draft_read_with",
    "draft_throw_away",
    "first_or_404",
    "ignored_list",
    "image",
    "image_small",
    "key_in",
    "outcome_write",
    "page_number",
    "people_to_name",
    "person_detail",
    "person_ignore",
    "post_create",
    "post_detail",
    "post_edit",
    "post_history",
    "post_keep",
    "post_more",
    "post_thank",
    "post_withdraw",
    "post_words",
    "posts_context",
    "tag_detail",
    "thread_create",
    "thread_detail",
    "thread_follow",
    "thread_fresh",
    "thread_people",
    "thread_similar",
    "tray_of",
]
