"""How far the translation into each language is, for those who run the site."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

SEPARATOR = re.compile(r"\n\s*\n")
TEXT = re.compile(r"^msgid ", re.MULTILINE)
HEADER = re.compile(r'^msgid ""\nmsgstr ', re.MULTILINE)
UNREVIEWED = re.compile(r"^#\s*unreviewed\s*$", re.MULTILINE)


@dataclass(frozen=True)
class CatalogueState:
    """How many messages a language has, and how many of them no speaker has signed yet."""

    language: str
    name: str
    messages: int
    unreviewed: int


def catalogue_states() -> list[CatalogueState]:
    """Count the messages of each language that the site is translated into."""
    return [
        CatalogueState(code, str(name), *_counts(path))
        for code, name in settings.LANGUAGES
        for folder in settings.LOCALE_PATHS
        if (path := Path(folder, to_locale(code), "LC_MESSAGES", "django.po")).exists()
    ]


@lru_cache
def _counts(path: Path) -> tuple[int, int]:
    """Read a catalogue once for each process: it only changes with a new release."""
    entries = [
        entry for entry in SEPARATOR.split(path.read_text(encoding="utf-8")) if _is_message(entry)
    ]
    return len(entries), sum(bool(UNREVIEWED.search(entry)) for entry in entries)


def _is_message(entry: str) -> bool:
    return bool(TEXT.search(entry)) and not HEADER.search(entry)
