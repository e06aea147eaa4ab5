"""The demonstration: embedded PostgreSQL when DATABASE_URL is unset, known accounts, known secrets."""

from osmose.project.environment import read
from osmose.project.settings import base

globals().update(base.build(read(mode="demo")))
