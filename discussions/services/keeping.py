"""What those who look after a community do to a thread."""

from django.db import transaction

from accounts.models import User
from accounts.services import record_act
from discussions.models import Post, Thread


@transaction.atomic
def set_locked(thread: Thread, locked: bool, *, by: User) -> None:
    """Lock or unlock a thread."""
    Thread.objects.filter(pk=thread.pk).update(is_locked=locked)
    record_act(thread, by=by, act="lock" if locked else "unlock")


@transaction.atomic
def set_pinned(thread: Thread, pinned: bool, *, by: User) -> None:
    """Pin a thread to the top of its community, or take it down."""
    Thread.objects.filter(pk=thread.pk).update(is_pinned=pinned)
    record_act(thread, by=by, act="pin" if pinned else "unpin")


@transaction.atomic
def set_answer(thread: Thread, post: Post) -> None:
    """Mark the post that settles a question."""
    Thread.objects.filter(pk=thread.pk).update(answer=post)
