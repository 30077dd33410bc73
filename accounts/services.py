"""What every room writes down: acts for the trail, announcements for the outbox."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import models, transaction

from accounts.limits import spend_for
from accounts.models import Announcement, AuditEntry, User


def record_act(subject: models.Model, *, by: User | None, act: str) -> AuditEntry:
    """Write into the audit trail that a person did something to a row."""
    return AuditEntry.objects.create(
        by=by, act=act, subject_kind=subject._meta.model_name or "", subject_id=subject.pk
    )


def announce(kind: Announcement.Kind, subject: models.Model) -> None:
    """Put a line into the outbox; call it inside the transaction that publishes."""
    Announcement.objects.create(kind=kind, subject_id=subject.pk)


@transaction.atomic
def suspend_user(user: User, *, by: User, until: datetime | None) -> None:
    """Keep a person from writing until a moment; None ends it at once."""
    User.objects.filter(pk=user.pk).update(suspended_until=until)
    record_act(user, by=by, act="suspend" if until else "end suspension")


@transaction.atomic
def hold_posts(user: User, *, by: User, until: datetime | None) -> None:
    """Hold what a person writes for staff to read, until a moment; None ends it at once."""
    User.objects.filter(pk=user.pk).update(posts_held_until=until)
    record_act(user, by=by, act="hold posts" if until else "end holding posts")


@transaction.atomic
def change_profile(user: User, *, by: User, public_name: str, language: str) -> None:
    """Set the name that others see, and the language of mails."""
    spend_for(by, "settings")
    User.objects.filter(pk=user.pk).update(public_name=public_name, language=language)
    record_act(user, by=by, act="change profile")


@transaction.atomic
def change_staff_rights(user: User, *, by: User, is_staff: bool, groups: Iterable[Group]) -> None:
    """Make a person staff or not, in these groups and no others."""
    User.objects.filter(pk=user.pk).update(is_staff=is_staff)
    user.groups.set(groups)
    record_act(user, by=by, act="change staff rights")
