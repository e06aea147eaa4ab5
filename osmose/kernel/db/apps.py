import importlib

from django.apps import AppConfig


class DbConfig(AppConfig):
    name = "osmose.kernel.db"
    label = "db"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        importlib.import_module("osmose.kernel.db.among")
