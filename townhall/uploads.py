"""Files on their way in: no larger than can be used, and never the end of the words beside them."""

from contextlib import suppress
from errno import ENOSPC
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from discussions.images import MAX_BYTES


class LostUpload(InMemoryUploadedFile):
    """A file for which the disk had no room: its name is known, and to read it fails."""

    def read(self, *args: Any) -> bytes:
        raise OSError(ENOSPC, "No room for an upload", self.name)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keep a file on the disk as far as it can be used; go on where the disk is full."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.is_lost = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self.is_lost = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_lost or start > MAX_BYTES:
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self._lose()

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_lost:
            try:
                self.file.flush()
            except OSError:
                self._lose()
        if not self.is_lost:
            return super().file_complete(file_size)
        return LostUpload(
            BytesIO(), self.field_name, self.file_name, self.content_type, 0, self.charset
        )

    def _lose(self) -> None:
        self.is_lost = True
        # What is still in the buffer cannot be written either.
        with suppress(OSError):
            self.file.close()
