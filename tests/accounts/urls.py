"""The real addresses, and a page that says who acts."""

from django.http import HttpResponse
from django.urls import include, path

from osmose.accounts import policies
from osmose.kernel.web.door import door
from osmose.kernel.web.request import StaffRequest


def whoami(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    return HttpResponse(f"{actor.name} | {actor.unit_label} | {actor.role or ''} | {actor.address}")


urlpatterns = [
    path("", include("osmose.project.urls")),
    door("qui/", name="tests.whoami", may=policies.OWN, get=whoami),
]
handler404 = "osmose.kernel.web.errors.not_found"
