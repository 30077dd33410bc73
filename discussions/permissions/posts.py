"""What a person may do with a post, or leave out."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from communities.models import Viewer
from communities.permissions import membership_of
from discussions.models import Post
from discussions.permissions.pace import may_write


def may_thank(viewer: Viewer, post: Post) -> bool:
    """Anybody signed in thanks others for what they can read."""
    return (
        viewer.is_authenticated
        and post.author_id != viewer.pk
        and post.status == Post.Status.PUBLISHED
        and not viewer.is_suspended(timezone.now())
    )


def edits_since() -> datetime:
    """Return the moment from which on posts can still be reworded."""
    return timezone.now() - timedelta(minutes=settings.EDIT_MINUTES)


def may_edit(viewer: Viewer, post: Post) -> bool:
    """Authors, staff too, reword a post for a while, where they could still write it.

    The first post of a question stays as it was read before it was opened.
    """
    return (
        viewer.is_authenticated
        and post.author_id == viewer.pk
        and post.status in {Post.Status.PUBLISHED, Post.Status.PENDING}
        and post.created_at > edits_since()
        and not post.thread.is_locked
        and not _is_question(post)
        and may_write(viewer, post.thread.community, membership_of(viewer, post.thread.community))
    )


def may_withdraw(viewer: Viewer, post: Post) -> bool:
    """Authors take back what they wrote at any time, but no question, and no answer to one."""
    return (
        viewer.is_authenticated
        and post.author_id == viewer.pk
        and post.status in {Post.Status.PUBLISHED, Post.Status.PENDING}
        and not _is_question(post)
        and post.thread.answer_id != post.pk
    )


def may_bookmark(viewer: Viewer, post: Post) -> bool:
    """Anybody signed in keeps for later what is on show, or their own."""
    return viewer.is_authenticated and (
        post.status == Post.Status.PUBLISHED or post.author_id == viewer.pk
    )


def may_ignore(viewer: Viewer, person: User) -> bool:
    """Anybody signed in leaves out others, but not those who speak for the council on its site."""
    return viewer.is_authenticated and person.pk != viewer.pk and not person.is_staff


def _is_question(post: Post) -> bool:
    return post.thread.is_question and post.number == 1
