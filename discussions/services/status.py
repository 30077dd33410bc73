"""The only writer of the status of a post, and of what is counted with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Announcement, User
from accounts.services import announce, record_act
from communities.models import Community
from discussions.models import Mention, Post, Thread
from discussions.services.marks import mark_read


@transaction.atomic
def set_status(post: Post, status: Post.Status, *, by: User) -> Post:
    """Change the status of a post, and of its thread where it is the first; no one else does.

    Gives the number and writes the Announcement when a post is published for the first time.
    Raises ValidationError where the post has that status already.
    """
    Community.objects.select_for_update(of=("self",)).get(threads__posts=post.pk)
    thread = Thread.objects.select_for_update().get(pk=post.thread_id)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.status == status:
        raise ValidationError(
            _("This post is %(status)s already.") % {"status": Post.Status(status).label}
        )
    was_pending = post.status == Post.Status.PENDING
    if status == Post.Status.PUBLISHED:
        is_new = give_number(thread, post)
        post.save(update_fields=["status", "number", "published_at"])
        count_as_shown(thread, post, is_new=is_new)
        if was_pending and not is_new:
            # Other words of it were read: those whom they name were not told while it waited.
            for mention in Mention.objects.filter(post=post):
                announce(Announcement.Kind.MENTION, mention)
    else:
        _take_back(thread, post, status)
    record_act(post, by=by, act=f"set {status}")
    return post


def give_number(thread: Thread, post: Post) -> bool:
    """Make a post published, with a number the first time; says whether it was the first."""
    post.status = Post.Status.PUBLISHED
    if post.number is not None:
        return False
    thread.last_number += 1
    post.number = thread.last_number
    post.published_at = thread.last_post_at = timezone.now()
    return True


def count_as_shown(thread: Thread, post: Post, *, is_new: bool) -> None:
    """Count a post that is shown now; a new one is announced, and its author has read it."""
    thread.post_count += 1
    Thread.objects.filter(pk=thread.pk).update(
        post_count=F("post_count") + 1,
        last_number=thread.last_number,
        last_post_at=thread.last_post_at,
    )
    if post.number == 1:
        _show_thread(thread)
    if is_new:
        announce(Announcement.Kind.POST, post)
        mark_read(thread, by=post.author, number=post.number or 0)


def _take_back(thread: Thread, post: Post, status: Post.Status) -> None:
    was_published = post.status == Post.Status.PUBLISHED
    post.status = status
    post.save(update_fields=["status"])
    if was_published:
        Thread.objects.filter(pk=thread.pk).update(post_count=F("post_count") - 1)
    if was_published and post.number == 1 and thread.last_number == 1:
        Thread.objects.filter(pk=thread.pk).update(status=status)
        Community.objects.filter(pk=thread.community_id).update(thread_count=F("thread_count") - 1)


def _show_thread(thread: Thread) -> None:
    if thread.status == Thread.Status.PUBLISHED:
        return
    thread.status = Thread.Status.PUBLISHED
    thread.published_at = thread.published_at or timezone.now()
    thread.save(update_fields=["status", "published_at"])
    Community.objects.filter(pk=thread.community_id).update(thread_count=F("thread_count") + 1)
