"""The strict world of every test (`tests/strict.py`) its database (`tests/database.py`)
and the named cast (`tests/cast.py`)."""

import sys

from hypothesis import settings

from tests.cast import claire, denis, hospitals, hugo, ines, martin, nadia, paul, roux, samia, zoe
from tests.database import app_connection, django_db_setup, owner_connection
from tests.origin import one_origin_server, origin
from tests.strict import client, no_leak, strict_templates, watch_network

__all__ = [
    "app_connection", "claire", "client", "denis", "django_db_setup", "hospitals", "hugo", "ines", "martin", "nadia",
    "no_leak", "one_origin_server", "origin", "owner_connection", "paul", "roux", "samia", "strict_templates", "zoe",
]  # fmt: skip

sys.addaudithook(watch_network)
# No test fails for being slow: a busy machine is no fault of the code, and timings are bench's.
settings.register_profile("osmose", deadline=None)
settings.load_profile("osmose")
