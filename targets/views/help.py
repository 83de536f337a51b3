"""使用说明: what each page is for and the steps of a month, the reader's own roles first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.models.enums import Role
from targets.models.people.place import Place

TOLD = {
    Role.REPORTER: "reporter",
    Role.REVIEWER: "reviewer",
    Role.STATISTICIAN: "statistician",
    Role.COORDINATOR: "coordinator",
    Role.LEADER: "leader",
    Role.ADMINISTRATOR: "administrator",
    Role.AUDITOR: "auditor",
}


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    roles = Place.of(request.user).roles
    chapters = [(role, f"targets/help/{name}.html") for role, name in TOLD.items()]
    return render(
        request,
        "targets/help.html",
        {
            "own": [each for each in chapters if each[0] in roles],
            "others": [each for each in chapters if each[0] not in roles],
        },
    )
