"""Addresses of the tracker's own pages."""

from django.urls import path

from targets.views.files import KeptFileView
from targets.views.help import help_page
from targets.views.overview import OverviewView
from targets.views.register import TargetExportView, TargetListView
from targets.views.reports import (
    BulletinView,
    CompareView,
    PrepareView,
    ReportDetailView,
    ReportFileView,
    ReportListView,
)
from targets.views.superior import (
    SuperiorDetailView,
    SuperiorFillView,
    SuperiorListView,
    SuperiorNewView,
    SuperiorOriginalView,
)
from targets.views.target import TargetDetailView, TargetNoteView
from targets.views.todo import TodoView

urlpatterns = [
    path("", OverviewView.as_view(), name="overview"),
    path("targets/", TargetListView.as_view(), name="target-list"),
    path("targets/export/", TargetExportView.as_view(), name="target-export"),
    path("targets/<str:code>/", TargetDetailView.as_view(), name="target-detail"),
    path("targets/<str:code>/notes/", TargetNoteView.as_view(), name="target-notes"),
    path("files/<int:pk>/", KeptFileView.as_view(), name="kept-file"),
    path("todo/", TodoView.as_view(), name="todo"),
    path("reports/", ReportListView.as_view(), name="report-list"),
    path("reports/prepare/", PrepareView.as_view(), name="report-prepare"),
    path("reports/bulletin/", BulletinView.as_view(), name="report-bulletin"),
    path("reports/compare/", CompareView.as_view(), name="report-compare"),
    path("reports/superior/", SuperiorListView.as_view(), name="superior-list"),
    path("reports/superior/new/", SuperiorNewView.as_view(), name="superior-new"),
    path("reports/superior/<int:pk>/", SuperiorDetailView.as_view(), name="superior-detail"),
    path("reports/superior/<int:pk>/fill/", SuperiorFillView.as_view(), name="superior-fill"),
    path("reports/superior/<int:pk>/original/", SuperiorOriginalView.as_view(), name="superior-original"),
    path("reports/<int:pk>/", ReportDetailView.as_view(), name="report-detail"),
    path("reports/<int:pk>/<slug:edition>/", ReportFileView.as_view(), name="report-file"),
    path("help/", help_page, name="help"),
]
