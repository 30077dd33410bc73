"""Folders and files of a back-up, and its manifest."""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

MANIFEST = "manifest.json"
DUMP = "database.dump"
PICTURES = "pictures"
LOCK = ".lock"
UNFINISHED = ".unfinished-"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z")
BLOCK = 1024 * 1024


class BackupError(Exception):
    """A back-up could not be made, is not sound, or cannot be restored; the text says why."""


@dataclass(frozen=True)
class Entry:
    """One file of a back-up; `changed` is the moment of its last change in nanoseconds."""

    sha256: str
    byte_count: int
    changed: int


@dataclass(frozen=True)
class Manifest:
    """What a back-up holds: the moment it shows, the rows of each table, and each file."""

    as_of: str
    release: str
    server: str
    rows: dict[str, int]
    files: dict[str, Entry] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.as_of)

    @property
    def byte_count(self) -> int:
        return sum(entry.byte_count for entry in self.files.values())

    @property
    def picture_count(self) -> int:
        return sum(name.startswith(f"{PICTURES}/") for name in self.files)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Read what a back-up should hold; raise BackupError where there is none."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: Entry(**entry) for name, entry in values.pop("files").items()}
        manifest = Manifest(files=files, **values)
        if manifest.moment.tzinfo is None:
            raise ValueError("its moment has no time zone")
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{folder} is no finished back-up: {error}") from error
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless each file is there and has its checksum."""
    if DUMP not in manifest.files:
        raise BackupError(f"{folder} holds no database.")
    for name, entry in manifest.files.items():
        path = folder / name
        if ".." in path.relative_to(folder).parts or not path.is_file():
            raise BackupError(f"{path} is missing.")
        if entry_of(path).sha256 != entry.sha256:
            raise BackupError(f"{path} is not what was backed up: its checksum differs.")


def copy_pictures(source: Path, target: Path, earlier: Path | None) -> dict[str, Entry]:
    """Copy each file of a folder, or share it with the last back-up where it is unchanged there.

    A file that goes meanwhile is left out. Returns the files by their names in the back-up.
    """
    known = read_manifest(earlier).files if earlier else {}
    entries = {}
    for path in sorted(source.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = f"{PICTURES}/{path.relative_to(source)}"
        copy = target / name
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            if earlier is None or not _share(path, earlier / name, copy, known.get(name)):
                shutil.copyfile(path, copy)
                shutil.copystat(path, copy)
                copy.chmod(0o600)
        except FileNotFoundError:
            copy.unlink(missing_ok=True)
            continue
        entries[name] = entry_of(copy)
    return entries


def _share(path: Path, old: Path, copy: Path, entry: Entry | None) -> bool:
    """Link to the file of the last back-up, if it is the same and still sound there."""
    now = path.stat()
    if entry is None or (now.st_size, now.st_mtime_ns) != (entry.byte_count, entry.changed):
        return False
    if not old.is_file() or entry_of(old).sha256 != entry.sha256:
        return False
    os.link(old, copy)
    return True


def entry_of(path: Path) -> Entry:
    """Read a file, and return its checksum and size."""
    checksum = hashlib.sha256()
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        while block := file.read(BLOCK):
            checksum.update(block)
    return Entry(checksum.hexdigest(), status.st_size, status.st_mtime_ns)


def finished(root: Path) -> list[Path]:
    """List the back-ups of a folder, oldest first; anything else in it is no matter of ours."""
    return sorted(
        path for path in root.iterdir() if NAME.fullmatch(path.name) and (path / MANIFEST).is_file()
    )


@contextmanager
def alone_in(root: Path) -> Iterator[None]:
    """Hold a folder of back-ups, and clear away what a killed command left; files are private."""
    mask = os.umask(0o077)
    try:
        with (root / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BackupError(f"Another back-up into {root} is being made.") from error
            for left in root.glob(f"{UNFINISHED}*"):
                shutil.rmtree(left)
            yield
    finally:
        os.umask(mask)


def prune_backups(root: Path, keep: int) -> list[str]:
    """Delete all but the newest back-ups, whole or not at all; return their names."""
    old = finished(root)[:-keep]
    for folder in old:
        doomed = folder.rename(root / f"{UNFINISHED}{folder.name}")
        shutil.rmtree(doomed)
    return [folder.name for folder in old]
