"""A kept file, for whoever may read it: always as a download, never shown within the page."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.generic import View

from targets.models import AuditRecord, KeptFile

NOT_SHOWN = "sandbox; default-src 'none'"  # whatever is in it, should a browser open it all the same
ANY = "application/octet-stream"


class KeptFileView(View):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        file = KeptFile.objects.visible_to(request.user).filter(pk=pk).first()
        if file is None or not default_storage.exists(file.stored_as):
            raise Http404
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, file, remark=f"SHA-256 {file.sha256}")
        content = default_storage.open(file.stored_as)
        response = FileResponse(content, as_attachment=True, filename=file.name, content_type=ANY)
        response.headers["Content-Security-Policy"] = NOT_SHOWN
        return response
