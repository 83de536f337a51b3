"""Files on their way in: too much is refused before it is read, the rest lies on the disk meanwhile."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from tracker.errors import READ_ON


class OnDisk(TemporaryFileUploadHandler):
    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        if content_length > READ_ON:
            raise RequestDataTooBig("All files together are larger than is read of one post.")

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Django makes the end of the sent name part of the name on the disk, where it may be too long."""
        super().new_file(field_name, "sent", *args, **kwargs)
        file: TemporaryUploadedFile = self.file
        self.file_name = file.name = file_name
