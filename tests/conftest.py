"""The strict world of every test (`tests/strict.py`) and its database (`tests/database.py`)."""

import sys

from tests.database import app_connection, django_db_setup, owner_connection
from tests.strict import client, strict_templates, watch_network

__all__ = ["app_connection", "client", "django_db_setup", "owner_connection", "strict_templates"]

sys.addaudithook(watch_network)
