"""What is deleted once it is old, how old it may grow, and the nightly round that deletes it."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import limits
from accounts.models import NameChange, User
from discussions import services as discussions
from notifications import services as notifications
from notifications.digests import OLDEST_NEWS
from records.models import Backup, RetentionRun

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 1_000
# A worker that holds a task for ten minutes is taken for dead, and the task is given to another.
MAX_SECONDS = 240
# A digest tells of nothing that is older; what it would tell twice must be known as long.
NEWS = OLDEST_NEWS.days + 1


@dataclass(frozen=True)
class Step:
    """One kind of rows: how they are deleted, batch by batch, and what people are promised.

    `name` is that of its period in settings.RETENTION, if it has one; `minimum` the days that the
    site needs.
    """

    name: str
    prune: Callable[[datetime], Iterator[int]]
    promise: Any = ""
    minimum: int = 0

    @property
    def days(self) -> int:
        return settings.RETENTION.get(self.name, 0)


def prune_sessions(before: datetime) -> Iterator[int]:
    """Delete sessions that ended before a moment; yield how many each batch had."""
    ended = Session.objects.filter(expire_date__lt=before).order_by("expire_date")
    while True:
        with transaction.atomic():
            batch = ended.select_for_update(skip_locked=True).values_list("pk", flat=True)
            deleted, _kinds = Session.objects.filter(pk__in=list(batch[:ROWS_AT_ONCE])).delete()
        if not deleted:
            return
        yield deleted


def prune_unproven_accounts(before: datetime) -> Iterator[int]:
    """Delete accounts made before a moment whose address was never confirmed.

    They cannot have written anything. One that something else depends on stays.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    claimed = User.objects.unproven().filter(Exists(addresses), import_key=None)
    unproven = claimed.filter(date_joined__lt=before).order_by("pk")
    pks = list(unproven.values_list("pk", flat=True)[:ROWS_AT_ONCE])
    while pks:
        yield sum(_delete_account(pk, unproven) for pk in pks)
        pks = list(unproven.filter(pk__gt=pks[-1]).values_list("pk", flat=True)[:ROWS_AT_ONCE])


@transaction.atomic
def _delete_account(pk: int, unproven: Any) -> bool:
    # Whoever confirms at this moment waits, or comes first and keeps the account.
    list(EmailAddress.objects.select_for_update().filter(user=pk))
    user = unproven.filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
    if user is None:
        return False
    try:
        user.delete()
    except ProtectedError:
        logger.info("Account %s has no proven address, but something depends on it", pk)
        return False
    return True


def prune_earlier_names(before: datetime) -> Iterator[int]:
    """Delete what people were called until a moment."""
    earlier = NameChange.objects.filter(at__lt=before).order_by("pk")
    while batch := list(earlier.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        yield NameChange.objects.filter(pk__in=batch).delete()[0]


def prune_loose_pictures(before: datetime) -> Iterator[int]:
    """Delete pictures that were put into nothing, with their files."""
    yield discussions.delete_loose_pictures(older_than=timezone.now() - before)


def sweep_pictures(_before: datetime) -> Iterator[int]:
    """Delete files of pictures that no row names, and loose pictures whose files are lost."""
    swept = discussions.sweep_pictures(now=timezone.now())
    yield swept.files + swept.rows


def prune_runs(before: datetime) -> Iterator[int]:
    """Delete what is noted of earlier rounds and back-ups."""
    yield RetentionRun.objects.filter(started_at__lt=before).delete()[0]
    yield Backup.objects.filter(made_at__lt=before).delete()[0]


def prune_limits(before: datetime) -> Iterator[int]:
    """Delete counts of what is limited whose windows ended before a moment."""
    yield limits.prune(now=before)


def forget_words(_before: datetime) -> Iterator[int]:
    """Delete the words of titles that no thread has any more."""
    yield discussions.forget_unsaid_words()


STEPS = [
    Step(
        "drafts",
        discussions.prune_drafts,
        _("What you have begun to write and not sent: %(time)s after you last changed it."),
        minimum=1,
    ),
    # After the drafts, which hold some of them.
    Step(
        "loose_pictures",
        prune_loose_pictures,
        _("A picture that you put into no post and no draft: %(time)s."),
        minimum=1,
    ),
    Step("picture_files", sweep_pictures),
    Step("sessions", prune_sessions, _("That you were signed in: %(time)s after it ended.")),
    Step(
        "unproven_accounts",
        prune_unproven_accounts,
        _("An account whose e-mail address was never confirmed: %(time)s."),
        minimum=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS + 1,
    ),
    Step(
        "earlier_names",
        prune_earlier_names,
        _("What you were called before you changed your name: %(time)s."),
        minimum=max(settings.RENAME_WINDOW_DAYS, settings.RENAME_SHOWN_DAYS),
    ),
    Step(
        "deliveries",
        notifications.prune_deliveries,
        _("Your list of news: %(time)s."),
        minimum=NEWS,
    ),
    Step(
        "digests",
        notifications.prune_digests,
        _("Of what a digest told you: %(time)s."),
        minimum=NEWS,
    ),
    Step(
        "told",
        notifications.prune_told,
        _("Up to where digests told you of a thread: %(time)s after its last post."),
        minimum=NEWS,
    ),
    Step("alert_windows", notifications.prune_windows),
    # After what points to them.
    Step(
        "mails",
        notifications.prune_mails,
        _("That we sent you an e-mail, and its subject: %(time)s."),
        minimum=NEWS,
    ),
    Step(
        "limits",
        prune_limits,
        _("How often you did what there is a limit to: %(time)s after the limit began anew."),
    ),
    Step("runs", prune_runs, minimum=7),
    Step("words", forget_words),
]


def promises() -> list[str]:
    """Say how long each kind is kept, for the privacy page."""
    return [
        str(step.promise)
        % {"time": ngettext("%(n)d day", "%(n)d days", step.days) % {"n": step.days}}
        for step in STEPS
        if step.promise
    ]


def prune(now: datetime, *, max_seconds: float = MAX_SECONDS) -> RetentionRun:
    """Delete what is older than its period, for some minutes at most, and note what was done.

    It may run twice at once, and be cut short at any moment. What fails does not keep the other
    steps from their work.
    """
    run = RetentionRun.objects.create(started_at=now)
    deadline = time.monotonic() + max_seconds
    faults = []
    for step in STEPS:
        try:
            is_done = _take(step, run, now, deadline)
        except (DatabaseError, OSError) as error:
            logger.exception("What is old could not be deleted: %s", step.name)
            faults.append(f"{step.name}: {error}"[:300])
        else:
            run.has_more = run.has_more or not is_done
    run.faults, run.ended_at = "\n".join(faults), timezone.now()
    run.save()
    logger.info("Deleted what is old: %s", run.counts or "nothing")
    return run


def _take(step: Step, run: RetentionRun, now: datetime, deadline: float) -> bool:
    """Delete batches of one step until none is left or time is up; say whether none is left."""
    for count in step.prune(now - timedelta(days=step.days)):
        if count:
            run.counts[step.name] = run.counts.get(step.name, 0) + count
        if time.monotonic() > deadline:
            return False
    return True
