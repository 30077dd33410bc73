"""What readers leave beside the words: thanks, following, how far they have read."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from discussions.models import Follow, Post, Thanks, Thread
from discussions.permissions import may_thank

MARK_READ = """
INSERT INTO discussions_visit (user_id, thread_id, last_number, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, thread_id) DO UPDATE SET last_number = EXCLUDED.last_number, at = EXCLUDED.at
WHERE discussions_visit.last_number < EXCLUDED.last_number
"""


@transaction.atomic
def thank(post: Post, *, by: User) -> bool:
    """Thank the author of a post; says whether it was the first time."""
    if not may_thank(by, post):
        raise ValidationError(_("You cannot thank for this post."))
    spend_for(by, "thanks")
    _thanks, is_new = Thanks.objects.get_or_create(post=post, user=by)
    if is_new:
        Post.objects.filter(pk=post.pk).update(thanks_count=F("thanks_count") + 1)
    return is_new


def follow_thread(thread: Thread, *, by: User, mode: str) -> None:
    """Follow or mute a thread, or with an empty mode neither."""
    spend_for(by, "follow")
    if mode:
        Follow.objects.update_or_create(user=by, thread=thread, defaults={"mode": mode})
    else:
        Follow.objects.filter(user=by, thread=thread).delete()


def mark_read(thread: Thread, *, by: User, number: int) -> None:
    """Move a reader's mark up to a number; it never moves down."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_READ, [by.pk, thread.pk, number, timezone.now()])
