"""People: name, post, units and account on one page, one by one or pasted from a sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.admin.base.pages import row_with
from targets.admin.base.permissions import Actor
from targets.admin.people.accounts import AccountAdmin
from targets.admin.people.units import Offices
from targets.forms.base.conflicts import SeenVersionForm
from targets.forms.base.fields import UnitsChoiceField
from targets.forms.people.pasted import Given, PastedPeople
from targets.forms.people.person import PersonForm
from targets.models import Member, OrgUnit


@admin.register(Member)
class MemberAdmin(Offices):
    """Only administrators see to accounts: the link from the person gives an account its units."""

    place = "unit"
    list_display = ("full_name", "post", "units", "user", "roles", "signs_in")
    list_select_related = ("unit", "user")
    list_prefetched = ("also_in", "user__groups")
    list_filter = ("user__groups",)
    allowed_lookups = ("user__groups__id__exact", "user__groups__isnull")
    search_fields = ("name", "post", "user__username")
    ordering = ("unit__order", "unit", "pk")
    PLAIN = ("name", "post", "unit", "also_in")

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.filter(unit__in=self.own(actor))

    def unit(self, obj: Member) -> OrgUnit:
        return obj.unit

    def may_change(self, actor: Actor, obj: Member) -> bool:
        """Only administrators edit a person who has an account."""
        return super().may_change(actor, obj) and (actor.administrates or obj.user_id is None)

    # --- the list -----------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("full name"), ordering="name")
    def full_name(self, obj: Member) -> str:
        return obj.name

    @admin.display(description=gettext_lazy("unit"), ordering="unit__order")
    def units(self, obj: Member) -> str:
        return explain.listed([obj.unit, *obj.also_in.all()])

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, obj: Member) -> str:
        return explain.listed(obj.user.groups.all()) if obj.user else ""

    @admin.display(description=gettext_lazy("may sign in"), boolean=True, ordering="user__is_active")
    def signs_in(self, obj: Member) -> bool:
        return bool(obj.user and obj.user.is_active)

    # --- one person ---------------------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: Member | None = None) -> list[Any]:
        if not Actor.of(request).administrates:
            return [*self.PLAIN]
        of_account = [name for name in PersonForm.ACCOUNT if name != "is_active" or (obj and obj.user_id)]
        return [*self.PLAIN, *of_account]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = PersonForm if Actor.of(request).administrates else SeenVersionForm
        made: Any = super().get_form(request, obj, change, form=form, fields=self.PLAIN)
        made.viewer, made.given = request.user, self._given(request)
        return made

    def _given(self, request: HttpRequest) -> User | None:
        """The account that the address names, if it is nobody's and the user may change it."""
        accounts = self.admin_site._registry[User]
        assert isinstance(accounts, AccountAdmin)
        free = accounts.get_queryset(request).filter(member__isnull=True)
        return row_with(free, request.GET.get("account", ""))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "name":
            kwargs["label"] = capfirst(_("full name"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        units = OrgUnit.objects.select_related("parent").order_by("path", "order")
        return db_field.formfield(form_class=UnitsChoiceField, queryset=units, **kwargs)

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        if isinstance(form, PersonForm):
            form.write_account()
            request.__dict__["first_password"] = form.password
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Member, post_url_continue: Any = None) -> HttpResponse:
        return self._first_password(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Member) -> HttpResponse:
        return self._first_password(request, obj) or super().response_change(request, obj)

    def _first_password(self, request: HttpRequest, obj: Member) -> HttpResponse | None:
        password = request.__dict__.get("first_password")
        return self._shown_once(request, [Given(obj, password)]) if password else None

    def _shown_once(self, request: HttpRequest, given: list[Given]) -> HttpResponse:
        """The answer to the post itself: a password in an address, a message or a session would be kept."""
        title = _("First passwords: shown this once")
        return self.page(request, "member/passwords.html", title, given=given)

    # --- many people --------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        own = path("paste/", self.admin_site.admin_view(self.paste_view), name="targets_member_paste")
        return [own, *super().get_urls()]

    def paste_view(self, request: HttpRequest) -> HttpResponse:
        """Not `recorded` as a whole: hashing many passwords takes long, and would lock the database."""
        if not Actor.of(request).administrates:
            raise PermissionDenied
        people = PastedPeople(request.POST if request.method == "POST" else None)
        if people.is_valid() and "_write" in request.POST:
            try:
                return self._shown_once(request, people.write())
            except ValidationError as refusal:
                people.refusal = " ".join(refusal.messages)
            except IntegrityError:
                people.refusal = _("Somebody saved the same at this moment; please look again.")
        return self.page(request, "member/paste.html", _("Paste a list of people"), people=people)
