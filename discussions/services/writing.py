"""The writers of threads, posts and their counters.

Locks are taken in one order everywhere: community, thread, post.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from communities.markup import is_blank, storable, words_of
from communities.models import Community, Membership, Viewer
from communities.prepared import prepared
from councillors.models import Capacity
from discussions.models import Follow, Image, Mention, Post, Thread
from discussions.permissions import hold_reason_for, why_not
from discussions.services.drafts import discard_draft
from discussions.services.mentions import keep_mentions, render_naming
from discussions.services.pictures import figures, place_pictures
from discussions.services.status import count_as_shown, give_number


@dataclass(frozen=True)
class Writing:
    """What somebody wrote: Markdown, pictures, the capacity they speak in, the form's key."""

    body: str
    capacity: Capacity | None = None
    submit_key: UUID | None = None
    language: str = ""
    pictures: Sequence[Image] = ()
    meant: Mapping[str, int] = field(default_factory=dict)  # of unclear names, whose they are


@transaction.atomic
def start_thread(
    community: Community, *, by: User, title: str, writing: Writing, tags: list[str] | None = None
) -> Thread:
    """Start a thread with its first post; a form sent twice starts one thread.

    Raises ValidationError where the person may not write here, or not yet; it says until when.
    """
    community = Community.objects.select_for_update().get(pk=community.pk)
    if earlier := _submitted_before(by, writing.submit_key):
        return earlier.thread
    _refuse_if_hindered(by, community)
    spend_for(by, "thread")
    discard_draft(community, by=by)
    thread = open_thread(community, by=by, title=title, writing=writing, tags=tags)
    is_held = thread.status != Thread.Status.PUBLISHED
    _count_reach(Mention.objects.filter(post__thread=thread), writing, by=by, is_held=is_held)
    return thread


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
    title = " ".join(storable(title).split())
    refuse_unseen(title)
    thread = Thread.objects.create(community=community, author=by, title=title, kind=kind)
    if tags:
        thread.tags.set(tags)
    Follow.objects.create(user=by, thread=thread, mode=Follow.Mode.FOLLOW)
    add_post(thread, by=by, writing=writing, reply_to=None)
    return thread


@transaction.atomic
def reply(thread: Thread, *, by: User, writing: Writing, reply_to: Post | None = None) -> Post:
    """Add a post to a thread; a form sent twice adds one post.

    Raises ValidationError where the person may not write here, or not yet; it says until when.
    """
    (thread,) = _locked_thread(by, pk=thread.pk)
    if earlier := _submitted_before(by, writing.submit_key):
        return earlier
    _refuse_if_hindered(by, thread)
    spend_for(by, "post")
    discard_draft(thread, by=by)
    post = add_post(thread, by=by, writing=writing, reply_to=reply_to)
    is_held = post.status == Post.Status.PENDING
    _count_reach(Mention.objects.filter(post=post), writing, by=by, is_held=is_held)
    return post


def add_post(thread: Thread, *, by: User, writing: Writing, reply_to: Post | None = None) -> Post:
    """Insert a post without asking who may; held where the rules of the community say so.

    Call it inside a transaction that holds the thread's lock.
    """
    body = storable(writing.body)
    html, named = render_naming(
        body, by=by, community=thread.community_id, thread=thread.pk, meant=writing.meant
    )
    refuse_unseen(words_of(html))
    hold_reason = hold_reason_for(by, thread.community)
    post = Post(
        thread=thread,
        author=by,
        capacity=writing.capacity,
        reply_to=reply_to,
        body=body,
        html=html + figures(writing.pictures),
        language=writing.language or by.language[:2],
        submit_key=writing.submit_key,
        hold_reason=hold_reason,
    )
    if not hold_reason:
        give_number(thread, post)
    post.save(force_insert=True)
    if named:
        keep_mentions(post, named)
    if writing.pictures:
        place_pictures(post, writing.pictures)
    if not hold_reason:
        count_as_shown(thread, post, is_new=True)
    return post


def refuse_unseen(words: str) -> None:
    """Raise ValidationError where nobody would see what was typed, such as a line across."""
    if is_blank(words):
        raise ValidationError(_("What you typed shows no words. Please write something."))


def was_submitted(by: User, submit_key: UUID | None) -> bool:
    """Say whether a form was sent before: what it says is there already."""
    return _submitted_before(by, submit_key) is not None


def _count_reach(mentions: QuerySet[Mention], writing: Writing, *, by: User, is_held: bool) -> None:
    """Count whom a new post names, and that it waits to be read."""
    if "@" in writing.body and (named := mentions.count()):
        spend_for(by, "mention", amount=named)
    if is_held:
        spend_for(by, "held_post")


def _refuse_if_hindered(by: User, place: Thread | Community) -> None:
    """Ask under the lock of the place once more whether a person may write there now."""
    community = place.community if isinstance(place, Thread) else place
    if community.posts_per_day is not None:
        # Two threads of a community have two locks; one person's posts of a day have this one.
        list(Membership.objects.select_for_update().filter(user=by, community=community))
    if hindrance := why_not(by, place):
        raise ValidationError(hindrance.words)


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
