"""What the sign-in library counts, kept in the database so that it holds while Redis is away."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Counter

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
PUT = """
INSERT INTO accounts_counter AS held (key, value, ends_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at
"""
# Two that add at the same moment: one of them is told that it is there already.
ADD = f"{PUT} WHERE held.ends_at <= %s"


class CounterCache(BaseCache):
    """A cache of small values, one row each, which nobody can empty by filling it.

    Keys are kept as digests: they hold addresses of people and machines.
    """

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        row = self._row(key, value, timeout, version)
        with connection.cursor() as cursor:
            cursor.execute(ADD, [*row, timezone.now()])
            return cursor.rowcount == 1

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        held = self._held(key, version).values_list("value", flat=True).first()
        return default if held is None else json.loads(held)

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute(PUT, self._row(key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._held(key, version).update(ends_at=self._ends_at(timeout)) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        rows, _kinds = self._held(key, version).delete()
        return rows == 1

    def clear(self) -> None:
        Counter.objects.all().delete()

    def _held(self, key: str, version: int | None) -> Any:
        return Counter.objects.filter(key=self._digest(key, version), ends_at__gt=timezone.now())

    def _row(self, key: str, value: Any, timeout: Any, version: int | None) -> list[Any]:
        return [self._digest(key, version), json.dumps(value), self._ends_at(timeout)]

    def _digest(self, key: str, version: int | None) -> str:
        made = self.make_key(key, version=version)
        return salted_hmac("accounts.counters", made, algorithm="sha256").hexdigest()

    def _ends_at(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return FOREVER if seconds is None else timezone.now() + timedelta(seconds=seconds)
