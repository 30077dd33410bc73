"""Bring a back-up back, and settle what differs between its moment and now."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import Version
from notifications import services as notifications
from townhall.backups import database
from townhall.backups.choices import apply_choices
from townhall.backups.files import DUMP, PICTURES, BackupError, Manifest, check_files, read_manifest
from townhall.database.owner import as_owner

# Numbers that were given after the back-up stand in mails and bookmarks, and must never come to
# mean something else.
GAP = 100_000
SEQUENCES = """
SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass,
              COALESCE(last_value, start_value) + %s)
FROM pg_sequences WHERE schemaname = current_schema()
"""


def restore(folder: Path) -> Manifest:
    """Bring database and pictures of a back-up into an empty database, and bring it up to date.

    Raises BackupError where the back-up is not sound or the database not empty.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    if present := database.tables():
        raise BackupError(f"The database is not empty: it has {len(present)} tables.")
    _bring_pictures(folder / PICTURES, Path(settings.MEDIA_ROOT))
    with as_owner():
        database.load(folder / DUMP)
        _compare_rows(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def settle(as_of: datetime, stopped_at: datetime, choices: Path | None) -> dict[str, int]:
    """Skip what was told since, sign everybody out, give no number twice; return what was done."""
    done = apply_choices(choices, as_of) if choices else {}
    skipped = notifications.skip_told(as_of, stopped_at)
    done |= {
        "waiting mails skipped": skipped.mails,
        "alerts skipped": skipped.alerts,
        "digests skipped": skipped.digests,
    }
    with transaction.atomic():
        # Some were ended since, perhaps because a stranger had one.
        done["sessions ended"] = Session.objects.all().delete()[0]
        # Another server counts its transactions anew: no page that a browser has is unchanged.
        number = int(timezone.now().timestamp() * 1_000_000)
        Version.objects.update_or_create(kind="site", subject_id=0, defaults={"number": number})
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(SEQUENCES, [GAP])
        done["sequences moved on"] = cursor.rowcount
    try:
        caches["redis"].clear()
    except RedisError as error:
        raise BackupError(f"All is done, but Redis could not be emptied: {error}") from error
    return done


def _bring_pictures(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            shutil.copystat(path, copy)
            copy.chmod(0o644)


def _compare_rows(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table, count in manifest.rows.items():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - of a checked manifest
            (found,) = cursor.fetchone()
            if found != count:
                raise BackupError(f"{table} has {found} rows after the restore, not {count}.")
