"""Import councillors from a CSV list of one body, or from Popolo JSON."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from communities.management.importing import ImportCommand, day
from councillors.importers.lists import import_list
from councillors.importers.popolo import import_popolo


class Command(ImportCommand):
    help = "Makes the seats of a body what a list says; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", type=Path, help="a CSV file with a header, or Popolo JSON (.json)")
        add("--body", help="code of the body, or of its area; needed for CSV")
        add("--on", type=day, help="the day on which the list is right (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        path, body = options["file"], options["body"]
        on = options["on"] or timezone.localdate()
        is_popolo = path.suffix.lower() == ".json"
        if is_popolo and body:
            raise CommandError("--body is for CSV; Popolo JSON names its own bodies.")
        if not is_popolo and not body:
            raise CommandError("Say with --body whose councillors the CSV file lists.")
        if is_popolo:
            self.take_in(partial(import_popolo, path, on))
        else:
            self.take_in(lambda _progress: import_list(path, body, on))
