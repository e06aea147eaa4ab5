"""What the tables of units share, whatever they hold: choosing the unit of a row, and the rows of one unit.

Each app gives the units that the actor sets up; the kernel knows none.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet

from osmose.kernel.access.actor import Actor

# The units that an actor sets up at an instant; each has a `label`.
Units = Callable[[Actor, datetime], QuerySet[Any]]


class _Labelled(forms.ModelChoiceField[Any]):
    """« SAU · CH Perpignan »."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


def unit_field(units: QuerySet[Any], *, required: bool, help_text: str = "") -> forms.ModelChoiceField[Any]:
    """One of these units; where none is required, the whole establishment."""
    return _Labelled(
        units,
        label="Unité",
        required=required,
        empty_label=None if required else "Tout l’établissement",
        help_text=help_text,
        error_messages={"required": "Choisissez une unité.", "invalid_choice": "Choisissez une de vos unités."},
    )


def of_unit(units: Units) -> type[admin.SimpleListFilter]:
    """The filter of a list by one of these units."""

    class OfUnit(admin.SimpleListFilter):
        """The rows of one unit."""

        title = "unité"
        parameter_name = "unite"

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
            return [(str(unit.pk), unit.label) for unit in units(request.actor, request.now)]

        def queryset(self, request: Any, queryset: Any) -> Any:  # noqa: ARG002
            return queryset.filter(care_unit=self.value()) if self.value() else queryset

    return OfUnit
