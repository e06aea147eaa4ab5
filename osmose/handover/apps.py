from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "osmose.handover"
    label = "handover"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Its tables are told before the addresses of the administration are made, which an app below does.
        import osmose.handover.admin  # noqa: F401
