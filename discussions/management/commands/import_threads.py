"""Import conversations that were held elsewhere as threads of a community."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from communities.management.importing import ImportCommand
from discussions.importers.madrid import import_madrid
from discussions.importers.polis import Unmoderated, import_polis


class Command(ImportCommand):
    help = "Adds threads and posts that are not here yet; safe to repeat; tells nobody."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add(
            "files",
            nargs="+",
            type=Path,
            help="polis: comments.csv of each conversation (summary.csv is read beside "
            "it); decide-madrid: proposals.csv and comments.csv",
        )
        add("--format", required=True, choices=["polis", "decide-madrid"])
        add(
            "--unmoderated",
            type=Unmoderated,
            choices=list(Unmoderated),
            help="polis: what becomes of comments with moderated 0, where the votes do not tell "
            "whether the conversation showed them",
        )
        add("--community", required=True, help="address of the community (its slug)")

    def handle(self, *args: Any, **options: Any) -> None:
        paths, slug = options["files"], options["community"]
        if options["format"] == "decide-madrid":
            self.take_in(partial(import_madrid, paths, slug))
            return
        for path in paths:
            self.take_in(partial(import_polis, path, slug, unmoderated=options["unmoderated"]))
