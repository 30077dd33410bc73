"""The only writers of threads, posts and their counters.

Locks are taken in one order everywhere: community, thread, post.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Announcement, User
from accounts.services import announce, record_act
from communities.markup import render, storable
from communities.models import Community, Viewer
from communities.permissions import may_moderate
from communities.prepared import prepared
from councillors.models import Capacity
from discussions.models import Follow, Post, Thanks, Thread
from discussions.permissions import may_post, may_start_thread, may_thank
from discussions.search import words_of

# One statement, whether there is a mark already or not, and whoever else moves it meanwhile.
MARK_READ = """
INSERT INTO discussions_visit (user_id, thread_id, last_number, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, thread_id) DO UPDATE SET last_number = EXCLUDED.last_number, at = EXCLUDED.at
WHERE discussions_visit.last_number < EXCLUDED.last_number
"""


@dataclass(frozen=True)
class Writing:
    """What somebody wrote: Markdown, the capacity they speak in, and the key of their form."""

    body: str
    capacity: Capacity | None = None
    submit_key: UUID | None = None
    language: str = ""


@transaction.atomic
def start_thread(
    community: Community, *, by: User, title: str, writing: Writing, tags: list[str] | None = None
) -> Thread:
    """Start a thread with its first post; a form sent twice starts one thread.

    Raises ValidationError where the person may not write here.
    """
    community = Community.objects.select_for_update().get(pk=community.pk)
    if not may_start_thread(by, community):
        raise ValidationError(_("You cannot start a thread here at the moment."))
    if earlier := _submitted_before(by, writing.submit_key):
        return earlier.thread
    return open_thread(community, by=by, title=title, writing=writing, tags=tags)


def open_thread(
    community: Community,
    *,
    by: User,
    title: str,
    writing: Writing,
    kind: Thread.Kind = Thread.Kind.DISCUSSION,
    tags: list[str] | None = None,
) -> Thread:
    """Insert a thread and its first post without asking who may; for start_thread and questions.

    Call it inside a transaction that holds the community's lock.
    """
    thread = Thread.objects.create(
        community=community, author=by, title=" ".join(storable(title).split()), kind=kind
    )
    if tags:
        thread.tags.set(tags)
    Follow.objects.create(user=by, thread=thread, mode=Follow.Mode.FOLLOW)
    add_post(thread, by=by, writing=writing, reply_to=None)
    return thread


@transaction.atomic
def reply(thread: Thread, *, by: User, writing: Writing, reply_to: Post | None = None) -> Post:
    """Add a post to a thread; a form sent twice adds one post.

    Raises ValidationError where the person may not write here.
    """
    (thread,) = _locked_thread(by, pk=thread.pk)
    if not may_post(by, thread):
        raise ValidationError(_("You cannot write in this thread at the moment."))
    if earlier := _submitted_before(by, writing.submit_key):
        return earlier
    return add_post(thread, by=by, writing=writing, reply_to=reply_to)


def add_post(thread: Thread, *, by: User, writing: Writing, reply_to: Post | None = None) -> Post:
    """Insert a post without asking who may; held where the rules of the community say so.

    Call it inside a transaction that holds the thread's lock.
    """
    body = storable(writing.body)
    hold_reason = _hold_reason(thread, by)
    post = Post(
        pk=_next_pk(),
        thread=thread,
        author=by,
        capacity=writing.capacity,
        reply_to=reply_to,
        body=body,
        html=render(body),
        language=writing.language or by.language[:2],
        submit_key=writing.submit_key,
        hold_reason=hold_reason,
    )
    title = "" if thread.last_number else thread.title
    post.search = words_of(post.pk, title=title, body=body)
    if not hold_reason:
        _give_number(thread, post)
    post.save(force_insert=True)
    if not hold_reason:
        _count_as_shown(thread, post, is_new=True)
    return post


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
    if status == Post.Status.PUBLISHED:
        is_new = _give_number(thread, post)
        post.save(update_fields=["status", "number", "published_at"])
        _count_as_shown(thread, post, is_new=is_new)
    else:
        _take_back(thread, post, status)
    record_act(post, by=by, act=f"set {status}")
    return post


@transaction.atomic
def thank(post: Post, *, by: User) -> bool:
    """Thank the author of a post; says whether it was the first time."""
    if not may_thank(by, post):
        raise ValidationError(_("You cannot thank for this post."))
    _thanks, is_new = Thanks.objects.get_or_create(post=post, user=by)
    if is_new:
        Post.objects.filter(pk=post.pk).update(thanks_count=F("thanks_count") + 1)
    return is_new


def follow_thread(thread: Thread, *, by: User, mode: str) -> None:
    """Follow or mute a thread, or with an empty mode neither."""
    if mode:
        Follow.objects.update_or_create(user=by, thread=thread, defaults={"mode": mode})
    else:
        Follow.objects.filter(user=by, thread=thread).delete()


def mark_read(thread: Thread, *, by: User, number: int) -> None:
    """Move a reader's mark up to a number; it never moves down."""
    with connection.cursor() as cursor:
        cursor.execute(MARK_READ, [by.pk, thread.pk, number, timezone.now()])


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


def _submitted_before(by: User, submit_key: UUID | None) -> Post | None:
    if submit_key is None:
        return None
    return next(iter(_submitted(by, author=by.pk, submit_key=submit_key)), None)


@prepared
def _submitted(viewer: Viewer, *, author: int, submit_key: UUID) -> QuerySet[Post]:
    posts = Post.objects.filter(author=author, submit_key=submit_key)
    return posts.select_related("thread").defer("search")


@prepared
def _locked_thread(viewer: Viewer, *, pk: int) -> QuerySet[Thread]:
    threads = Thread.objects.select_for_update(of=("self",)).filter(pk=pk)
    return threads.select_related("community")


def _next_pk() -> int:
    """Draw the pk of a post before it is written: the words that search finds it by hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('discussions_post', 'id'))")
        pk: int = cursor.fetchone()[0]
    return pk


def _hold_reason(thread: Thread, by: User) -> str:
    if by.posts_held_until is not None and by.posts_held_until > timezone.now():
        return Post.HoldReason.ACCOUNT
    if not thread.community.hold_first_posts or may_moderate(by, thread.community):
        return ""
    published = Post.objects.published().filter(author=by, thread__community=thread.community_id)
    return "" if published.exists() else Post.HoldReason.NEWCOMER


def _give_number(thread: Thread, post: Post) -> bool:
    """Make a post published, with a number the first time; says whether it was the first."""
    post.status = Post.Status.PUBLISHED
    if post.number is not None:
        return False
    thread.last_number += 1
    post.number = thread.last_number
    post.published_at = thread.last_post_at = timezone.now()
    return True


def _count_as_shown(thread: Thread, post: Post, *, is_new: bool) -> None:
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
