"""From mails that are ready to mails that are sent, refused or given back."""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.models import User
from accounts.services import record_act
from notifications.emails.transport import (
    Delayed,
    Refused,
    ReplyLost,
    ServerAway,
    Transport,
    open_transport,
)
from notifications.models import Mail
from notifications.services.consent import suppress
from notifications.services.rechecks import recheck

logger = logging.getLogger(__name__)

MAILS_AT_ONCE = 100
LEASE = timedelta(minutes=5)
RENEW_AFTER_SECONDS = 30
MOST_ATTEMPTS = 8
# After the first attempt, the second and so on: nearly a day in all.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720)]
PAUSE_WHILE_AWAY = timedelta(minutes=1)
WIPED = {"text": "", "html": "", "headers": {}}
State = Mail.State


@dataclass
class Outcome:
    """What became of a batch: how many mails, by queue and state, and why it ended early."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    server_away: str = ""

    @property
    def total(self) -> int:
        return self.counts.total()

    def __str__(self) -> str:
        """Write what became of how many, such as "digest: 97 sent, 1 failed"."""
        queues = sorted({queue for queue, _state in self.counts})
        parts = [
            f"{queue}: "
            + ", ".join(
                f"{n} {state}" for (of, state), n in sorted(self.counts.items()) if of == queue
            )
            for queue in queues
        ]
        return "; ".join([*parts, self.server_away] if self.server_away else parts)

    def add(self, other: "Outcome") -> None:
        self.counts += other.counts
        self.server_away = other.server_away


@dataclass
class Batch:
    """Mails that this process alone may send, for as long as it renews their lease."""

    lease: uuid.UUID
    mails: list[Mail]
    renewed_at: float

    def stamp(self, mail: Mail, state: State, **values: object) -> bool:
        """Write what became of a mail, if it is still ours; says whether it was."""
        values = {"state": state, "lease": None, **values}
        ours = Mail.objects.filter(pk=mail.pk, state=State.CLAIMED, lease=self.lease)
        return ours.update(**values) == 1

    def holds(self, mail: Mail) -> bool:
        """Say whether a mail is still ours; renews the lease of all that are left now and then."""
        if time.monotonic() - self.renewed_at > RENEW_AFTER_SECONDS:
            self.renewed_at = time.monotonic()
            ours = Mail.objects.filter(lease=self.lease, state=State.CLAIMED)
            ours.update(next_attempt_at=Now() + LEASE)
            kept = set(ours.values_list("pk", flat=True))
            self.mails = [mail for mail in self.mails if mail.pk in kept]
        return mail in self.mails


def send_mail(most_batches: int = 50) -> Outcome:
    """Send batch after batch until nothing is due or the mail server cannot be reached."""
    outcome = Outcome()
    for _ in range(most_batches):
        batch = send_batch()
        outcome.add(batch)
        if batch.total == 0 or batch.server_away:
            break
    return outcome


def send_batch(limit: int = MAILS_AT_ONCE) -> Outcome:
    """Claim mails that are due, send each outside any transaction, and stamp each at once."""
    outcome = Outcome()
    with open_transport() as transport:
        batch = _claim(limit, outcome)
        reasons = recheck(batch.mails)
        for mail in list(batch.mails):
            if not batch.holds(mail):
                continue
            state = State.SKIPPED
            if mail.pk in reasons:
                batch.stamp(mail, state, note=reasons[mail.pk], **WIPED)
            else:
                state = _send_one(transport, batch, mail, outcome)
            outcome.counts[mail.queue, state] += 1
            if outcome.server_away:
                _give_back(batch, outcome)
                break
    if outcome.total:
        logger.info("Mails of a batch: %s", outcome)
    return outcome


def send_again(mails: QuerySet[Mail], *, by: User) -> int:
    """Make failed mails, and those whose fate is unknown, ready to be sent once more."""
    count = 0
    with transaction.atomic():
        again = mails.filter(state__in=[State.FAILED, State.UNKNOWN]).exclude(text="", html="")
        for mail in again.select_for_update():
            Mail.objects.filter(pk=mail.pk).update(
                state=State.READY, attempts=0, lease=None, next_attempt_at=Now(), note=""
            )
            record_act(mail, by=by, act="send again")
            count += 1
    return count


@transaction.atomic
def _claim(limit: int, outcome: Outcome) -> Batch:
    """Take mails that are due, sign-in mail first, by the clock that all processes share."""
    now, lease = database_now(), uuid.uuid4()
    due = Mail.objects.due(now).select_for_update(of=("self",), skip_locked=True)
    # The names of the queues sort by their urgency: account, alert, digest.
    mails = list(due.select_related("user").order_by("queue", "next_attempt_at")[:limit])
    worn_out = [mail for mail in mails if mail.attempts >= MOST_ATTEMPTS]
    _fail(worn_out)
    outcome.counts.update((mail.queue, State.FAILED.value) for mail in worn_out)
    mails = [mail for mail in mails if mail.attempts < MOST_ATTEMPTS]
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=State.CLAIMED, lease=lease, next_attempt_at=now + LEASE, attempts=F("attempts") + 1
    )
    for mail in mails:
        mail.attempts += 1
    return Batch(lease, mails, time.monotonic())


def _fail(mails: Iterable[Mail]) -> None:
    """End mails whose sender died each time, before they take down more of them."""
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=State.FAILED, lease=None, note=f"gave up after {MOST_ATTEMPTS} attempts"
    )


def _send_one(transport: Transport, batch: Batch, mail: Mail, outcome: Outcome) -> State:
    try:
        transport.send(mail)
    except ServerAway as error:
        outcome.server_away = str(error)
        return _wait(batch, mail, PAUSE_WHILE_AWAY, str(error), attempts=F("attempts") - 1)
    except Delayed as error:
        if mail.attempts < MOST_ATTEMPTS:
            return _wait(batch, mail, PAUSES[mail.attempts - 1], str(error))
        return _end(batch, mail, State.FAILED, str(error))
    except Refused as error:
        if error.address_is_bad:
            suppress(mail.to, reason=str(error))
        return _end(batch, mail, State.FAILED, str(error))
    except ReplyLost as error:
        return _end(batch, mail, State.UNKNOWN, str(error))
    except Exception as error:
        # One message that cannot be built must not keep the others waiting.
        logger.exception("Mail %s cannot be sent", mail.pk)
        return _end(batch, mail, State.FAILED, repr(error))
    return _sent(batch, mail)


def _sent(batch: Batch, mail: Mail) -> State:
    as_sent = {"to": mail.to, "subject": mail.subject, "note": "", **WIPED}
    if not batch.stamp(mail, State.SENT, sent_at=Now(), **as_sent):
        logger.warning("Mail %s was sent after its lease had lapsed", mail.pk)
    return State.SENT


def _end(batch: Batch, mail: Mail, state: State, note: str) -> State:
    batch.stamp(mail, state, note=note[:300])
    return state


def _wait(batch: Batch, mail: Mail, pause: timedelta, note: str, **values: object) -> State:
    batch.stamp(mail, State.READY, next_attempt_at=Now() + pause, note=note[:300], **values)
    return State.READY


def _give_back(batch: Batch, outcome: Outcome) -> None:
    """Return what was claimed and not tried; nobody's attempts are counted."""
    left = Mail.objects.filter(lease=batch.lease, state=State.CLAIMED)
    for queue in left.values_list("queue", flat=True):
        outcome.counts[queue, State.READY] += 1
    left.update(
        state=State.READY,
        lease=None,
        attempts=F("attempts") - 1,
        next_attempt_at=Now() + PAUSE_WHILE_AWAY,
        note=outcome.server_away[:300],
    )


def database_now() -> datetime:
    """Return the moment by the clock that all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
