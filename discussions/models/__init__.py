"""What was said: threads, numbered posts and their wordings, and what people leave beside them."""

from discussions.models.acts import Act, OutcomeNote
from discussions.models.drafts import Draft
from discussions.models.images import Image
from discussions.models.marks import Bookmark, Follow, Ignore, Mention, Thanks, Visit
from discussions.models.posts import Post, PostQuerySet, readable_posts
from discussions.models.revisions import PostRevision
from discussions.models.threads import (
    POSTS_PER_PAGE,
    Thread,
    ThreadQuerySet,
    ThreadTag,
    page_with,
    readable_threads,
)
from discussions.models.words import ThreadWord, Word

__all__ = [
    "POSTS_PER_PAGE",
    "Act",
    "Bookmark",
    "Draft",
    "Follow",
    "Ignore",
    "Image",
    "Mention",
    "OutcomeNote",
    "Post",
    "PostQuerySet",
    "PostRevision",
    "Thanks",
    "Thread",
    "ThreadQuerySet",
    "ThreadTag",
    "ThreadWord",
    "Visit",
    "Word",
    "page_with",
    "readable_posts",
    "readable_threads",
]
