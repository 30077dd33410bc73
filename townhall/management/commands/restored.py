"""Settle a database that was restored from a back-up."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.management.commands.send_due import moment
from townhall.backups.files import BackupError
from townhall.backups.restoring import settle


def add_settling_options(parser: ArgumentParser) -> None:
    """Add what both ways of restoring ask for."""
    parser.add_argument(
        "--stopped-at",
        type=moment,
        metavar="ISO",
        help="when the old site sent its last mail; now, if not given: then nobody is told twice",
    )
    parser.add_argument(
        "--choices",
        type=Path,
        metavar="FILE",
        help="what the command choices wrote last: those made after the back-up are made again",
    )


class SettlingCommand(BaseCommand):
    """Settle the time between a back-up and the end of the old site, and print what was done."""

    def settle(self, as_of: datetime, options: dict[str, Any]) -> None:
        stopped_at = options["stopped_at"] or timezone.now()
        if stopped_at < as_of:
            raise CommandError("The old site cannot have stopped before its back-up was made.")
        try:
            done = settle(as_of, stopped_at, options["choices"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        for what, count in done.items():
            self.stdout.write(f"{what}: {count}")
        self.stdout.write("The services may be started.")


class Command(SettlingCommand):
    help = "After a restore, and before the worker starts: skips what people were told since."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=moment,
            required=True,
            metavar="ISO",
            help="the moment of the back-up, such as 2026-03-03T02:30; local time if no offset",
        )
        add_settling_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_of"] > timezone.now():
            raise CommandError("The moment of the back-up is still to come.")
        self.settle(options["as_of"], options)
