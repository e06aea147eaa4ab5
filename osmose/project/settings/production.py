"""Production: everything from the environment and secret files; `osmose check --deploy` says what is unsafe."""

from osmose.project.environment import read
from osmose.project.settings import base

globals().update(base.build(read(mode="production")))
