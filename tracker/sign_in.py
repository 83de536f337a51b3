"""Signing in and out, and the own password: an address that goes on guessing waits."""

from datetime import timedelta
from typing import Any

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.frame import doors, only_town
from targets.models import AuditRecord
from targets.models.people.viewer import Account
from tracker.address import address_of
from tracker.apps import BY_PLATFORM, GIVEN, is_by_platform
from tracker.platform import stranger

MANY = 20  # wrong passwords from one address, for whatever accounts
WITHIN = timedelta(minutes=30)
PAUSE = timedelta(seconds=10)


class SignInForm(AuthenticationForm):
    """A pause, no lock: an office shares one address, and nobody may lock all others out."""

    def clean(self) -> dict[str, Any]:
        if self.request is not None and has_to_wait(address_of(self.request)):
            words = _(
                "Too many wrong passwords from this network address. Please try again in %(seconds)s s."
            )
            raise ValidationError(words % {"seconds": PAUSE.seconds}, code="slowed_down")
        return super().clean()


def has_to_wait(address: str | None) -> bool:
    now = timezone.now()
    wrong = AccessFailureLog.objects.filter(ip_address=address, attempt_time__gt=now - WITHIN)
    newest = list(wrong.order_by("-attempt_time").values_list("attempt_time", flat=True)[:MANY])
    return len(newest) == MANY and newest[0] > now - PAUSE


class SignInView(views.LoginView):
    """Leads to the first page of the person's navigation."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        user: Account = self.request.user
        return doors(user)[0].address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unknown = stranger(self.request)
        if unknown:
            refused = AuditRecord.Outcome.REFUSED
            AuditRecord.objects.note(
                AuditRecord.Act.SIGN_IN, name=unknown, outcome=refused, remark=str(BY_PLATFORM)
            )
        return super().get_context_data(**kwargs) | {"town": only_town(), "stranger": unknown}


class SignOutView(views.LogoutView):
    """Whom the platform signed in is still signed in there, and would be here again with the next page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_by_platform(request):
            return super().post(request, *args, **kwargs)
        logout(request)
        return render(request, "registration/signed_out.html", {"platform": settings.PLATFORM_LOGOUT})


class PasswordChangeView(views.PasswordChangeView):
    """Leads on as signing in does: who was given a password comes from there."""

    def get_success_url(self) -> str:
        user: Account = self.request.user
        return doors(user)[0].address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lasts = settings.PASSWORD_AGE
        return super().get_context_data(**kwargs) | {"days": lasts and lasts.days}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        answer = super().form_valid(form)
        self.request.session.pop(GIVEN, None)
        messages.success(self.request, _("The password was changed."))
        return answer
