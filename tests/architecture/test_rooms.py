"""What each room may not hold."""

from collections.abc import Callable

import pytest

from tests.architecture import tree
from tests.architecture.guards import rooms
from tests.architecture.tree import Source
from tests.architecture.verdict import none

Guard = Callable[[list[Source]], list[str]]

_BARE = "def close(*, actor, now):\n    pass\n"
_LATE = "@action(may=X)\ndef close(*, encounter, actor, now):\n    pass\n"
_NESTED = "@action(may=X)\ndef one(*, actor, now):\n    pass\n\n@action(may=X)\ndef two(*, actor, now):\n    one()\n"

PLANTED: list[tuple[Guard, str, str]] = [
    (rooms.web_in_rules, "osmose/patients/actions.py", "from django.http import HttpResponse"),
    (rooms.web_in_rules, "osmose/patients/queries/search.py", "import django.template.loader"),
    (rooms.web_in_rules, "osmose/encounters/models.py", "from django import forms"),
    (rooms.web_in_rules, "osmose/kernel/audit/journal.py", "from django.shortcuts import render"),
    (rooms.django_in_pure, "osmose/patients/rules/ages.py", "from django.db import models"),
    (rooms.orm_in_screens, "osmose/workspace/board/views.py", "Encounter.objects.all()"),
    (rooms.orm_in_screens, "osmose/accounts/views.py", "rows.filter(pk=1)"),
    (rooms.orm_in_screens, "osmose/encounters/presenters.py", "POLICY.rows(actor, now)"),
    (rooms.orm_in_screens, "osmose/encounters/forms.py", "encounter.save(update_fields=['motif'])"),
    (rooms.writes_in_queries, "osmose/encounters/queries.py", "Encounter.objects.create()"),
    (rooms.transactions_in_rules, "osmose/encounters/operations/exits.py", "transaction.atomic()"),
    (rooms.transactions_in_rules, "osmose/handover/actions.py", "transaction.on_commit(f)"),
    (rooms.actions_in_actions, "osmose/handover/actions.py", "from osmose.encounters.actions import set_motif"),
    (rooms.actions_in_actions, "osmose/handover/actions.py", _NESTED),
    (rooms.shapeless_actions, "osmose/handover/actions.py", _BARE),
    (rooms.shapeless_actions, "osmose/handover/actions.py", _LATE),
]
GUARDS: list[Guard] = list(dict.fromkeys(guard for guard, _, _ in PLANTED))


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_rooms_of_the_house(guard: Guard) -> None:
    none(guard(list(tree.house())))


@pytest.mark.parametrize(("guard", "path", "text"), PLANTED)
def test_a_planted_fault_is_seen(guard: Guard, path: str, text: str) -> None:
    assert guard([Source(path, text)])


@pytest.mark.parametrize(
    ("guard", "path", "text"),
    [
        (rooms.web_in_rules, "osmose/patients/forms.py", "from django import forms"),
        (rooms.web_in_rules, "osmose/kernel/crypto/fields.py", "from django import forms"),
        (rooms.web_in_rules, "osmose/kernel/web/guard.py", "from django.http import HttpResponse"),
        (rooms.django_in_pure, "osmose/patients/models.py", "from django.db import models"),
        (rooms.orm_in_screens, "osmose/encounters/queries.py", "rows.filter(pk=1)"),
        (rooms.writes_in_queries, "osmose/encounters/queries.py", "found.update(other)"),
        (rooms.transactions_in_rules, "osmose/demo/people.py", "transaction.atomic()"),
        (rooms.shapeless_actions, "osmose/handover/actions.py", "@action(may=X)\ndef a(*, actor, now):\n    pass\n"),
    ],
)
def test_what_belongs_there_is_let_be(guard: Guard, path: str, text: str) -> None:
    assert not guard([Source(path, text)])
