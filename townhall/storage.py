"""Where uploads lie."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from django.core.files.storage import FileSystemStorage

UNFINISHED = ".part"
MODE = 0o644


class DurableFileSystemStorage(FileSystemStorage):
    """A folder in which a file is whole and on the disk, or not there at all."""

    def _save(self, name: str, content: Any) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = mkstemp(suffix=UNFINISHED, prefix=".", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(unfinished, self.file_permissions_mode or MODE)
            os.rename(unfinished, target)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(unfinished)
            raise
        _sync_folder(target.parent)
        return name.replace("\\", "/")


def _sync_folder(folder: Path) -> None:
    """Make the name last as well: a file whose folder forgets it is lost."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
