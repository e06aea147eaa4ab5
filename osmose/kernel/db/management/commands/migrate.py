"""Django's `migrate`, after which the rights on append-only tables are laid again: no migration can forget them."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from osmose.kernel.db import grants


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        grants.lay(connections[options["database"]])
