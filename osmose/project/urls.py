"""Every address of Osmose; each one is a door with a declared policy, or open for a stated reason."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from osmose.kernel.web import health
from osmose.kernel.web.door import open_door
from osmose.kernel.web.styleguide import styleguide
from osmose.project.environment import Environment

urlpatterns: list[URLPattern | URLResolver] = [
    open_door("healthz", health.healthz, name="healthz", reason="Sonde\u202f: dit seulement que le processus répond."),
    open_door("readyz", health.readyz, name="readyz", reason="Sonde\u202f: dit seulement que la base est prête."),
    path("", include("osmose.accounts.urls")),
    path("", include("osmose.documents.urls")),
    path("", include("osmose.workspace.urls")),
    path("", include("osmose.encounters.urls")),
    path("", include("osmose.handover.urls")),
    path("", include("osmose.indicators.urls")),
    path("", include("osmose.stream.urls")),
    path("", include("osmose.notifications.urls")),
]
ENVIRONMENT: Environment = settings.OSMOSE  # type: ignore[misc]  # the settings are built, not listed
if ENVIRONMENT.mode != "production":
    urlpatterns.append(
        open_door(
            "styleguide", styleguide, name="styleguide", reason="Les composants, hors production : aucune donnée."
        )
    )

handler400 = "osmose.kernel.web.errors.bad_request"
handler403 = "osmose.kernel.web.errors.forbidden"
handler404 = "osmose.kernel.web.errors.not_found"
handler500 = "osmose.kernel.web.errors.server_error"
