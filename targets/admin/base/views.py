"""Our own pages within Django's administration: views that belong to a `ModelAdmin`.

class WithdrawPage(ObjectPage):
    def post(self, request):
        self.object.withdraw(by=request.user)
        return self.done(_("Taken back."))

path("<path:object_id>/withdraw/", admin_view(WithdrawPage.as_view(model_admin=self)), name=…)
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.generic import View

from targets.admin.base.audited import recorded


class AdminPage(View):
    """`answer` gets the POST data, or None on GET; its changes and their record are one transaction."""

    model_admin: Any = None

    @recorded
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        return self.answer(None, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        return self.answer(request.POST, **named)

    def answer(self, posted: Any, **named: Any) -> HttpResponse:
        raise NotImplementedError

    def tell(self, text: Any, level: int = messages.SUCCESS) -> None:
        self.model_admin.message_user(self.request, text, level)

    def page(self, template: str, title: Any, **context: Any) -> HttpResponse:
        return self.model_admin.page(self.request, template, title, **context)


class ObjectPage(AdminPage):
    """A page about one row that the user may see: `self.object`."""

    def dispatch(self, request: HttpRequest, *args: Any, object_id: str, **named: Any) -> HttpResponseBase:
        self.object = self.model_admin.get_object(request, unquote(object_id))
        if self.object is None:
            raise PermissionDenied
        return super().dispatch(request, *args, **named)

    @classmethod
    def url(cls, model_admin: Any, name: str, route: str = "", **given: Any) -> URLPattern:
        """Return the URL pattern below the row: `<pk>/name/` unless `route` is given."""
        view = model_admin.admin_site.admin_view(cls.as_view(model_admin=model_admin, **given))
        model = model_admin.opts.model_name
        return path(f"<path:object_id>/{route or name}/", view, name=f"targets_{model}_{name}")

    def address(self, row: Any = None) -> str:
        return str(self.model_admin.address(row or self.object))

    def to(self, row: Any = None) -> HttpResponse:
        return HttpResponseRedirect(self.address(row))

    def done(self, told: Any) -> HttpResponse:
        self.tell(told)
        return self.to()
