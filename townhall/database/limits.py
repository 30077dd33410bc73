"""How long the database may take to answer; web, workers and commands each have their limits.

The server's own limits end a statement, a wait for a lock or a forgotten transaction. A server that
is frozen, or gone without a word, ends nothing: so whoever waits for an answer also looks at the
clock. psycopg2 then closes the connection.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.conf import settings
from psycopg2 import OperationalError
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    STATUS_BEGIN,
    STATUS_READY,
    set_wait_callback,
)

MARGIN = 1  # second; the server's limit should come first, since it leaves the connection whole
READ, WRITE = select.POLLIN, select.POLLOUT


class Limits(NamedTuple):
    """Seconds, 0 for no limit: for a statement, a lock, and a transaction that does nothing."""

    statement: int
    lock: int
    idle: int


class NoAnswer(OperationalError):
    """The database did not answer in time."""


class _Process:
    """What this process is: a key of settings.DATABASE_LIMITS."""

    kind = "command"


_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def run_as(kind: str) -> None:
    """Take the limits of `kind` for all connections that this process opens from now on."""
    if kind not in settings.DATABASE_LIMITS:
        raise ValueError(f"DATABASE_LIMITS says nothing of {kind!r}")
    _Process.kind = kind


def kind_of_process() -> str:
    """Return the kind that this process runs as."""
    return _Process.kind


def limits_of(kind: str) -> Limits:
    """Return the limits of a kind of process."""
    return Limits(**settings.DATABASE_LIMITS[kind])


def as_options(limits: Limits) -> dict[str, str]:
    """Return the limits as parameters of PostgreSQL."""
    return {
        "statement_timeout": f"{limits.statement}s",
        "lock_timeout": f"{limits.lock}s",
        "idle_in_transaction_session_timeout": f"{limits.idle}s",
    }


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Raise NoAnswer where all that the block asks the database takes longer."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def wait_for_answer(connection: Any) -> None:
    """Wait until a statement, or the making of a connection, is done; raise NoAnswer if late."""
    state = connection.poll()
    if state == POLL_OK:
        return
    ends = _end_of_patience(is_open=connection.status in {STATUS_READY, STATUS_BEGIN})
    while state != POLL_OK:
        # The socket may be another one by now: of several servers each is tried in turn.
        socket = select.poll()
        socket.register(connection.fileno(), READ if state == POLL_READ else WRITE)
        left = None if ends is None else max(0.0, ends - time.monotonic()) * 1000
        if not socket.poll(left):
            raise NoAnswer("The database did not answer in time.")
        state = connection.poll()


def _end_of_patience(*, is_open: bool) -> float | None:
    """Return the moment up to which to wait, as time.monotonic() counts; None is without end."""
    now = time.monotonic()
    statement = limits_of(_Process.kind).statement
    seconds = (statement + MARGIN if statement else 0) if is_open else settings.DATABASE_CONNECT
    ends = [moment for moment in (_deadline.get(), now + seconds if seconds else None) if moment]
    return min(ends, default=None)


set_wait_callback(wait_for_answer)
