"""Accounts: passwords, locks, and rights while no person has the account.

Only superusers and administrators edit them; Django's model permissions do not count.
"""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.audited import AuditedAdmin, recorded
from targets.admin.base.pages import RowList
from targets.admin.base.permissions import Actor, RowPermissions, is_used
from targets.explain.people import person
from targets.models import PasswordRecord
from targets.models.audit.recording import recording
from targets.models.enums import Act
from targets.models.people.accounts import note_rights, rights_of

admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(RowPermissions, RowList, AuditedAdmin, UserAdmin):
    """Administrators grant roles, but no superuser rights, and cannot change rights of their own account.

    Name, roles and whether it may sign in stand on the page of the account's person; here they are
    changed only while it has none. A Chinese full name is one field: `first_name`.
    """

    list_display = ("username", "name", "unit", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "groups")
    allowed_lookups = ("is_active__exact", "groups__id__exact", "groups__isnull")
    ordering = ("username", "pk")
    filter_horizontal = ()
    actions = ("unlock",)
    POWER = ("is_superuser", "user_permissions")
    OWN = ("username", "is_active", "is_staff", "groups")
    LABELS = {"first_name": _("full name"), "groups": _("roles")}
    NOBODY_S = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("page_of_person", "first_name", "email")}),
        (_("Rights"), {"fields": (("is_active", "is_staff"), "groups")}),
    )
    SOMEBODY_S = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("page_of_person", "email")}),
        (_("Rights"), {"fields": ("is_staff", "roles")}),
    )
    READ_HERE = ("username", "roles")

    def sees(self, actor: Actor) -> bool:
        return actor.administrates

    adds = changes = sees

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset if actor.user.is_superuser else queryset.filter(is_superuser=False)

    def may_delete(self, actor: Actor, obj: User) -> bool:
        """An account that ever did anything is disabled, not deleted."""
        used = is_used(obj, models.PROTECT, models.CASCADE)
        return self.changes(actor) and obj != actor.user and not used

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("member__unit").prefetch_related("groups")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs |= {"widget": forms.CheckboxSelectMultiple, "help_text": ""}
        if label := self.LABELS.get(db_field.name):
            kwargs["label"] = label
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.widget.can_add_related = False
        return field

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        power = ((_("Power over the service"), {"fields": self.POWER, "classes": ["collapse"]}),)
        shown = self.SOMEBODY_S if hasattr(obj, "member") else self.NOBODY_S
        return shown + (power if request.user.is_superuser else ())

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = self.OWN if obj == request.user and not request.user.is_superuser else ()
        return ("page_of_person", *(self.READ_HERE if hasattr(obj, "member") else ()), *own)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """An account is made together with its person."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("admin:targets_member_add")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        request.__dict__["rights_before"] = rights_of(obj)
        with recording(Act.RIGHTS, obj):
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        with recording(Act.RIGHTS, form.instance) as act:
            note_rights(act, form.instance, request.__dict__["rights_before"])

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        with recording(Act.DELETE, obj) as act:
            act.note(obj, {name: [old, None] for name, old in rights_of(obj).items()})
            super().delete_model(request, obj)

    @recorded
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        answer = super().user_change_password(request, id, form_url)
        if answer.status_code == 302 and (user := self.get_object(request, id)):
            reset(username=user.username)
            if user != request.user:
                PasswordRecord.objects.mark_temporary(user)
        return answer

    @admin.action(description=_("Unlock after wrong passwords"), permissions=["change"])
    @recorded
    def unlock(self, request: HttpRequest, queryset: Any) -> None:
        unlocked = [user for user in queryset if reset(username=user.username)]
        with recording(Act.UNLOCK) as act:
            act.note_all(unlocked)
        if unlocked:
            self.message_user(request, _("Unlocked: %(names)s.") % {"names": explain.listed(unlocked)})
        else:
            self.message_user(request, _("None of the chosen accounts was locked."), messages.WARNING)

    @admin.display(description=_("full name"))
    def name(self, user: User) -> str:
        return person(user)

    @admin.display(description=_("Person"))
    def page_of_person(self, user: User) -> str:
        if hasattr(user, "member"):
            place = reverse("admin:targets_member_change", args=(user.member.pk,))
            told = _("Change name, units and roles of %(name)s, or switch the account off")
            return format_html('<a href="{}">{}</a>', place, told % {"name": user.member})
        place = f"{reverse('admin:targets_member_add')}?account={user.pk}"
        return format_html('<a href="{}">{}</a>', place, _("Nobody's yet: enter the person with the unit"))

    @admin.display(description=_("unit"), ordering="member__unit__path")
    def unit(self, user: User) -> str:
        return user.member.unit.name if hasattr(user, "member") else "—"

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return explain.listed(user.groups.all())


@admin.register(Group)
class RoleAdmin(RowPermissions, RowList, AuditedAdmin, GroupAdmin):
    """The groups that serve as roles; only superusers edit them."""

    fields = ("name",)
    ordering = ("name", "pk")

    def sees(self, actor: Actor) -> bool:
        return bool(actor.user.is_superuser and actor.user.is_active)

    adds = changes = sees

    def save_model(self, request: Any, obj: Group, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        with recording(Act.CHANGE if change else Act.CREATE, obj) as act:
            act.note(obj, {"name": [form.initial.get("name"), obj.name]})

    def delete_model(self, request: Any, obj: Group) -> None:
        with recording(Act.DELETE, obj) as act:
            act.note(obj, {"name": [obj.name, None]})
            super().delete_model(request, obj)
