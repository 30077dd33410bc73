"""How the worker waits for a database or a Redis that is away: longer each time, with one line."""

import logging
import time
from typing import Any

from celery import Task
from django.db import DatabaseError, InterfaceError
from redis.exceptions import RedisError

from townhall.failures import failure_of, first_line

logger = logging.getLogger(__name__)

RARE = {"records.prune"}  # once a night
FIRST_PAUSE, MAX_PAUSE = 5, 60  # seconds


class Away:
    """Whether this process found something away, and until when it does not ask again."""

    pause = 0
    ends_at = 0.0

    @classmethod
    def is_waiting(cls) -> bool:
        return cls.pause > 0 and time.monotonic() < cls.ends_at

    @classmethod
    def wait_longer(cls) -> None:
        cls.pause = min(MAX_PAUSE, cls.pause * 2 or FIRST_PAUSE)
        cls.ends_at = time.monotonic() + cls.pause

    @classmethod
    def is_back(cls) -> bool:
        """Wait no longer; say whether something was away."""
        was_away, cls.pause = cls.pause > 0, 0
        return was_away


class PatientTask(Task):
    """A task that fails with one line where the database failed, and is left out while it is away.

    What beat asks for every few seconds is asked for again anyway.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if Away.is_waiting():
            return self._later(Away.pause)
        try:
            result = super().__call__(*args, **kwargs)
        except (DatabaseError, InterfaceError, RedisError) as error:
            failure = "away" if isinstance(error, RedisError) else failure_of(error)
            if not failure:
                raise
            if failure == "away":
                Away.wait_longer()
            wait = f"; next try in {Away.pause} s" if failure == "away" else ""
            logger.error("%s was not done: %s%s", self.name, first_line(error), wait)
            return self._later(max(Away.pause, FIRST_PAUSE))
        if Away.is_back():
            logger.warning("%s was done: what was away is back", self.name)
        return result

    def _later(self, seconds: int) -> None:
        """Try what is rare again by itself, as often as it takes."""
        if self.name in RARE and not self.request.called_directly:
            raise self.retry(countdown=seconds, max_retries=None)
