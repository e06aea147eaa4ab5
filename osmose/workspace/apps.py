from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "osmose.workspace"
    label = "workspace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.encounters.policies import REGISTER
        from osmose.handover.policies import SEALED
        from osmose.kernel.web.context import add_menu_item, add_navigation, registers_when

        add_menu_item("Mes brouillons", "drafts", "pencil")
        add_navigation("Prises en charge", "board", "clipboard-list")
        add_navigation("À lire", "to_read", "inbox", count_url="to_read_count")
        add_navigation("Erreurs de dossier", "sealed", "file-x", roles=SEALED.roles)
        add_navigation("Relève", "handover", "check-check")
        registers_when("Nouvelle PEC", "arrival", REGISTER.is_held_somewhere)
