"""Rights of the application's role on append-only tables, laid by the owner after every migration."""

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from osmose.kernel.db.roles import APP


def is_append_only(model: type[models.Model]) -> bool:
    """Events, journal, ledgers and every history table: the application may add and read, nothing else."""
    return bool(getattr(model, "append_only", False)) or hasattr(model, "pgh_tracked_model")


def append_only_tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_models() if m._meta.managed and is_append_only(m))


def never_deleted_tables() -> list[str]:
    """Tables whose rows end and are never deleted, such as the grants."""
    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "never_deleted", False))


def lay(connection: BaseDatabaseWrapper) -> None:
    """Takes from the application what it must not do: change what is append-only, delete what only ends."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in sorted(present & set(never_deleted_tables())):
            cursor.execute(
                sql.SQL("REVOKE DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), sql.Identifier(APP))
            )
        for table in sorted(present & set(append_only_tables())):
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                    sql.Identifier(table), sql.Identifier(APP)
                )
            )
