from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "osmose.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.accounts.adapters import request_actor
        from osmose.kernel.web.context import add_menu_item
        from osmose.kernel.web.guard import actors_come_from

        actors_come_from(request_actor)
        add_menu_item("Mon compte", "account", "user-round")
        add_menu_item("Changer de mot de passe", "account_change_password", "key-round")
