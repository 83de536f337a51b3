"""What whoever may see no plan is told, on every page that shows one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from targets.models.enums import Role
from targets.models.people.place import Place, has_role
from targets.models.people.roles import ROLES


def no_plan(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    told = {
        "has_a_role": has_role(request.user, *ROLES),
        "lacks": Place.of(request.user).lacks,
        "coordinates": has_role(request.user, Role.COORDINATOR),
    }
    return render(request, "targets/no_plan.html", context | told)
