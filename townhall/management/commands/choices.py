"""Write what people decided to a file that a restore can make good again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from townhall.backups.choices import write_choices


class Command(BaseCommand):
    help = "Writes closed accounts and choices about mail of the last weeks to FILE, for a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = write_choices(options["file"])
        except (DatabaseError, OSError) as error:
            raise CommandError(f"The choices were not written. {error}") from error
        self.stdout.write(f"choices written: {count}")
