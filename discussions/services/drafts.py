"""What people have begun to write and not sent: kept until they send it or throw it away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from communities.markup import LONGEST_TEXT, storable
from communities.models import Community
from discussions.models import Draft, Post, Thread

LONGEST_TITLE = 150
MOST_DRAFTS = 100  # of one person
KEPT_FOR = timedelta(days=30)

Place = Community | Thread | Post
COLUMNS = {Community: "community", Thread: "thread", Post: "post"}
FORGET = {
    "community": "DELETE FROM discussions_draft WHERE user_id = %s AND community_id = %s",
    "thread": "DELETE FROM discussions_draft WHERE user_id = %s AND thread_id = %s",
    "post": "DELETE FROM discussions_draft WHERE user_id = %s AND post_id = %s",
}


@transaction.atomic
def save_draft(
    place: Place, *, by: User, body: str, title: str = "", submit_key: UUID | None = None
) -> Draft | None:
    """Keep what somebody has begun to write in a place; without words there is no draft.

    A form that was sent already keeps nothing: its words may arrive late. Raises ValidationError
    where the words are too long, or the person keeps too many drafts.
    """
    body, title = storable(body), " ".join(storable(title).split())
    if len(body) > LONGEST_TEXT or len(title) > LONGEST_TITLE:
        raise ValidationError(
            _("This is too long to keep: a text has at most %(most)d letters.")
            % {"most": LONGEST_TEXT}
        )
    if not body.strip() and not title:
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
    draft = Draft(user=by, title=title, body=body, updated_at=timezone.now(), **{column: place})
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["user", column],
        update_fields=["title", "body", "updated_at"],
    )
    return draft


def discard_draft(place: Place, *, by: User) -> None:
    """Forget what somebody has begun to write in a place."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET[_column(place)], [by.pk, place.pk])


def draft_for(place: Place, *, by: User) -> Draft | None:
    """Return what somebody has begun to write in a place, if they have."""
    mine: dict[str, Any] = {_column(place): place.pk}
    return Draft.objects.filter(user=by, **mine).first()


def forget_old_drafts(now: datetime) -> int:
    """Delete drafts that nobody touched for 30 days; returns how many."""
    deleted, _by_model = Draft.objects.filter(updated_at__lt=now - KEPT_FOR).delete()
    return deleted


def _column(place: Place) -> str:
    return COLUMNS[type(place)]
