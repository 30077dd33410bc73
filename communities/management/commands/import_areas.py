"""Import areas and their boundaries from a GeoJSON file."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from communities.importers.areas import import_areas
from communities.importers.columns import AreaChoices
from communities.management.importing import ImportCommand, day
from communities.models import Area


class Command(ImportCommand):
    help = "Adds the areas of a GeoJSON file or changes them; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("file", type=Path, help="a GeoJSON FeatureCollection")
        add("--kind", required=True, choices=Area.Kind.values)
        parents = parser.add_mutually_exclusive_group()
        parents.add_argument("--parent", help="code of the area that all lie in")
        parents.add_argument("--parent-field", help="field with the code of the parent")
        add(
            "--replaces",
            action="store_true",
            help="close the open areas of this kind and parent that are not in the file",
        )
        add("--code-field", help="field with the code, if it is not recognised")
        add("--name-field", help="field with the name, if it is not recognised")
        add(
            "--valid-from",
            type=day,
            help="first day of the areas that are new (today, with --replaces)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = AreaChoices.__dataclass_fields__
        choices = AreaChoices(**{name: options[name] for name in names})
        self.take_in(partial(import_areas, options["file"], choices))
