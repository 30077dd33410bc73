"""Files of pictures and their rows compared, and what belongs to nothing taken away."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.core.files.storage import default_storage

from discussions.models import Image
from discussions.services.picture_storage import delete_pictures, file_names

FOLDER = "images/"
NAME_OF_PICTURE = re.compile(r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:-small)?\.\w+")
UNFINISHED = re.compile(r"\..+\.part")
SETTLED = timedelta(days=1)  # what is younger may belong to a picture that is just being kept
BATCH = 1_000
MAX_DELETED = 5_000  # in one night
FEW_FILES = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What was found: files deleted, rows deleted, and pictures of posts whose files are lost."""

    files: int
    rows: int
    missing: int


def sweep_pictures(*, now: datetime) -> Swept:
    """Delete old files that belong to no picture, and loose pictures whose files are lost.

    Pictures of posts whose files are lost are marked: a back-up may still have them. Where most
    files belong to nothing, or most pictures have no file, the folder or the database is another's,
    and nothing is deleted.
    """
    names = _names_there()
    unowned = _unowned(names, before=now - SETTLED)
    if len(unowned) > FEW_FILES and len(unowned) * 2 > len(names):
        log.error("%d of %d files belong to no picture: none is deleted", len(unowned), len(names))
        unowned = []
    for name in unowned[:MAX_DELETED]:
        default_storage.delete(FOLDER + name)
    return _mark_missing(names, now=now, files=len(unowned[:MAX_DELETED]))


def _names_there() -> set[str]:
    try:
        return set(default_storage.listdir(FOLDER)[1])
    except FileNotFoundError:
        return set()


def _unowned(names: set[str], *, before: datetime) -> list[str]:
    """Pick the names that the site gave to files, which no row has; other files are not ours."""
    found = [name for name in names if UNFINISHED.fullmatch(name)]
    ours = ((name, NAME_OF_PICTURE.fullmatch(name)) for name in sorted(names))
    named = ((name, UUID(match[1])) for name, match in ours if match)
    while batch := list(islice(named, BATCH)):
        rows = Image.objects.filter(pk__in={key for _name, key in batch})
        owned = {name.removeprefix(FOLDER) for row in rows for name in file_names(row)}
        found += [name for name, _key in batch if name not in owned]
    return [name for name in found if _is_older(name, before)]


def _is_older(name: str, moment: datetime) -> bool:
    try:
        return default_storage.get_modified_time(FOLDER + name) < moment
    except FileNotFoundError:
        return False


def _mark_missing(names: set[str], *, now: datetime, files: int) -> Swept:
    rows = Image.objects.filter(created_at__lt=now - SETTLED)
    lost, count = [], 0
    for batch in _batches(rows.order_by("created_at", "pk").iterator(chunk_size=BATCH)):
        count += len(batch)
        lost += [row for row in batch if not _has_files(row, names)]
    found_again = Image.objects.filter(missing_since__isnull=False)
    found_again.exclude(pk__in=[row.pk for row in lost]).update(missing_since=None)
    marked = Image.objects.filter(pk__in=[row.pk for row in lost])
    marked.filter(missing_since=None).update(missing_since=now)
    deleted = 0
    if len(lost) * 2 <= count or count <= FEW_FILES:
        deleted = delete_pictures(marked.filter(post=None))
    return Swept(files, deleted, len(lost) - deleted)


def _batches(rows: Iterator[Image]) -> Iterator[Sequence[Image]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _has_files(image: Image, names: set[str]) -> bool:
    return {(image.file.name or "").removeprefix(FOLDER)} <= names and (
        not image.thumbnail.name or image.thumbnail.name.removeprefix(FOLDER) in names
    )
