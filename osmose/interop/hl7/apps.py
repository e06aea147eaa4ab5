from django.apps import AppConfig


class Hl7Config(AppConfig):
    name = "osmose.interop.hl7"
    label = "hl7"
    default_auto_field = "django.db.models.BigAutoField"
