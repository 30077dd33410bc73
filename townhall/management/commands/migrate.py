"""Bring the database up to date while people read and write."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from townhall.database.limits import kind_of_process, run_as
from townhall.database.retries import until_locked


class Command(migrate.Command):
    """Django's command, which waits a second at most for a lock, and tries again later.

    A statement that waits for the lock of a table lets nobody else read it meanwhile.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        ordinary = kind_of_process()
        connection.close()
        run_as("migration")
        try:
            until_locked(lambda: super(Command, self).handle(*args, **options), self.stderr.write)
        finally:
            connection.close()
            run_as(ordinary)
