"""How migrations change tables while people read and write."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import schema
from django.db.models import Index, Model

from townhall.database.retries import until_locked

LEFT_OVER = """
SELECT EXISTS (
    SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relname = %s AND relnamespace = current_schema()::regnamespace AND NOT indisvalid
)
"""


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Tries each statement of a migration without a transaction again, where it gets no lock.

    What came before it is kept there, so the migration as a whole cannot be tried again.
    """

    def execute(self, sql: Any, params: Any = ()) -> None:
        if self.collect_sql or self.connection.in_atomic_block:
            super().execute(sql, params)
        elif "CONCURRENTLY" in str(sql):
            with self._no_limit_for_locks():
                super().execute(sql, params)
        else:
            until_locked(lambda: super(DatabaseSchemaEditor, self).execute(sql, params), _say)

    def add_index(self, model: type[Model], index: Index, concurrently: bool = False) -> None:
        """Add an index; a concurrent one takes the place of what an ended try left unfinished."""
        if concurrently and self._is_left_over(index.name):
            self.remove_index(model, index, concurrently=True)
        super().add_index(model, index, concurrently=concurrently)

    @contextmanager
    def _no_limit_for_locks(self) -> Iterator[None]:
        """Let an index built beside readers and writers wait for them: nobody waits for it."""
        super().execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            super().execute("RESET lock_timeout")

    def _is_left_over(self, name: str) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute(LEFT_OVER, [name])
            found: bool = cursor.fetchone()[0]
        return found


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
