"""What is on its way in: too much is refused before it is read, a part of it is never taken for the whole."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class OnDisk(TemporaryFileUploadHandler):
    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        if content_length > settings.MOST_POSTED:
            raise RequestDataTooBig("All files together are larger than is read of one post.")

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Django makes the end of the sent name part of the name on the disk, where it may be too long."""
        super().new_file(field_name, "sent", *args, **kwargs)
        file: TemporaryUploadedFile = self.file
        self.file_name = file.name = file_name


class WholeBody:
    """A request's body. Raises OSError where the sender went away, or half a form would be saved."""

    def __init__(self, body: Any, length: int) -> None:
        self._body, self._left = body, length

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._body.read(size), self._left if size < 0 else size)

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._body.readline(size), 1)

    def _counted(self, piece: bytes, wanted: int) -> bytes:
        if len(piece) < min(wanted, self._left):
            raise OSError("the sender went away")
        self._left -= len(piece)
        return piece


def whole(application: Application) -> Application:
    """The application, which then fails on a body that is shorter than its head says."""

    def read_whole(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return read_whole
