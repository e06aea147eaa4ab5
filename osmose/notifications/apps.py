from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "osmose.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.encounters.events import Undone
        from osmose.kernel.access.notices import Notice, whenever_registered
        from osmose.kernel.access.roles import Role
        from osmose.kernel.events.dispatch import subscribe
        from osmose.kernel.web.context import add_menu_item, add_navigation
        from osmose.notifications.operations import founding
        from osmose.notifications.policies import OWN
        from osmose.notifications.tasks import deliver

        heard: set[str] = set()

        def hear(*kinds: str) -> None:
            """One job an event, however many notices there are of its kind."""
            fresh = set(kinds) - heard
            heard.update(fresh)
            if fresh:
                subscribe(deliver, *sorted(fresh))

        def listen(notice: Notice) -> None:
            hear(*notice.kinds)

        founding.declare()
        hear(Undone.name)
        whenever_registered(listen)
        add_navigation("Notifi\u00adcations", "notifications", "bell", count_url="notifications_count")
        add_navigation("Envois", "notifications_deliveries", "mail", roles=frozenset({Role.ADMINISTRATOR}))
        add_menu_item("Mes notifications", "notifications_settings", "sliders-horizontal", roles=OWN.roles)
