"""Bring the database up to date while people read and write."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection

from townhall.database.limits import kind_of_process, run_as
from townhall.database.owner import as_owner
from townhall.database.privileges import grant_to_site
from townhall.database.retries import until_locked


class Command(migrate.Command):
    """Django's command, which waits a second at most for a lock, and tries again later.

    A statement that waits for the lock of a table lets nobody else read it meanwhile. It does so
    as the owner of the tables, and tells the database what the site may do with them.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DATABASE_POOLER and not settings.DATABASE_OWNER:
            raise CommandError(
                "Behind a pooler DATABASE_OWNER_URL is needed, and names PostgreSQL itself."
            )
        ordinary = kind_of_process()
        run_as("migration")
        try:
            with as_owner():
                until_locked(lambda: self._migrate(*args, **options), self.stderr.write)
        finally:
            run_as(ordinary)

    def _migrate(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            grant_to_site(connection)
