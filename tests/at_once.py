"""Two things at once: the second waits for a lock that the first holds."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction


def while_blocked_by(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Run `second` while `first` is not yet committed; return why it was refused, if it was."""

    def run() -> list[str]:
        try:
            second()
        except ValidationError as error:
            return error.messages
        finally:
            connection.close()
        return []

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            future = pool.submit(run)
            _wait_for_a_lock()
        return future.result(timeout=20)


def _wait_for_a_lock() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("the second never waited for the first")
