"""Base page for many entries: its rows, posted input, kept drafts and rendering.

Filing, reviewing and entering statistics are each a `GridPage` with other rows, fields and acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from targets.admin.base.pages import row_with
from targets.filing.lines import Line, read_lines
from targets.forms.desk.desk import Grid, RowForm
from targets.forms.desk.scope import DeskScopeForm
from targets.forms.entry.evidence import Sent
from targets.models import FormDraft, ProgressEntry, Target
from targets.models.audit.recording import recording


class GridPage(View):
    """A subclass sets the class attributes. The page writes its log entries through `model_admin`."""

    name = ""  # used in the address and in the key of the kept draft
    title: Any = ""
    part = ProgressEntry.Part.REPORT
    scope_form: type[DeskScopeForm] = DeskScopeForm
    form: type[RowForm]
    template = ""
    acts: tuple[str, ...] = ()  # button names; `_save` calls `save()`

    model_admin: Any = None
    is_keeper = False  # the second address, which keeps unsaved input

    @classmethod
    def urls(cls, model_admin: Any) -> list[URLPattern]:
        wrap, name = model_admin.admin_site.admin_view, f"targets_progressentry_{cls.name}"
        page = cls.as_view(model_admin=model_admin)
        keeper = cls.as_view(model_admin=model_admin, is_keeper=True, http_method_names=["post"])
        return [
            path(f"{cls.name}/", wrap(page), name=name),
            path(f"{cls.name}/draft/", wrap(keeper), name=f"{name}_draft"),
        ]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user, self.today = request.user, timezone.localdate()
        self.sent = Sent(self.user)
        self.scope = self.scope_form(request.GET, targets=self.targets(), user=self.user, today=self.today)

    def is_allowed(self) -> bool:
        return self.model_admin.has_add_permission(self.request)

    # --- lines --------------------------------------------------------------------------------

    def targets(self) -> Any:
        """Return the targets that this page may show, in any plan and unit."""
        raise NotImplementedError

    def listed(self) -> Any:
        return self.targets().filter(plan=self.scope.plan, lead_unit=self.scope.unit)

    @property
    def within(self) -> slice:
        """Those of the page among the rows listed, in 序号 order."""
        return slice(None)

    def lines(self) -> Sequence[Line]:
        period = self.scope.period
        if period is None:
            return []
        return read_lines(Line, self.listed(), period, self.part, self.today, self.within)

    def lock(self) -> None:
        """Lock all targets of the page in one order, before reading the state that decides."""
        keys = self.listed().order_by("number", "pk").values_list("pk", flat=True)[self.within]
        list(self.targets().filter(pk__in=list(keys)).locked().values_list("pk", flat=True))

    # --- the request --------------------------------------------------------------------------

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.is_allowed():
            raise PermissionDenied
        if not self.scope.is_complete:
            return self.shown(None, status=400 if self.scope.errors else 200)
        kept = self.kept()
        return self.shown(self.grid(kept=kept), kept=kept)

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.is_keeper:
            return self.keep()
        if not self.is_allowed() or not self.scope.is_complete:
            return self.get(request)
        self.sent = Sent.with_post(request)  # kept before the act begins, whatever becomes of it
        act = next((act for act in self.acts if act in request.POST), self.acts[0])
        return getattr(self, act.lstrip("_"))()

    def grid(self, data: Any = None, kept: Any = None) -> Grid:
        return Grid(self.form, self.lines(), data, kept, self.sent)

    @property
    def address(self) -> str:
        """The page's URL with plan, period and unit, so that a form posted late still names them."""
        own = reverse(f"admin:targets_progressentry_{self.name}")
        return f"{own}?{urlencode(self.scope.query, doseq=True)}"

    @property
    def keeper_address(self) -> str:
        own = reverse(f"admin:targets_progressentry_{self.name}_draft")
        return f"{own}?{urlencode(self.scope.query, doseq=True)}"

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(self.address)

    def tell(self, text: Any, level: int = messages.SUCCESS) -> None:
        self.model_admin.message_user(self.request, text, level)

    # --- writing ------------------------------------------------------------------------------

    def locked_grid(self) -> Grid:
        """Return the posted grid over locked rows: nobody else changes them until the transaction ends."""
        self.lock()
        grid = self.grid(self.request.POST)
        for key, texts in grid.gone(self.request.POST).items():
            self._tell_what_is_gone(key.partition("-")[0], texts)
        return grid

    def _tell_what_is_gone(self, pk: str, texts: list[str]) -> None:
        seen = Target.objects.visible_to(self.user)
        target = row_with(seen, pk)
        if target is not None:
            words = {"title": target.title, "text": " ".join(texts)}
            text = _("“%(title)s” is not reported here any more. You typed: %(text)s")
            self.tell(text % words, messages.WARNING)

    def write(self, grid: Grid) -> list[Line]:
        """Save the rows with input and return them; invalid rows keep their input and errors."""
        written = []
        for form in grid.editable:
            if form.is_bound and form.write(self.user):
                written.append(form.line)
        self.keep_only(grid.wrong)
        return written

    def mend(
        self, grid: Grid, lacking: dict[str, ValidationError] | None = None, **more: Any
    ) -> HttpResponse:
        """Show the stored rows again, but the invalid rows as typed."""
        wrong = {form.line.key: form for form in grid.wrong}
        fresh = self.grid()
        for form in fresh:
            if lacking and form.line.key in lacking:
                form.refuse(lacking[form.line.key])
        fresh.forms = [wrong.get(form.line.key, form) for form in fresh]
        return self.shown(fresh, wrong=fresh.wrong, **more)

    # --- unsaved input ------------------------------------------------------------------------

    @property
    def page(self) -> str:
        return f"{self.name}:{':'.join(str(value) for value in self.scope.query.values())}"

    def kept(self) -> QueryDict | None:
        draft = FormDraft.objects.of(self.user, self.page)
        if draft is None:
            return None
        kept: Any = QueryDict(draft.fields)
        kept.saved_at = draft.saved_at
        return kept

    def keep(self) -> HttpResponse:
        """Keep the unsaved input that the page's script sends every minute."""
        if not self.is_allowed() or not self.scope.is_complete:
            raise PermissionDenied
        fields = self.request.POST.copy()
        fields.pop("csrfmiddlewaretoken", None)
        if not fields:
            FormDraft.objects.drop(self.user, self.page)
            return HttpResponse(status=204)
        try:
            FormDraft.objects.keep(self.user, self.page, fields.urlencode(), timezone.now())
        except ValidationError as refused:
            return HttpResponse(
                " ".join(refused.messages), status=413, content_type="text/plain; charset=utf-8"
            )
        return HttpResponse(status=204)

    def keep_only(self, forms: list[RowForm]) -> None:
        """Keep the input of these rows only: the others were saved."""
        if not forms:
            FormDraft.objects.drop(self.user, self.page)
            return
        fields = QueryDict(mutable=True)
        starts = tuple(f"{form.prefix}-" for form in forms)
        for name, values in self.request.POST.lists():
            if name.startswith(starts):
                fields.setlist(name, values)
        FormDraft.objects.keep(self.user, self.page, fields.urlencode(), timezone.now())

    def discard(self) -> HttpResponse:
        with recording():
            FormDraft.objects.drop(self.user, self.page)
        return self.back()

    # --- showing ------------------------------------------------------------------------------

    def shown(self, grid: Any, *, status: int = 200, template: str = "", **more: Any) -> HttpResponse:
        """Return the page; `grid` is of the kind that its template reads, or None."""
        context = {
            "scope": self.scope,
            "plan": self.scope.plan,
            "period": self.scope.period,
            "unit": self.scope.unit,
            "grid": grid,
            "is_frozen": bool(self.scope.period and self.scope.period.is_frozen(self.today)),
            "page": self.page if grid is not None else "",
            "address": self.address if grid is not None else "",
            "keeper": self.keeper_address if grid is not None else "",
            **more,
        }
        return self.model_admin.page(
            self.request, template or self.template, self.title, status=status, **context
        )
