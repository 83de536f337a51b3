"""Addresses of the tracker's own pages."""

from django.urls import path
from django.views.generic import RedirectView

from targets.views.register import TargetExportView, TargetListView
from targets.views.target import TargetDetailView, TargetNoteView
from targets.views.todo import TodoView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="target-list"), name="home"),
    path("targets/", TargetListView.as_view(), name="target-list"),
    path("targets/export/", TargetExportView.as_view(), name="target-export"),
    path("targets/<str:code>/", TargetDetailView.as_view(), name="target-detail"),
    path("targets/<str:code>/notes/", TargetNoteView.as_view(), name="target-notes"),
    path("todo/", TodoView.as_view(), name="todo"),
]
