"""Restore a back-up into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError

from townhall.backups.files import BackupError
from townhall.backups.restoring import restore
from townhall.management.commands.restored import SettlingCommand, add_settling_options


class Command(SettlingCommand):
    help = "Restores a back-up into an empty database, and skips what people were told since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="FOLDER", help="one back-up, as the command backup made it"
        )
        add_settling_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["folder"])
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"restored: {len(manifest.rows)} tables with {sum(manifest.rows.values())} rows,"
            f" {manifest.picture_count} files of pictures, as of {manifest.as_of}"
        )
        self.settle(manifest.moment, options)
