"""Django's `migrate`, after which the rights on append-only tables are laid again: no migration can forget them."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from osmose.kernel.db import grants


def _leaves_models_alone(operation: type[AddTrigger] | type[RemoveTrigger]) -> None:
    """No column depends on a trigger, yet each has every related model drawn again: a quarter of a first migration."""
    remember = operation.state_forwards

    def state_forwards(self: Any, app_label: str, state: ProjectState) -> None:
        state.reload_model = lambda *_models, **_how: None  # type: ignore[method-assign]  # of this state, meanwhile
        try:
            remember(self, app_label, state)
        finally:
            del state.reload_model

    operation.state_forwards = state_forwards  # type: ignore[method-assign]


for kind in (AddTrigger, RemoveTrigger):
    _leaves_models_alone(kind)


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        grants.lay(connections[options["database"]])
