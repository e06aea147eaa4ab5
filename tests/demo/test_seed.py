"""The demonstration's evening."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.demo import seed
from osmose.kernel.base import clock

def test_quick(db: None) -> None:
    began = time.monotonic()
    with CaptureQueriesContext(connection) as q:
        made = seed.seed(clock.now())
    print(len(made), time.monotonic() - began, len(q))
