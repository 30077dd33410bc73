"""Import postcodes with their positions and wards from a CSV file."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from communities.importers.postcodes import PostcodeFields, import_postcodes
from communities.management.importing import ImportCommand


class Command(ImportCommand):
    help = "Adds the postcodes of a CSV file or moves them; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with a header")
        parser.add_argument("--postcode-field", default="postcode")
        parser.add_argument("--ward-field", default="ward_code")
        parser.add_argument("--lat-field", default="lat")
        parser.add_argument("--lon-field", default="lon")

    def handle(self, *args: Any, **options: Any) -> None:
        fields = PostcodeFields(
            options["postcode_field"],
            options["ward_field"],
            options["lat_field"],
            options["lon_field"],
        )
        self.take_in(partial(import_postcodes, options["file"], fields))
