from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "osmose.kernel.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.kernel.web import quick

        quick.install()
