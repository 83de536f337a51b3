"""Base classes of the admin pages: form fields, limited look-ups, refusals instead of server errors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.db.models import F
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from targets import explain
from targets.admin.base.audited import AuditedAdmin
from targets.admin.base.permissions import Actor, RowPermissions
from targets.forms.base.conflicts import SeenRowForm, SeenVersionForm
from targets.forms.base.fields import (
    DayFormField,
    MemberChoiceField,
    PercentageFormField,
    QuantityFormField,
    UnitChoiceField,
    read_once,
)
from targets.models import Member, OrgUnit, Plan, Target
from targets.models.audit.recording import recording
from targets.models.base import PercentageField, QuantityField
from targets.models.enums import Act
from targets.register.finding import containing, empty_last

LONGEST_SEARCH = 100
NOT_ADDED_BESIDE = (Plan, Target)


def plainly(name: str, label: Any) -> Any:
    """A column or read-only field that shows a number as typed: 96, not 96.0000."""

    @admin.display(description=label, ordering=name)
    def shown(self: Any, obj: Any) -> str:
        return explain.number(getattr(obj, name))

    return shown


def unlinked(name: str, label: Any) -> Any:
    """A related row as plain text: Django would link to a page that the reader may not open."""

    @admin.display(description=label)
    def shown(self: Any, obj: Any) -> str:
        related = getattr(obj, name)
        return "—" if related is None else str(related)

    return shown


def row_with(rows: Any, key: str) -> Any:
    """Return the row with the key given in a URL or a post; None if there is no such row."""
    try:
        return rows.filter(pk=key).first()
    except ValueError:  # the key is not a number
        return None


FIELDS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    QuantityField: {"form_class": QuantityFormField},
    PercentageField: {"form_class": PercentageFormField},
    models.DateField: {"form_class": DayFormField},
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})},
}


class RowFields(BaseModelAdmin):
    """Our own form fields; a foreign key offers the rows that the related model's own page lists."""

    formfield_overrides: ClassVar[Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]] = FIELDS

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(related, RowAdmin):
            return related.get_queryset(request)
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.remote_field.model is OrgUnit:
            units = kwargs.get("queryset") or OrgUnit.objects.order_by("path", "order")
            kwargs |= {"form_class": UnitChoiceField, "queryset": units.select_related("parent")}
        elif db_field.remote_field.model is Member:
            members = Member.objects.select_related("unit").order_by("unit__path", "pk")
            kwargs |= {"form_class": MemberChoiceField, "queryset": members}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            # Four acts beside every choice clutter the form; users need only “add”, and not of a whole plan.
            widget.can_change_related = False
            widget.can_delete_related = False
            widget.can_view_related = False
            widget.can_add_related &= db_field.remote_field.model not in NOT_ADDED_BESIDE
        return field


class RowChangeList(ChangeList):
    """Rows with an empty sort column come last, in both directions and on every database."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        found = super().get_queryset(request, exclude_parameters)
        return found.prefetch_related(*getattr(self.model_admin, "list_prefetched", ()))

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        return [key for asked in super().get_ordering(request, queryset) for key in self._keys(asked)]

    def _keys(self, asked: Any) -> list[Any]:
        if not isinstance(asked, str):
            return [asked]
        name = asked.removeprefix("-")
        try:
            field = self.lookup_opts.get_field(name)
        except FieldDoesNotExist:  # a field of a related row, or an annotation
            return [empty_last(asked)]
        if not field.null:
            return [asked]
        # The related model defines the order; the first key only moves rows without a relation last.
        return [IsNull(F(name), True).asc(), asked] if field.is_relation else [empty_last(asked)]


class RowList(admin.ModelAdmin):
    """A list with a plain title, a search tolerant of spelling variants, and only the look-ups it names."""

    allowed_lookups: tuple[str, ...] = ()
    list_prefetched: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RowChangeList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The second value, "may rows repeat", is always False: no list searches a to-many relation."""
        columns = self.get_search_fields(request)
        if not columns:
            return queryset, False
        return queryset.filter(containing(search_term[:LONGEST_SEARCH], columns)), False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        # Django allows any look-up on local fields, regular expressions on SQLite included,
        # and any text as its value: PostgreSQL fails on a null character.
        return lookup in self.allowed_lookups and "\x00" not in value

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})


class RowAdmin(RowPermissions, RowFields, RowList, AuditedAdmin, admin.ModelAdmin):
    form: type[forms.ModelForm] = SeenVersionForm
    list_per_page = 50
    show_full_result_count = False

    def page(
        self, request: HttpRequest, template: str, title: Any, *, status: int = 200, **context: Any
    ) -> TemplateResponse:
        """Render our own template in the frame of the administration."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/targets/{template}", {**frame, **context}, status=status)

    def address(self, row: Any) -> str:
        """Return the address of the row's own page."""
        return reverse(f"admin:targets_{self.opts.model_name}_change", args=(row.pk,))

    def to(self, row: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.address(row))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Leave out the `seen_…` fields: the template renders them once."""
        return [name for name in super().get_fields(request, obj) if not str(name).startswith("seen_")]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """If the save of a valid form is refused, show the form again with the error; nothing is saved."""
        if "_saveasnew" in request.POST:  # Django accepts it even without such a button
            raise PermissionDenied
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            request.__dict__["refusal"] = refusal
        except IntegrityError:
            told = _("Somebody saved the same at this moment; please look again.")
            request.__dict__["refusal"] = ValidationError(told)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Django saves a many-to-many field past the model's save(), so it is noted here."""
        super().save_related(request, form, formsets, change)
        many = {f.name for f in form.instance._meta.many_to_many} & set(form.changed_data)
        if many:
            with recording(Act.CHANGE, form.instance) as act:
                act.note(form.instance, {name: _before_and_after(form, name) for name in sorted(many)})

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return redirect("..")


def _before_and_after(form: Any, name: str) -> list[list[str]]:
    return [[str(row) for row in rows or ()] for rows in (form.initial.get(name), form.cleaned_data[name])]


class ReadOnlyAdmin(RowAdmin):
    """Read-only pages: every user with a role sees the rows; nobody edits them."""

    def sees(self, actor: Actor) -> bool:
        return actor.has_a_role

    def adds(self, actor: Actor) -> bool:
        return False

    def changes(self, actor: Actor) -> bool:
        return False

    def may_delete(self, actor: Actor, obj: Any) -> bool:
        return False


class RowFormSet(forms.BaseInlineFormSet):
    """Inputs in a table have no label, so each gets an `aria-label` with its row and column.

    The choices of a column are read once for all rows.
    """

    @cached_property
    def _choices(self) -> dict[str, Any]:
        return {}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = f"{form.instance} " if form.instance.pk else ""
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and not field.widget.is_hidden:
                field.choices = self._choices.setdefault(name, read_once(field.choices))
            # a copy of RelatedFieldWidgetWrapper takes its attrs from the inner widget
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = row + capfirst(str(field.label or ""))


class RowInline(RowFields, admin.TabularInline):
    """Rows on their parent's page; Django checks the parent's permissions first."""

    form = SeenRowForm
    formset = RowFormSet
    extra = 1  # where no script runs, this is how a row is added

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = self.get_fields(request, obj)
        seen = ("seen_values",) if self.has_change_permission(request, obj) else ()
        return [(None, {"fields": (*fields, *seen)})]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of(request).has_a_role

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of(request).coordinates

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of(request).coordinates

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return Actor.of(request).coordinates
