"""Tests: the real engine, a world stricter than production (undefined variables, warnings and missing CSRF fail)."""

from osmose.project.environment import read
from osmose.project.settings import base, testing_database

# Each test process has a database of its own, created by tests/database.py and inherited by its children.
testing_database.choose()

globals().update(base.build(read(mode="test")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The journeys wait for what another browser did: sooner here than on a ward.
POLL_SECONDS = 1
