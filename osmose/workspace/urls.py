"""The addresses of the screens."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("osmose.workspace.expected.urls")),
    path("", include("osmose.workspace.calls.urls")),
    path("", include("osmose.workspace.board.urls")),
    path("", include("osmose.workspace.charge.urls")),
    path("", include("osmose.workspace.presence.urls")),
    path("", include("osmose.workspace.instructions.urls")),
    path("", include("osmose.workspace.drafts.urls")),
    path("", include("osmose.workspace.patient_page.urls")),
    path("", include("osmose.workspace.notes.urls")),
    path("", include("osmose.workspace.to_read.urls")),
    path("", include("osmose.workspace.sealed.urls")),
    path("", include("osmose.workspace.arrival.urls")),
    path("", include("osmose.workspace.treatments.urls")),
    path("", include("osmose.workspace.handover_sheet.urls")),
    path("", include("osmose.workspace.wall.urls")),
]
