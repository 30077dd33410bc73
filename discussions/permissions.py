"""What a person may do in a thread or with a post."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from communities.models import Community, Membership, Viewer
from communities.permissions import may_moderate, membership_of
from discussions.models import Post, Thread


def may_start_thread(viewer: Viewer, community: Community) -> bool:
    """Members start threads, unless they are suspended, silenced, or the community is archived."""
    return may_write(viewer, community, membership_of(viewer, community))


def may_write(viewer: Viewer, community: Community, membership: Membership | None) -> bool:
    """Say so for a person whose membership is at hand."""
    now = timezone.now()
    if not viewer.is_authenticated or viewer.is_suspended(now) or community.archived_at:
        return False
    return membership is not None and not membership.is_silenced(now)


def may_post(viewer: Viewer, thread: Thread) -> bool:
    """Members reply in published threads that are not locked; moderators in locked ones too."""
    if thread.status != Thread.Status.PUBLISHED:
        return False
    if not may_start_thread(viewer, thread.community):
        return False
    return not thread.is_locked or may_moderate(viewer, thread.community)


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
        and may_start_thread(viewer, post.thread.community)
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


def _is_question(post: Post) -> bool:
    return post.thread.is_question and post.number == 1


def may_thank(viewer: Viewer, post: Post) -> bool:
    """Anybody signed in thanks others for what they can read."""
    return (
        viewer.is_authenticated
        and post.author_id != viewer.pk
        and post.status == Post.Status.PUBLISHED
        and not viewer.is_suspended(timezone.now())
    )


def may_make_tags(viewer: Viewer, community: Community) -> bool:
    """Ambassadors and moderators make new tags; members pick from those in use."""
    membership = membership_of(viewer, community)
    if membership is not None and membership.role == Membership.Role.AMBASSADOR:
        return True
    return may_moderate(viewer, community)
