"""What a person may do with a post, or leave out."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from communities.models import Viewer
from discussions.models import Post, Thread


def may_thank(viewer: Viewer, post: Post) -> bool:
    """Anybody signed in thanks others for what they can read."""
    return (
        viewer.is_authenticated
        and post.author_id != viewer.pk
        and post.status == Post.Status.PUBLISHED
        and not viewer.is_suspended(timezone.now())
    )


def may_edit(viewer: Viewer, post: Post, now: datetime) -> bool:
    """Authors change the words of a post for a while, wherever they may write at all."""
    until = (post.published_at or post.created_at) + timedelta(minutes=settings.EDIT_MINUTES)
    if post.status not in {Post.Status.PUBLISHED, Post.Status.PENDING} or now >= until:
        return False
    return _is_own(viewer, post, now) and not _is_shut_for_all(post.thread)


def may_withdraw(viewer: Viewer, post: Post) -> bool:
    """Authors take back what is on show or waits, at any time, suspended or not.

    Not the first post of a question, which others wait for, and not the answer to one.
    """
    if not viewer.is_authenticated or post.author_id != viewer.pk:
        return False
    thread = post.thread
    settles = thread.answer_id == post.pk or (thread.is_question and post.number == 1)
    return not settles and post.status in {Post.Status.PUBLISHED, Post.Status.PENDING}


def may_bookmark(viewer: Viewer, post: Post) -> bool:
    """Anybody signed in keeps for later what is on show, or their own."""
    return viewer.is_authenticated and (
        post.status == Post.Status.PUBLISHED or post.author_id == viewer.pk
    )


def may_ignore(viewer: Viewer, person: User) -> bool:
    """Anybody signed in leaves out others, but not those who speak for the council on its site."""
    return viewer.is_authenticated and person.pk != viewer.pk and not person.is_staff


def _is_own(viewer: Viewer, post: Post, now: datetime) -> bool:
    return viewer.is_authenticated and post.author_id == viewer.pk and not viewer.is_suspended(now)


def _is_shut_for_all(thread: Thread) -> bool:
    return thread.is_locked or thread.community.archived_at is not None
