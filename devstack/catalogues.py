"""Compile, update and compare the message catalogues in locale/."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from devstack.console import ROOT, Trouble, say

SOURCES = ("*.py", "*.html", "*.txt")
WITHOUT_MESSAGES = ("tests", "bench", "devstack", "locale", "static", "docs", "node_modules")
UNREVIEWED = "unreviewed"  # the comment on each translation that no speaker has signed yet
# What a translation must hold as its original does: placeholders, and the marks of HTML.
FIXED = re.compile(r"%\([\w.]+\)[sd]|%[sd]|</?[a-z][^>]*>")
DATE = re.compile(r'^"POT-Creation-Date:.*$', re.MULTILINE)


@dataclass(frozen=True)
class Difference:
    """How a committed catalogue differs from the words in the code."""

    missing: list[str]
    obsolete: list[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.obsolete)


@dataclass(frozen=True)
class Standing:
    """How far the translation of a catalogue is, and what is wrong with it."""

    messages: int
    unreviewed: int
    faults: list[str]


def committed(root: Path = ROOT) -> list[Path]:
    """List the committed catalogues."""
    return sorted(root.glob("locale/*/LC_MESSAGES/*.po"))


def compile_catalogues(root: Path = ROOT) -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for source in committed(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as words:
            catalogue = read_po(words, locale=source.parts[-3])
        draft = target.with_suffix(".mo.new")
        with draft.open("wb") as compiled:
            write_mo(compiled, catalogue)
        draft.replace(target)


def compare(committed_file: Path, extracted_file: Path) -> Difference:
    """Compare the messages of two catalogues, whatever their translations."""
    have, want = identities(committed_file), identities(extracted_file)
    return Difference(sorted(want - have), sorted(have - want))


def identities(path: Path) -> set[str]:
    """Return what tells the messages of a catalogue apart."""
    with path.open("rb") as words:
        return {identity(message) for message in read_po(words) if message.id}


def identity(message: Message) -> str:
    """Write a message's context, words and plural as one text."""
    words = [message.id] if isinstance(message.id, str) else list(message.id)
    text = " / ".join(repr(part) for part in words)
    return f"{text} in the context {message.context!r}" if message.context else text


def standing(path: Path) -> Standing:
    """Count the messages of a catalogue, and find those without a sound translation."""
    try:
        with path.open("rb") as words:
            catalogue = read_po(words, locale=path.parts[-3], abort_invalid=True)
    except PoFileError as error:
        return Standing(messages=0, unreviewed=0, faults=[f"{error} (line {error.lineno})"])
    messages = [message for message in catalogue if message.id]
    return Standing(
        messages=len(messages),
        unreviewed=sum(UNREVIEWED in message.user_comments for message in messages),
        faults=[
            f"{fault}: {identity(message)}"
            for message in messages
            if (fault := find_fault(message, catalogue))
        ],
    )


def find_fault(message: Message, catalogue: Catalog) -> str:
    """Say what is wrong with the translation of a message, in a few words; nothing if sound."""
    if message.fuzzy:
        return "fuzzy"
    forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if not all(forms):
        return "untranslated"
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = sorted(FIXED.findall(originals[-1]))
    if any(sorted(FIXED.findall(form)) != wanted for form in forms):
        return "placeholders differ"
    return ", ".join(str(error) for error in message.check(catalog=catalogue))


def differences() -> dict[Path, Difference]:
    """Compare every committed catalogue with the words in the code."""
    catalogues = committed()
    if not catalogues:
        return {}
    with copied_sources() as copy:
        extract(copy, [path.parts[-3] for path in catalogues])
        return {
            path: compare(path, copy / path.relative_to(ROOT))
            for path in catalogues
            if (copy / path.relative_to(ROOT)).exists()
        }


def update() -> None:
    """Write new words into the committed catalogues and take gone ones out."""
    if not has_gettext():
        raise Trouble("the words are found by xgettext: please install gettext")
    languages = sorted(path.name for path in (ROOT / "locale").glob("*") if path.is_dir())
    if not languages:
        raise Trouble("there is no catalogue yet: make a folder in locale/ for each language first")
    with copied_sources() as copy:
        shutil.copytree(ROOT / "locale", copy / "locale", dirs_exist_ok=True)
        extract(copy, languages)
        for path in committed(copy):
            target = ROOT / path.relative_to(copy)
            if not target.exists() or undated(target) != undated(path):
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, target)
                say(f"updated {target.relative_to(ROOT)}")


def undated(path: Path) -> str:
    """Return a catalogue without the line that changes with every run."""
    return DATE.sub("", path.read_text(encoding="utf-8"))


def has_gettext() -> bool:
    return shutil.which("xgettext") is not None


@contextmanager
def copied_sources() -> Iterator[Path]:
    """Copy whatever may hold messages, since makemessages writes beside what it reads."""
    with tempfile.TemporaryDirectory(prefix="townhall-messages-") as name:
        copy = Path(name)
        for folder in ROOT.iterdir():
            if folder.is_dir() and is_source(folder):
                for pattern in SOURCES:
                    for path in folder.rglob(pattern):
                        target = copy / path.relative_to(ROOT)
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(path, target)
        (copy / "locale").mkdir()
        yield copy


def is_source(folder: Path) -> bool:
    return folder.name not in WITHOUT_MESSAGES and not folder.name.startswith(".")


def extract(folder: Path, languages: list[str]) -> None:
    """Run Django's makemessages in a folder, without settings."""
    chosen = [option for language in languages for option in ("--locale", language)]
    command = [sys.executable, "-m", "django", "makemessages", *chosen]
    command += ["--no-location", "--no-wrap", "--no-obsolete"]
    environment = dict(os.environ)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Trouble(f"makemessages failed:\n{done.stdout}{done.stderr}")
