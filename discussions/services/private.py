"""What people do for themselves alone: keep a post, leave somebody out."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from discussions.models import Bookmark, Ignore, Post
from discussions.permissions import may_bookmark, may_ignore


def keep_post(post: Post, *, by: User, note: str = "") -> Bookmark:
    """Bookmark a post with a note of one's own; keeping it again changes the note.

    Raises ValidationError where the post is not on show, and not one's own.
    """
    if not may_bookmark(by, post):
        raise ValidationError(_("You cannot keep this post."))
    spend_for(by, "bookmark")
    defaults = {"note": note}
    bookmark, _is_new = Bookmark.objects.update_or_create(user=by, post=post, defaults=defaults)
    return bookmark


def drop_post(post_pk: int, *, by: User) -> bool:
    """Take a bookmark away, also of a post that cannot be read any more; says if there was one."""
    rows, _kinds = Bookmark.objects.filter(user=by, post=post_pk).delete()
    return bool(rows)


def ignore_person(person: User, *, by: User) -> None:
    """Leave somebody's posts out of one's own view of threads.

    Raises ValidationError where it is oneself, or staff.
    """
    if not may_ignore(by, person):
        raise ValidationError(_("You cannot ignore this person."))
    spend_for(by, "ignore")
    Ignore.objects.get_or_create(user=by, ignored=person, defaults={"at": timezone.now()})


def stop_ignoring(person: User, *, by: User) -> None:
    """Read somebody again."""
    Ignore.objects.filter(user=by, ignored=person).delete()
