"""Make a back-up that has been read again and found whole, or none."""

import os
import shutil
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from records.models import Backup
from townhall.backups import database
from townhall.backups.files import (
    DUMP,
    PICTURES,
    UNFINISHED,
    BackupError,
    Manifest,
    alone_in,
    check_files,
    copy_pictures,
    entry_of,
    finished,
    prune_backups,
    write_manifest,
)
from townhall.versions import release


def make_backup(root: Path, *, keep: int) -> tuple[Path, Manifest, list[str]]:
    """Make a back-up in a folder, check it, and delete all but the newest `keep`.

    Returns its folder, what it holds, and the names of those that were deleted. Raises
    BackupError, or OSError where the disk is full or not ours; nothing half-made is left.
    """
    root = _usable(root)
    with alone_in(root):
        name = timezone.now().astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")
        draft, target = root / f"{UNFINISHED}{name}", root / name
        if target.exists():
            raise BackupError(f"{target} is there already.")
        try:
            manifest = _fill(draft, finished(root))
            os.sync()
            draft.rename(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        pruned = prune_backups(root, keep)
    Backup.objects.create(
        made_at=manifest.moment, folder=str(target)[:500], byte_count=manifest.byte_count
    )
    return target, manifest, pruned


def _usable(root: Path) -> Path:
    """Return the real path of a folder; raise BackupError where no back-up should lie."""
    root = root.resolve()
    if not root.is_dir():
        raise BackupError(f"There is no folder {root}: make it first, for this user alone.")
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        if root.is_relative_to(Path(getattr(settings, name)).resolve()):
            raise BackupError(f"{root} lies in {name}: back-ups must lie elsewhere.")
    return root


def _fill(draft: Path, others: list[Path]) -> Manifest:
    (draft / PICTURES).mkdir(parents=True)
    media, earlier = Path(settings.MEDIA_ROOT), others[-1] if others else None
    # Twice: what the dump names was there before it, or is there after it.
    pictures = copy_pictures(media, draft, earlier)
    dumped = database.dump(draft / DUMP)
    (draft / DUMP).chmod(0o600)
    pictures |= copy_pictures(media, draft, earlier)
    manifest = Manifest(
        as_of=dumped.as_of.isoformat(), release=release(), server=dumped.server, rows=dumped.rows
    )
    files = {DUMP: entry_of(draft / DUMP), **pictures}
    manifest = replace(manifest, files=files)
    write_manifest(draft, manifest)
    database.check_dump(draft / DUMP, manifest.rows)
    check_files(draft, manifest)
    return manifest
