"""Read what the demonstration council is made of."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"

Entry = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """The files as they were written; times in them count back from today."""

    places: list[Entry]
    postcodes: list[Entry]
    people: list[Entry]
    bodies: list[Entry]
    councillors: list[Entry]
    officers: list[Entry]
    communities: list[Entry]
    threads: list[Entry]
    questions: list[Entry]
    reports: list[Entry]
    appeals: list[Entry]
    kept: Entry


def read_content() -> Content:
    """Read all files; the threads of a community are in a file of their own."""
    office, moderation = _read("councillors.toml"), _read("moderation.toml")
    threads = [_read(path.name)["thread"] for path in sorted(FOLDER.glob("threads-*.toml"))]
    return Content(
        places=json.loads((FOLDER / "places.geojson").read_text(encoding="utf-8"))["features"],
        postcodes=_read("postcodes.toml")["postcode"],
        people=_read("people.toml")["person"],
        bodies=office["body"],
        councillors=office["councillor"],
        officers=office["officer"],
        communities=_read("communities.toml")["community"],
        threads=[thread for file in threads for thread in file],
        questions=_read("questions.toml")["question"],
        reports=moderation["report"],
        appeals=moderation["appeal"],
        kept=_read("keeping.toml"),
    )


def _read(name: str) -> Entry:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
