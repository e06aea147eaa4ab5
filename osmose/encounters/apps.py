from django.apps import AppConfig


class EncountersConfig(AppConfig):
    name = "osmose.encounters"
    label = "encounters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.kernel.access.roles import Role
        from osmose.kernel.web.context import add_navigation

        add_navigation("Adminis\u00adtration", "administration", "settings", roles=frozenset({Role.ADMINISTRATOR}))
