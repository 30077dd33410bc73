"""How much may be done in a time, counted in the database so that it holds without Redis."""

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import LimitCount, User
from accounts.moments import in_words
from accounts.security import log_event

RATE = re.compile(r"(\d{1,6})/([1-9]\d{0,3})?([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 60 * 60, "d": 60 * 60 * 24}
OFF = "off"
# One statement counts for all keys and windows, in one order, so that two never wait for each
# other. What is refused writes nothing: a flood does not grow the table.
COUNT = """
INSERT INTO accounts_limitcount AS counted (kind, key, seconds, allowed, used, ends_at)
SELECT kind, key, seconds, allowed, %(amount)s, %(now)s + seconds * interval '1 second'
FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(seconds)s::int[], %(allowed)s::int[])
    AS asked (kind, key, seconds, allowed)
WHERE %(amount)s <= allowed
ORDER BY kind, key, seconds
ON CONFLICT (key, kind, seconds) DO UPDATE SET
    allowed = excluded.allowed,
    used = CASE WHEN counted.ends_at > %(now)s THEN counted.used + excluded.used
        ELSE excluded.used END,
    ends_at = CASE WHEN counted.ends_at > %(now)s THEN counted.ends_at ELSE excluded.ends_at END
WHERE counted.ends_at <= %(now)s OR counted.used + excluded.used <= excluded.allowed
RETURNING kind, key, seconds
"""
GIVE_BACK = """
UPDATE accounts_limitcount AS counted SET used = GREATEST(0, used - %(amount)s)
FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(seconds)s::int[])
    AS asked (kind, key, seconds)
WHERE (counted.kind, counted.key, counted.seconds) = (asked.kind, asked.key, asked.seconds)
"""
PRUNE = [
    """
DELETE FROM accounts_limitcount WHERE id IN (
    SELECT id FROM accounts_limitcount WHERE ends_at <= %s LIMIT %s FOR UPDATE SKIP LOCKED
)
""",
    """
DELETE FROM accounts_counter WHERE key IN (
    SELECT key FROM accounts_counter WHERE ends_at <= %s LIMIT %s FOR UPDATE SKIP LOCKED
)
""",
]

# What somebody is told who reaches a limit; "" stands for what has no words of its own.
WORDS = {
    "": gettext_lazy("You have done this as often as is possible in a short while."),
    "thread": gettext_lazy("You have started as many threads as one person can for now."),
    "post": gettext_lazy("You have written as many posts as one person can for now."),
    "held_post": gettext_lazy("Many posts of yours wait to be read before they appear."),
    "mention": gettext_lazy("You have named as many people as one person can for now."),
    "edit": gettext_lazy("You have changed as many posts as one person can for now."),
    "picture": gettext_lazy("You have added as many pictures as one person can for now."),
    "question": gettext_lazy("You have asked as many questions as one person can for now."),
    "report": gettext_lazy("You have sent as many reports as one person can for now."),
    "proposal": gettext_lazy("You have proposed as many communities as one person can for now."),
    "rename": gettext_lazy("You have changed your name as often as one person can for now."),
    "download": gettext_lazy("You have downloaded your data as often as is possible for now."),
    "password_guess": gettext_lazy("The password was wrong too often."),
}

Use = tuple[str, str]  # a kind of act, and whose it is
Window = tuple[str, str, int]


@dataclass(frozen=True)
class Rate:
    allowed: int
    seconds: int


@dataclass(frozen=True)
class Remaining:
    """How often something may still be done, and when the window ends that decides it.

    `left` is None where nothing limits it.
    """

    left: int | None
    until: datetime | None = None


UNLIMITED = Remaining(None)


class LimitReached(ValidationError):
    """Something was done as often as it may be; `until` is when it may be done again."""

    def __init__(self, kind: str, until: datetime) -> None:
        self.kind, self.until = kind, until
        goes_on = _("You can go on %(moment)s.") % {"moment": in_words(until)}
        super().__init__(f"{words_of_limit(kind)} {goes_on}", code="limit")


def spend(kind: str, key: str, *, amount: int = 1) -> None:
    """Count that something is done; raise LimitReached where it was done as often as it may be.

    Counts in the caller's transaction: what is rolled back was not done. For guesses, which count
    however they end, call `spend_guess`.
    """
    spend_all([(kind, key)], amount=amount)


def spend_all(uses: Sequence[Use], *, amount: int = 1) -> None:
    """Count one act under several kinds and keys: all of them, or none if one is used up."""
    rates = {(kind, key, rate.seconds): rate for kind, key in uses for rate in rates_of(kind)}
    if not rates:
        return
    now = timezone.now()
    windows = sorted(rates)
    arrays = {**_arrays_of(windows), "allowed": [rates[window].allowed for window in windows]}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {**arrays, "amount": amount, "now": now})
        counted = {(kind, key, seconds) for kind, key, seconds in cursor.fetchall()}
    refused = [window for window in windows if window not in counted]
    if refused:
        _give_back(sorted(counted), amount)
        ends = [(_end_of(window, now), window[0]) for window in refused]
        until, kind = max(ends)
        log_event("limit-reached", kind=kind, key=dict(uses)[kind])
        raise LimitReached(kind, until)


