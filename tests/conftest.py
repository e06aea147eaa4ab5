"""The strict world of every test; the database is in `tests/database.py`."""

from tests.database import app_connection, django_db_setup, owner_connection

__all__ = ["app_connection", "django_db_setup", "owner_connection"]
