"""What the commands that import files share."""

from collections.abc import Callable
from datetime import date
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from communities.importers.report import Progress, Refused, Report

SECONDS_BETWEEN_LINES = 0.2


def day(text: str) -> date:
    """Read a date given as a flag; argparse names this function when it fails."""
    return date.fromisoformat(text)


class ImportCommand(BaseCommand):
    """Run an importer, all or nothing, and print its report or why it refused the file."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shown_at = monotonic()
        self.has_line = False

    def take_in(self, importer: Callable[[Progress], Report]) -> None:
        try:
            with transaction.atomic():
                report = importer(self.show_progress)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            self.end_line()
        for line in report.lines():
            self.stdout.write(line)

    def show_progress(self, text: str) -> None:
        """Write over the last line of stderr, a few times a second."""
        if monotonic() - self.shown_at < SECONDS_BETWEEN_LINES:
            return
        self.stderr.write(f"\r{text:<60}", str, "")
        self.stderr.flush()
        self.shown_at, self.has_line = monotonic(), True

    def end_line(self) -> None:
        if self.has_line:
            self.stderr.write("", str, "\n")
            self.has_line = False