def spend_for(user: User | None, act: str, *, amount: int = 1) -> None:
    """Count an act of a person; raise LimitReached where they, or their address block, did enough.

    Of a visitor, None, only the block is known. Counts nothing inside `without_limits`.
    """
    if not _is_unlimited.get():
        spend_all(uses_of(user, act), amount=amount)


def uses_of(user: User | None, act: str) -> list[Use]:
    """List under which kinds and keys an act of a person counts.

    Somebody new may do less, and so may all who are new in one address block together.
    """
    limits, block = settings.LIMITS, current_block()
    is_new = user is not None and is_newcomer(user)
    own = f"{act}_newcomer" if is_new and f"{act}_newcomer" in limits else act
    shared = [f"{act}_block", f"{act}_newcomer_block" if is_new else ""] if block else []
    uses = [(kind, key_of_block(block)) for kind in shared if kind in limits]
    return uses if user is None else [(own, key_of_person(user)), *uses]


def is_newcomer(user: User) -> bool:
    """Say whether an account is young, or its posts are held for staff to read."""
    now = timezone.now()
    is_held = user.posts_held_until is not None and user.posts_held_until > now
    return is_held or user.date_joined > now - timedelta(days=settings.NEWCOMER_DAYS)


def spend_guess(kind: str, key: str) -> None:
    """Count a guess, such as of a password, whether it turns out right or wrong.

    Raises LimitReached, and RuntimeError inside a transaction, which could undo the count.
    """
    with transaction.atomic(durable=True):
        spend(kind, key)


def give_back(kind: str, key: str, *, amount: int = 1) -> None:
    """Take back a count of something that was not done after all."""
    _give_back([(kind, key, rate.seconds) for rate in rates_of(kind)], amount)


def remaining(kind: str, key: str) -> Remaining:
    """Return how often something may still be done, without counting anything."""
    return remaining_of([(kind, key)])[kind, key]


def remaining_for(user: User, act: str) -> Remaining:
    """Return how often a person may still do something, whatever of it is used up first."""
    return min(remaining_of(uses_of(user, act)).values(), key=_tightness)


def remaining_of(uses: Sequence[Use]) -> dict[Use, Remaining]:
    """Return how often each of several things may still be done, by one query."""
    now = timezone.now()
    rows = LimitCount.objects.filter(
        kind__in={kind for kind, _key in uses}, key__in={key for _kind, key in uses}
    )
    used = {
        (row.kind, row.key, row.seconds): (row.used, row.ends_at)
        for row in rows.filter(ends_at__gt=now)
    }
    return {use: _remaining(use, used) for use in uses}


