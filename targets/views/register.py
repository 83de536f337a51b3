"""The status table, and the same rows as a workbook."""

from __future__ import annotations

import io
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from targets.filters import ScopeForm, TargetFilterSet, problems
from targets.models import AuditRecord
from targets.register.listing import Summary
from targets.register.register import Register
from targets.tables import LOOKS, Line, TargetTable, shape
from targets.views.no_plan import no_plan
from targets.workbooks import file_name, write_workbook


class RegisterView(View):
    """Reads the address; a bad parameter answers 400 with its message and no rows at all."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.scope = ScopeForm(
            request.GET.dict(), viewer=request.user, sorts=TargetTable.sorts(), today=timezone.localdate()
        )
        valid = self.scope.is_valid()
        self.register: Register | None = self.scope.register if valid else None
        self.filters = TargetFilterSet(request.GET, self.register) if self.register else None

    @property
    def asked(self) -> tuple[Register, TargetFilterSet] | None:
        """The register and what narrows it, or None where a parameter is bad."""
        if self.register is None or self.filters is None or not self.filters.is_valid():
            return None
        return self.register, self.filters

    def context(self) -> dict[str, Any]:
        return {
            "scope": self.scope,
            "plan": self.scope.plan,
            "register": self.register,
            "filters": self.filters,
            "errors": self._errors(),
            "chosen": self.request.GET.getlist("status"),
            "kept": [] if self.filters else self._unread(),
        }

    def _unread(self) -> list[tuple[str, str]]:
        """What was asked of a table that cannot be found: typed once, it goes along."""
        names = [name for name in TargetFilterSet.base_filters if name != "status"]
        return [(name, value) for name in names for value in self.request.GET.getlist(name)]

    def _errors(self) -> list[tuple[str, str]]:
        forms = [self.scope, *([self.filters.form] if self.filters else [])]
        return [problem for form in forms for problem in problems(form)]


class TargetListView(RegisterView):
    template_name = "targets/register.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        context = self.context()
        if self.scope.plan is None and not request.GET.get("plan"):
            return no_plan(request, context)
        if self.asked is None:
            return render(request, self.template_name, context, status=400)
        (register, filters), asked = self.asked, self.scope.cleaned_data
        sort = asked["sort"]
        table = TargetTable(filters.qs, promised=register.promised, order_by=sort or "number")
        listing = register.listing(
            table.in_order, reporting=filters.answers, sort=sort if "reporting" in sort else ""
        )
        summary = listing.summary
        page = Paginator(listing.keys, asked["per_page"]).get_page(asked["page"])
        context |= {
            "table": table,
            "page": page,
            "lines": [Line(row) for row in listing.rows(list(page.object_list))],
            "times": self.scope.times,
            "summary": summary,
            "chips": self.chips(summary),
        }
        return render(request, self.template_name, context)

    def chips(self, summary: Summary) -> list[dict[str, Any]]:
        """The counts per status, each a link that narrows the table to it."""
        chosen = self.request.GET.getlist("status")
        return [
            {
                "key": s.key,
                "label": s.label,
                "shape": shape(LOOKS[s]),
                "count": n,
                "is_chosen": s.key in chosen,
            }
            for s, n in summary.statuses
        ]


class TargetExportView(RegisterView):
    """Exactly what the filters show, in 序号 order, as the offices file it."""

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        if self.asked is None:
            return render(request, TargetListView.template_name, self.context(), status=400)
        register, filters = self.asked
        workbook = io.BytesIO()
        rows = register.stream(filters.qs.order_by("number", "pk"), filters.answers)
        write_workbook(workbook, register, rows)
        workbook.seek(0)
        name = file_name(register)
        remark = f"{name} {request.GET.urlencode()}"
        AuditRecord.objects.note(AuditRecord.Act.EXPORT, register.plan, remark=remark)
        return FileResponse(workbook, as_attachment=True, filename=name)
