"""What was said: threads, numbered posts, tags, thanks, and what each reader has read."""

from discussions.models.marks import Follow, Thanks, Visit
from discussions.models.posts import Post, PostQuerySet, readable_posts
from discussions.models.threads import (
    POSTS_PER_PAGE,
    Thread,
    ThreadQuerySet,
    ThreadTag,
    readable_threads,
)

__all__ = [
    "POSTS_PER_PAGE",
    "Follow",
    "Post",
    "PostQuerySet",
    "Thanks",
    "Thread",
    "ThreadQuerySet",
    "ThreadTag",
    "Visit",
    "readable_posts",
    "readable_threads",
]
