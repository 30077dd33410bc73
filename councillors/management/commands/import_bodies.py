"""Import authorities, their areas and bodies, from a CSV file."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from communities.management.importing import ImportCommand
from councillors.importers.bodies import import_bodies


class Command(ImportCommand):
    help = "Adds the authorities of a CSV file or changes them; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with a header")

    def handle(self, *args: Any, **options: Any) -> None:
        self.take_in(partial(import_bodies, options["file"]))
