from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "osmose.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from osmose.kernel.web.context import add_menu_item

        add_menu_item("Documentation", "doc", "book-open")
