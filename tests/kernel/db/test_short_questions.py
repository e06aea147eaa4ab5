"""The application's connections never start processes nor compile plans for a question of a page."""

import pytest
from django.db import connection


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "value"), [("max_parallel_workers_per_gather", "0"), ("jit", "off")])
def test_a_question_is_answered_by_the_process_that_got_it(setting: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [setting])
        assert cursor.fetchone() == (value,)
