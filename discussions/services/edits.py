"""Other wordings of what somebody wrote, and taking it back."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import Announcement, User
from accounts.services import announce
from communities.markup import storable, words_of
from communities.models import Community
from discussions.models import Image, Mention, Post, PostRevision, Thread
from discussions.permissions import hold_reason_again, may_edit, may_withdraw
from discussions.services.drafts import discard_draft
from discussions.services.mentions import keep_mentions, meant_in, render_naming
from discussions.services.pictures import figures, place_pictures
from discussions.services.status import set_status
from discussions.services.writing import refuse_unseen

MOST_EDITIONS = 50


class EditedMeanwhileError(ValidationError):
    """Somebody rewords an edition that is no longer the present one."""


@transaction.atomic
def edit_post(
    post: Post,
    *,
    by: User,
    body: str,
    edition: int,
    title: str = "",
    pictures: Sequence[Image] = (),
    meant: Mapping[str, int] | None = None,
) -> Post:
    """Reword a post, and with the first one its thread's title; the old wording is kept.

    The same words twice are one edition. Raises EditedMeanwhileError where `edition` is not the
    present one any more, ValidationError where the person may not, or no longer.
    """
    post = _locked(post)
    thread, body = post.thread, storable(body)
    title = " ".join(storable(title).split()) if title and is_first(post) else thread.title
    html, named = render_naming(
        body,
        by=by,
        community=thread.community_id,
        thread=thread.pk,
        meant=meant_in(post) | dict(meant or {}),
    )
    refuse_unseen(title)
    refuse_unseen(words_of(html))
    html += figures(pictures)
    discard_draft(post, by=by)
    if (body, title, html) == (storable(post.body), thread.title, post.html):
        return post
    if not may_edit(by, post):
        raise ValidationError(_("You can no longer change this post."))
    if edition != post.edition:
        raise EditedMeanwhileError(_("This post was changed in another window."))
    if post.edition >= MOST_EDITIONS:
        raise ValidationError(_("This post was changed so often that it has to stay as it is."))
    spend_for(by, "edit")
    hold_reason = _hold_reason(post, is_retitled=title != thread.title)
    _keep_wording(post, by=by)
    post.body, post.html = body, html
    post.edition, post.edited_at = post.edition + 1, timezone.now()
    post.save(update_fields=["body", "html", "edition", "edited_at"])
    place_pictures(post, pictures)
    if hold_reason:
        post = _hold_again(post, hold_reason, by=by)
    if newly_named := keep_mentions(post, named):
        spend_for(by, "mention", amount=len(newly_named))
    _announce_mentions(post, newly_named)
    if title != thread.title:
        Thread.objects.filter(pk=thread.pk).update(title=title)
    return post


def refuse_if_edited(post: Post, edition: int) -> None:
    """Raise EditedMeanwhileError where somebody read another edition than the present one."""
    if post.edition != edition:
        words = _("These words were changed since you read them. Please read them again.")
        raise EditedMeanwhileError(words)


def is_first(post: Post) -> bool:
    """Say whether a post opens its thread, also before it has a number."""
    return post.number == 1 or not post.thread.last_number


@transaction.atomic
def withdraw_post(post: Post, *, by: User) -> Post:
    """Take a post back; a stub keeps its number. Raises ValidationError where the person may not.

    A thread in which nothing was published goes with its first post.
    """
    post = _locked(post)
    if not may_withdraw(by, post):
        raise ValidationError(_("You cannot take this post back."))
    waits = post.thread.status == Thread.Status.PENDING and not post.thread.last_number
    post = set_status(post, Post.Status.WITHDRAWN, by=by)
    if waits:
        Thread.objects.filter(pk=post.thread_id).update(status=Thread.Status.WITHDRAWN)
    return post


def _hold_reason(post: Post, *, is_retitled: bool) -> str:
    """Say why other words of a post wait to be read, "" if they do not.

    Raises ValidationError where they cannot wait without taking away what others wrote.
    """
    reason = hold_reason_again(post) if post.status == Post.Status.PUBLISHED else ""
    if not reason:
        return ""
    if post.thread.answer_id == post.pk:
        raise ValidationError(_("This answer was read before it was shown, so it stays as it is."))
    if is_retitled and post.thread.last_number > 1:
        raise ValidationError(_("This title was read before it was shown, so it stays as it is."))
    return reason


def _hold_again(post: Post, reason: str, *, by: User) -> Post:
    """Take a published post out of sight until its new words are read."""
    post.hold_reason = reason
    post.save(update_fields=["hold_reason"])
    return set_status(post, Post.Status.PENDING, by=by)


def _announce_mentions(post: Post, mentions: list[Mention]) -> None:
    """Have those told who were not named before; a post that waits tells all it names later."""
    if post.status == Post.Status.PUBLISHED:
        for mention in mentions:
            announce(Announcement.Kind.MENTION, mention)


def _locked(post: Post) -> Post:
    community = Community.objects.select_for_update(of=("self",)).get(threads__posts=post.pk)
    thread = Thread.objects.select_for_update().get(pk=post.thread_id)
    post = Post.objects.select_for_update().defer("search").get(pk=post.pk)
    post.thread, thread.community = thread, community
    return post


def _keep_wording(post: Post, *, by: User) -> None:
    PostRevision.objects.create(
        post=post,
        edition=post.edition,
        title=post.thread.title if is_first(post) else "",
        body=post.body,
        html=post.html,
        by=by,
        written_at=post.edited_at or post.created_at,
    )
