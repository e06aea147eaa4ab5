from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "osmose.workspace"
    label = "workspace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.accounts.policies import SEE_TEAM
        from osmose.devices.policies import MANAGE, OPEN_STAFF_ROOM
        from osmose.encounters.policies import REGISTER
        from osmose.handover.policies import SEALED
        from osmose.kernel.web.context import (
            add_menu_item,
            add_navigation,
            add_top_piece,
            records_are_at,
            registers_when,
        )

        add_menu_item("Mes brouillons", "drafts", "pencil")
        add_menu_item("Écrans muraux", "wall_screens", "monitor", roles=MANAGE.roles)
        add_menu_item("Salles de soins", "wall_rooms", "monitor", roles=OPEN_STAFF_ROOM.roles)
        add_navigation("Prises en charge", "board", "clipboard-list")
        add_navigation("À lire", "to_read", "inbox", count_url="to_read_count")
        add_navigation("Erreurs de dossier", "sealed", "file-x", roles=SEALED.roles)
        add_navigation("Relève", "handover", "check-check")
        records_are_at("pec")
        add_menu_item("Équipe, gardes et astreintes", "team", "users-round", roles=SEE_TEAM.roles)
        add_top_piece("Mon statut", "presence", "team", "circle-user-round")
        registers_when("Nouvelle PEC", "arrival", REGISTER.is_held_somewhere)
