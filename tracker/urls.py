"""Addresses of the service itself: health, signing in and out, password, language, administration."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from tracker import readiness
from tracker.platform import leave
from tracker.sign_in import PasswordChangeView, SignInView, SignOutView


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """What every other page needs, in words where it is missing."""
    lack = readiness.lack()
    said, status = (lack.label, 503) if lack else ("ok", 200)
    return HttpResponse(f"{said}\n", status=status, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """What work needs beyond that, a line for each lack: room on the disk, rows and files that are taken."""
    lacks = readiness.work.lacks()
    said = "".join(f"{lack.label}\n" for lack in lacks) or "ok\n"
    return HttpResponse(said, status=503 if lacks else 200, content_type="text/plain; charset=utf-8")


@login_not_required
def admin_login(request: HttpRequest) -> HttpResponse:
    """One sign-in page for everybody. Who is signed in but no administrator is refused, or it would loop."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


handler400 = "tracker.errors.refused"
handler500 = "tracker.errors.failed"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("login/", SignInView.as_view(), name="login"),
    path("logout/", SignOutView.as_view(), name="logout"),
    path("platform/", leave, name="platform"),
    path("password/", PasswordChangeView.as_view(), name="password_change"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("", include("targets.urls")),
]
