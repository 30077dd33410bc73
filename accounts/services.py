"""What every room writes down: acts for the trail, announcements for the outbox."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.folding import fold_name
from accounts.limits import spend_for
from accounts.models import MAX_NAME, Announcement, AuditEntry, NameChange, Namesake, User
from accounts.names import (
    REFUSALS,
    Verdict,
    is_namesake,
    judge_name,
    marked_name,
    own_name,
    protected_names,
)
from accounts.permissions import renaming_block
from accounts.security import log_event

ACTS_ON_RIGHTS = {"change staff rights", "link account"}
KINDS_OF_RIGHTS = {"capacity", "membership", "moderatorscope"}


def record_act(subject: models.Model, *, by: User | None, act: str) -> AuditEntry:
    """Write into the audit trail that a person did something to a row."""
    if act in ACTS_ON_RIGHTS or subject._meta.model_name in KINDS_OF_RIGHTS:
        kind = subject._meta.model_name
        log_event("rights-changed", act=act, of=f"{kind}:{subject.pk}", person=by and by.pk)
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
def change_profile(
    user: User, *, by: User, public_name: str, language: str, is_own_name: bool = False
) -> None:
    """Set the name that others see, and the language of mails.

    Raises ValidationError where the person may not be called so, or not rename themselves now.
    """
    spend_for(by, "settings")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    is_renamed, user.language = public_name != own_name(user), language
    if is_renamed:
        if block := renaming_block(user):
            raise ValidationError(block.reason)
        verdict = judge_name(public_name, protected_names(user), of=user.pk)
        if verdict not in _allowed(is_own_name):
            raise ValidationError(REFUSALS[verdict])
        NameChange.objects.create(user=user, old_name=user.public_name)
        _set_name(user, public_name, is_namesake=verdict == Verdict.NAMESAKE)
        record_act(user, by=by, act="change name")
    if not is_renamed and Namesake.objects.filter(user=user).exists():
        user.public_name = marked_name(public_name, language)
    user.save(update_fields=["public_name", "folded_name", "language"])
    record_act(user, by=by, act="change profile")


@transaction.atomic
def name_new_person(user: User, name: str, *, is_own_name: bool) -> None:
    """Save a new person under a name, with a mark where somebody in office has it too.

    Raises ValidationError where nobody may be called so.
    """
    verdict = judge_name(name, protected_names(None))
    if verdict not in _allowed(is_own_name):
        raise ValidationError(REFUSALS[verdict])
    user.public_name = name
    user.save()
    if verdict == Verdict.NAMESAKE:
        mark_namesake(user)


@transaction.atomic
def mark_namesake(user: User) -> None:
    """Put a mark beside the name of somebody who shares it with a person in office.

    Staff find them in a list. Doing it twice changes nothing.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not Namesake.objects.filter(user=user).exists():
        _set_name(user, user.public_name[:MAX_NAME], is_namesake=True)
        user.save(update_fields=["public_name", "folded_name"])
        record_act(user, by=None, act="mark namesake")


@transaction.atomic
def unmark_namesake(user: User) -> None:
    """Take away the mark of somebody whose name is nobody's in office any more, if any."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Namesake.objects.filter(user=user).exists():
        _set_name(user, own_name(user), is_namesake=False)
        user.save(update_fields=["public_name", "folded_name"])
        record_act(user, by=None, act="unmark namesake")


def mark_namesakes() -> int:
    """Mark who has the name of somebody who came into office since, and unmark whose did not stay.

    Returns how many were changed.
    """
    protected = list(protected_names(None))
    owners: dict[str, set[int | None]] = defaultdict(set)
    for one in protected:
        if not one.is_body:
            owners[fold_name(one.name)].add(one.user)
    alike = User.objects.filter(folded_name__in=owners, closed_at=None, import_key=None)
    new = [
        user
        for user in alike.filter(namesake=None).only("folded_name")
        if user.pk not in owners[user.folded_name]
    ]
    for user in new:
        mark_namesake(user)
    # Whoever has an office of their own is shown with it.
    offices = {one.user for one in protected if one.user is not None and not one.is_body}
    old = [
        namesake.user
        for namesake in Namesake.objects.select_related("user")
        if namesake.user_id in offices or not is_namesake(namesake)
    ]
    for user in old:
        unmark_namesake(user)
    return len(new) + len(old)


@transaction.atomic
def see_namesake(namesake: Namesake, *, by: User) -> None:
    """Note that staff have looked at a namesake; the first time counts."""
    unseen = Namesake.objects.filter(pk=namesake.pk, seen_at=None)
    if unseen.update(seen_at=timezone.now(), seen_by=by):
        record_act(namesake.user, by=by, act="look at namesake")


def _allowed(is_own_name: bool) -> set[Verdict]:
    return {Verdict.FREE, Verdict.NAMESAKE} if is_own_name else {Verdict.FREE}


def _set_name(user: User, name: str, *, is_namesake: bool) -> None:
    """Give a locked person a name, marked or not; the caller saves it."""
    if is_namesake:
        values = {"own_name": name, "since": timezone.now(), "seen_at": None, "seen_by": None}
        Namesake.objects.update_or_create(user=user, defaults=values)
    else:
        Namesake.objects.filter(user=user).delete()
    user.public_name = marked_name(name, user.language) if is_namesake else name


@transaction.atomic
def change_staff_rights(user: User, *, by: User, is_staff: bool, groups: Iterable[Group]) -> None:
    """Make a person staff or not, in these groups and no others."""
    User.objects.filter(pk=user.pk).update(is_staff=is_staff)
    user.groups.set(groups)
    record_act(user, by=by, act="change staff rights")
