"""Back up the database and the pictures."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat

from townhall.backups.files import BackupError
from townhall.backups.making import make_backup


def at_least_one(text: str) -> int:
    """Read how many to keep; argparse shows the reason when it fails."""
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number of at least 1")
    return int(text)


class Command(BaseCommand):
    help = "Makes a checked back-up of database and pictures in a folder of its own inside FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where back-ups lie")
        parser.add_argument(
            "--keep",
            type=at_least_one,
            default=7,
            metavar="N",
            help="how many back-ups stay; older ones are deleted once the new one is checked (7)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder, manifest, pruned = make_backup(options["folder"], keep=options["keep"])
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(f"NO BACK-UP WAS MADE. {error}") from error
        size = filesizeformat(manifest.byte_count).replace("\xa0", " ")
        self.stdout.write(f"made and checked: {folder}")
        self.stdout.write(
            f"  {len(manifest.rows)} tables with {sum(manifest.rows.values())} rows,"
            f" {manifest.picture_count} files of pictures, {size}"
        )
        self.stdout.write(f"  deleted: {', '.join(pruned) or 'none'}")
