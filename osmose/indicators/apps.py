from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "osmose.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.indicators.operations import count_alert
        from osmose.notifications.operations.opening import whenever_opened

        whenever_opened(count_alert)
