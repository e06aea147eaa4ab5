from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "osmose.project"
    label = "project"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.project import checks  # noqa: F401 - registers the deployment checks
