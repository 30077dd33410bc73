"""What people have begun to write and not sent: kept until they send it or throw it away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import User
from communities.markup import LONGEST_TEXT, storable
from communities.models import Community
from councillors.models import Capacity
from discussions.models import Draft, Image, Post, Thread

LONGEST_TITLE = 150
LONGEST_TAGS = 120  # of new ones, as they are typed
MOST_DRAFTS = 100  # of one person
DRAFTS_AT_ONCE = 1_000

Place = Community | Thread | Post
COLUMNS = {Community: "community", Thread: "thread", Post: "post"}
FORGET = {
    "community": "DELETE FROM discussions_draft WHERE user_id = %s AND community_id = %s",
    "thread": "DELETE FROM discussions_draft WHERE user_id = %s AND thread_id = %s",
    "post": "DELETE FROM discussions_draft WHERE user_id = %s AND post_id = %s",
}


@dataclass(frozen=True)
class Beside:
    """What somebody has chosen beside their words so far, as it was typed.

    `answers` is the number of a post in the thread, `edition` the one of the post they reword.
    """

    tags: Sequence[str] = ()
    new_tags: str = ""
    capacity: Capacity | None = None
    answers: int | None = None
    edition: int | None = None
    pictures: Sequence[Image] = ()


NOTHING = Beside()


@transaction.atomic
def save_draft(
    place: Place,
    *,
    by: User,
    body: str,
    title: str = "",
    beside: Beside = NOTHING,
    submit_key: UUID | None = None,
) -> Draft | None:
    """Keep what somebody has begun to write in a place; without words or pictures there is none.

    A form that was sent already keeps nothing: its words may arrive late. Raises ValidationError
    where the words are too long, or the person keeps too many drafts.
    """
    body, title = storable(body), " ".join(storable(title).split())
    new_tags = " ".join(storable(beside.new_tags).split())
    if len(body) > LONGEST_TEXT or len(title) > LONGEST_TITLE or len(new_tags) > LONGEST_TAGS:
        raise ValidationError(
            _("This is too long to keep: a text has at most %(most)d letters.")
            % {"most": LONGEST_TEXT}
        )
    if not body.strip() and not title and not beside.pictures:
        discard_draft(place, by=by)
        return None
    if submit_key and Post.objects.filter(author=by, submit_key=submit_key).exists():
        return None
    column = _column(place)
    others = Draft.objects.filter(user=by).exclude(**{column: place.pk})
    if others[MOST_DRAFTS - 1 : MOST_DRAFTS].exists():
        raise ValidationError(
            _("You keep %(most)d drafts already. Throw one away to keep another.")
            % {"most": MOST_DRAFTS}
        )
    spend_for(by, "draft")
    given = {
        "title": title,
        "body": body,
        "tags": list(beside.tags),
        "new_tags": new_tags,
        "capacity": beside.capacity,
        "answers": beside.answers,
        "edition": beside.edition,
        "pictures": [image.pk for image in beside.pictures],
        "picture_words": [image.alt for image in beside.pictures],
        "updated_at": timezone.now(),
    }
    draft = Draft(user=by, **{column: place}, **given)
    Draft.objects.bulk_create(
        [draft], update_conflicts=True, unique_fields=["user", column], update_fields=list(given)
    )
    return draft


def discard_draft(place: Place, *, by: User) -> None:
    """Forget what somebody has begun to write in a place."""
    # Each post that is sent asks this, most without a draft: the ORM would read before it deletes.
    with connection.cursor() as cursor:
        cursor.execute(FORGET[_column(place)], [by.pk, place.pk])


def discard_draft_by_pk(pk: int, *, by: User) -> bool:
    """Forget one of the drafts that somebody has, wherever it was begun; says if it was there."""
    rows, _kinds = Draft.objects.filter(user=by, pk=pk).delete()
    return bool(rows)


def draft_for(place: Place, *, by: User) -> Draft | None:
    """Return what somebody has begun to write in a place, if they have."""
    mine: dict[str, Any] = {_column(place): place.pk}
    return Draft.objects.filter(user=by, **mine).first()


def prune_drafts(before: datetime) -> Iterator[int]:
    """Delete drafts that nobody changed since a moment, batch by batch; yield how many each had."""
    old = Draft.objects.filter(updated_at__lt=before).order_by("updated_at")
    while True:
        with transaction.atomic():
            # One that is being changed is no longer old.
            batch = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
            deleted, _kinds = Draft.objects.filter(pk__in=list(batch[:DRAFTS_AT_ONCE])).delete()
        if not deleted:
            return
        yield deleted


def _column(place: Place) -> str:
    return COLUMNS[type(place)]
