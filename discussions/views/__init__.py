"""Communities' forums, threads, posts, tags and a person's public posts."""

from discussions.views.edits import post_edit, post_history, post_withdraw
from discussions.views.finding import first_or_404
from discussions.views.lists import community_detail, person_detail, tag_detail
from discussions.views.pictures import image, image_small
from discussions.views.posts import post_detail, post_thank
from discussions.views.suggesting import community_people, thread_people, thread_similar
from discussions.views.threads import (
    page_number,
    post_create,
    posts_context,
    thread_create,
    thread_detail,
    thread_follow,
)

__all__ = [
    "community_detail",
    "community_people",
    "first_or_404",
    "image",
    "image_small",
    "page_number",
    "person_detail",
    "post_create",
    "post_detail",
    "post_edit",
    "post_history",
    "post_thank",
    "post_withdraw",
    "posts_context",
    "tag_detail",
    "thread_create",
    "thread_detail",
    "thread_follow",
    "thread_people",
    "thread_similar",
]