def prune(*, now: datetime, batch: int = 5_000) -> int:
    """Delete what was counted in windows that have ended; return how many rows there were."""
    deleted = 0
    with connection.cursor() as cursor:
        for statement in PRUNE:
            found = batch
            while found == batch:
                cursor.execute(statement, [now, batch])
                found = cursor.rowcount
                deleted += found
    return deleted


@cache
def parse_rates(text: str) -> tuple[Rate, ...]:
    """Parse "5/10m,20/d" into rates; "off" limits nothing. Units are s, m, h and d."""
    if text == OFF:
        return ()
    rates = []
    for part in text.split(","):
        found = RATE.fullmatch(part.strip())
        if not found:
            raise ImproperlyConfigured(f'A limit is written like "20/h" or "off", not {text!r}.')
        allowed, count, unit = found.groups()
        rates.append(Rate(int(allowed), int(count or 1) * SECONDS[unit]))
    return tuple(rates)


def rates_of(kind: str) -> tuple[Rate, ...]:
    """Return how often a kind of act may be done by one key."""
    return parse_rates(settings.LIMITS[kind])


def key_of_person(user: User) -> str:
    return f"person:{user.pk}"


def key_of_recipient(email: str) -> str:
    """Return the key of whoever mail goes to; the table holds no address that can be read."""
    return f"recipient:{_hashed(email.strip().lower())}"


def mail_uses(email: str) -> list[Use]:
    """List under which kinds and keys a mail counts that anybody can have sent to an address."""
    return [("mail", key_of_recipient(email)), ("mail_block", key_of_block(current_block()))]


def key_of_block(block: str) -> str:
    """Return the key of an address block; the table holds no address that can be read."""
    return f"block:{_hashed(block)}"


def words_of_limit(kind: str) -> str:
    """Say of what somebody, or all from where they are, did as much as they may for now."""
    if kind.endswith("_block"):
        return _("Many people did this from where you are in a short while.")
    return str(WORDS.get(kind.removesuffix("_newcomer"), WORDS[""]))


@contextmanager
def without_limits() -> Iterator[None]:
    """Count nothing that people are said to do inside, such as in the demonstration."""
    token = _is_unlimited.set(True)
    try:
        yield
    finally:
        _is_unlimited.reset(token)


@contextmanager
def acting_from(block: str) -> Iterator[None]:
    """Count what is done inside under this address block too."""
    token = _block.set(block)
    try:
        yield
    finally:
        _block.reset(token)


def current_block() -> str:
    """Return the address block that the request at hand comes from; "" outside of any."""
    return _block.get()


_block: ContextVar[str] = ContextVar("address block", default="")
_is_unlimited: ContextVar[bool] = ContextVar("no limits", default=False)


def _hashed(value: str) -> str:
    return salted_hmac("accounts.limits", value, algorithm="sha256").hexdigest()[:32]


def _arrays_of(windows: Sequence[Window]) -> dict[str, list[str] | list[int]]:
    return {
        "kinds": [kind for kind, _key, _seconds in windows],
        "keys": [key for _kind, key, _seconds in windows],
        "seconds": [seconds for _kind, _key, seconds in windows],
    }


def _give_back(windows: Sequence[Window], amount: int) -> None:
    if windows:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, {**_arrays_of(windows), "amount": amount})


def _end_of(window: Window, now: datetime) -> datetime:
    kind, key, seconds = window
    held = LimitCount.objects.filter(kind=kind, key=key, seconds=seconds, ends_at__gt=now)
    ends_at = held.values_list("ends_at", flat=True).first()
    return ends_at or now + timedelta(seconds=seconds)


def _remaining(use: Use, used: dict[Window, tuple[int, datetime]]) -> Remaining:
    found = [UNLIMITED]
    for rate in rates_of(use[0]):
        count, until = used.get((*use, rate.seconds), (0, None))
        found.append(Remaining(max(0, rate.allowed - count), until))
    return min(found, key=_tightness)


def _tightness(one: Remaining) -> tuple[float, float]:
    """Order what is left: the least first, and of two alike what ends last."""
    left = math.inf if one.left is None else one.left
    return left, -one.until.timestamp() if one.until else 0
