"""Bring the database up to date, unless it has had migrations that the code does not know."""

import sys

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from devstack.console import write
from townhall.database.owner import as_owner


def main() -> int:
    """Migrate and return the exit status."""
    django.setup()
    with as_owner():
        unknown = unknown_migrations()
    if unknown:
        write(f"applied in the database, but gone from the code: {', '.join(unknown)}\n")
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    return 0


def unknown_migrations() -> list[str]:
    """Return the migrations that were applied and are gone, squashed ones excepted."""
    loader = MigrationLoader(connection, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - known)


if __name__ == "__main__":
    sys.exit(main())
