"""What those who look after a community do there; each act leaves a row that everybody reads.

Locks are taken in one order everywhere: community, thread, post.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from accounts.services import record_act
from communities import services as communities
from communities.markup import is_blank, render, storable, words_of
from communities.models import Community, Proposal
from communities.permissions import may_keep_community, may_moderate
from discussions.models import Act, OutcomeNote, Post, Thread
from discussions.permissions import (
    may_approve,
    may_lock,
    may_move,
    may_pin,
    may_slow,
    may_tag,
    may_unlock,
    may_write_outcome,
)
from discussions.services.edits import EditedMeanwhileError, refuse_if_edited
from discussions.services.status import set_status
from discussions.services.writing import Writing

Kind = Act.Kind


class Facts(TypedDict, total=False):
    """What an act set: minutes or posts a day (0 is no limit), another community, or anew.

    With it may go whether who did it moderated the community then.
    """

    number: int
    elsewhere: Community
    is_anew: bool
    has_authority: bool


def record(
    community: Community,
    kind: Act.Kind,
    *,
    by: User,
    thread: Thread | None = None,
    note: str = "",
    **facts: Unpack[Facts],
) -> Act:
    """Leave a row that everybody can read; call it where the community's lock is held.

    Give as a note only what somebody typed: facts are put into words for each reader.
    """
    spend_for(by, "desk")
    note = " ".join(storable(note).split())[:200]
    return Act.objects.create(
        community=community, thread=thread, kind=kind, by=by, note=note, **facts
    )


@transaction.atomic
def set_locked(thread: Thread, locked: bool, *, by: User, reason: str = "") -> None:
    """Lock or unlock a thread, without asking who may."""
    community = _lock_community(thread)
    Thread.objects.filter(pk=thread.pk).update(is_locked=locked)
    record_act(thread, by=by, act="lock" if locked else "unlock")
    kind = Kind.LOCK if locked else Kind.UNLOCK
    has_authority = may_moderate(by, community)
    record(community, kind, by=by, thread=thread, note=reason, has_authority=has_authority)


@transaction.atomic
def set_pinned(thread: Thread, pinned: bool, *, by: User) -> None:
    """Pin a thread to the top of its community, or take it down, without asking who may."""
    community = _lock_community(thread)
    Thread.objects.filter(pk=thread.pk).update(is_pinned=pinned)
    record_act(thread, by=by, act="pin" if pinned else "unpin")
    record(community, Kind.PIN if pinned else Kind.UNPIN, by=by, thread=thread)


@transaction.atomic
def lock_thread(thread: Thread, locked: bool, *, by: User, reason: str) -> None:
    """Lock or unlock a thread for a reason that everybody reads; twice changes nothing.

    Raises ValidationError where the person may not.
    """
    thread = _locked(thread)
    _refuse_unless(may_lock(by, thread) if locked else may_unlock(by, thread))
    if thread.is_locked != locked:
        set_locked(thread, locked, by=by, reason=reason)


@transaction.atomic
def pin_thread(thread: Thread, pinned: bool, *, by: User) -> None:
    """Pin a thread, or take it down; twice changes nothing.

    Raises ValidationError where the person may not.
    """
    thread = _locked(thread)
    _refuse_unless(may_pin(by, thread))
    if thread.is_pinned != pinned:
        set_pinned(thread, pinned, by=by)


@transaction.atomic
def set_tags(thread: Thread, names: Sequence[str], *, by: User) -> None:
    """Set the tags of a thread, making those that are new.

    Raises ValidationError where the person may not.
    """
    thread = _locked(thread)
    _refuse_unless(may_tag(by, thread))
    if set(names) != set(thread.tags.names()):
        thread.tags.set(names)
        record_act(thread, by=by, act="tag")
        record(thread.community, Kind.TAG, by=by, thread=thread, note=", ".join(names))


@transaction.atomic
def set_pace(thread: Thread, minutes: int, *, by: User, reason: str = "") -> None:
    """Set how many minutes a person waits between two posts in a thread; 0 is no wait.

    Raises ValidationError where the person may not.
    """
    thread = _locked(thread)
    _refuse_unless(may_slow(by, thread))
    if thread.slow_minutes == minutes:
        return
    Thread.objects.filter(pk=thread.pk).update(slow_minutes=minutes)
    record_act(thread, by=by, act="set pace")
    record(thread.community, Kind.SLOW, by=by, thread=thread, note=reason, number=minutes)


@transaction.atomic
def move_thread(thread: Thread, to: Community, *, by: User) -> None:
    """Move a thread to another community; it is pinned no longer, and keeps its pace.

    Raises ValidationError where the person may not, or somebody else moved it.
    """
    keys = [thread.community_id, to.pk]
    both = Community.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    by_key = {community.pk: community for community in both}
    locked = Thread.objects.select_for_update().get(pk=thread.pk)
    _refuse_if_moved(locked, thread.community_id)
    origin, target = by_key[thread.community_id], by_key[to.pk]
    locked.community = origin
    _refuse_unless(may_move(by, locked, target))
    Thread.objects.filter(pk=locked.pk).update(community=target, is_pinned=False)
    Community.objects.filter(pk=origin.pk).update(thread_count=F("thread_count") - 1)
    Community.objects.filter(pk=target.pk).update(thread_count=F("thread_count") + 1)
    record_act(locked, by=by, act="move")
    record(origin, Kind.MOVE, by=by, thread=locked, elsewhere=target)
    record(target, Kind.ARRIVE, by=by, thread=locked, elsewhere=origin)


@transaction.atomic
def approve_post(post: Post, *, by: User, edition: int) -> Post:
    """Publish a newcomer's first post, which waited to be read, in the edition that was read.

    Raises EditedMeanwhileError where it has other words by now, ValidationError where the person
    may not, or somebody else was faster.
    """
    thread = _locked(post.thread)
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    post.thread = thread
    if post.status != Post.Status.PENDING:
        raise ValidationError(
            _("This post is %(status)s already.") % {"status": post.get_status_display()}
        )
    _refuse_unless(may_approve(by, post))
    refuse_if_edited(post, edition)
    post = set_status(post, Post.Status.PUBLISHED, by=by)
    record(thread.community, Kind.APPROVE, by=by, thread=thread)
    return post


@transaction.atomic
def write_outcome(
    thread: Thread, *, by: User, writing: Writing, seen: str | None = None
) -> OutcomeNote:
    """Write what came of a thread, or write it anew.

    `seen` is the `moment` of the note that they had read, "" for none. Raises
    EditedMeanwhileError where another stands there by now, ValidationError where the person may
    not, or says nothing.
    """
    thread = _locked(thread)
    _refuse_unless(may_write_outcome(by, thread))
    present = OutcomeNote.objects.filter(thread=thread).first()
    if seen is not None and seen != (present.moment if present else ""):
        raise EditedMeanwhileError(_("Somebody else wrote what happened since you began."))
    writing = replace(writing, body=storable(writing.body).strip())
    html = render(writing.body)
    if is_blank(words_of(html)):
        raise ValidationError(_("Please say what happened."))
    spend_for(by, "outcome")
    note, is_new = OutcomeNote.objects.update_or_create(
        thread=thread,
        defaults={
            "author": by,
            "capacity": writing.capacity,
            "language": writing.language or by.language[:2],
            "body": writing.body,
            "html": html,
            "written_at": timezone.now(),
        },
    )
    record_act(thread, by=by, act="write outcome" if is_new else "change outcome")
    record(thread.community, Kind.OUTCOME, by=by, thread=thread, is_anew=not is_new)
    return note


@transaction.atomic
def keep_description(
    community: Community, *, by: User, description: str, posts_per_day: int | None
) -> None:
    """Set what a community says of itself, and how many posts a person may write there in a day.

    Raises ValidationError where the person may not.
    """
    community = _kept(community, by)
    if communities.change_description(community, by=by, description=description):
        record(community, Kind.DESCRIBE, by=by)
    if communities.change_cap(community, by=by, posts_per_day=posts_per_day):
        record(community, Kind.CAP, by=by, number=posts_per_day or 0)


@transaction.atomic
def keep_rules(community: Community, *, by: User, rules: str) -> None:
    """Set the rules of a community; raises ValidationError where the person may not."""
    community = _kept(community, by)
    if communities.change_rules(community, by=by, rules=rules).rules != community.rules:
        record(community, Kind.RULES, by=by)


@transaction.atomic
def keep_links(community: Community, *, by: User, links: Sequence[tuple[str, str]]) -> None:
    """Set the local links; raises ValidationError where the person may not, or too few stay."""
    community = _kept(community, by)
    if communities.change_links(community, by=by, links=links):
        record(community, Kind.LINKS, by=by)


@transaction.atomic
def open_community(proposal: Proposal, *, by: User, founding: communities.Founding) -> Community:
    """Open the community that was proposed, as `communities.services` does, for all to read."""
    community = communities.open_community(proposal, by=by, founding=founding)
    record(community, Kind.OPEN, by=by)
    return community


@transaction.atomic
def archive_community(community: Community, archived: bool, *, by: User) -> None:
    """Archive a community, or open it again, without asking who may."""
    community = Community.objects.select_for_update().get(pk=community.pk)
    if communities.set_archived(community, archived, by=by):
        record(community, Kind.ARCHIVE if archived else Kind.REOPEN, by=by)


def set_answer(thread: Thread, post: Post) -> None:
    """Mark the post that settles a question."""
    Thread.objects.filter(pk=thread.pk).update(answer=post)


def _lock_community(thread: Thread) -> Community:
    return Community.objects.select_for_update(of=("self",)).get(threads=thread.pk)


def _locked(thread: Thread) -> Thread:
    """Lock the community of a thread, and the thread; return it as it is now."""
    community = _lock_community(thread)
    thread = Thread.objects.select_for_update().get(pk=thread.pk)
    _refuse_if_moved(thread, community.pk)
    thread.community = community
    return thread


def _kept(community: Community, by: User) -> Community:
    community = Community.objects.select_for_update().get(pk=community.pk)
    _refuse_unless(may_keep_community(by, community))
    return community


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise ValidationError(_("You cannot do this here at the moment."))


def _refuse_if_moved(thread: Thread, community: int) -> None:
    if thread.community_id != community:
        raise ValidationError(_("Somebody moved this thread a moment ago. Please look again."))
