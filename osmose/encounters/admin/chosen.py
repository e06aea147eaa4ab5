"""What a form of the administration lets choose, and the filters of its lists: the actor's own establishments only."""

from typing import Any

from django import forms
from django.contrib import admin

from osmose.encounters.queries.tables import administered_establishments, administered_units
from osmose.kernel.web.administration import units
from osmose.organisations.models import CareUnit, Establishment


def unit_field(request: Any, *, required: bool, help_text: str = "") -> forms.ModelChoiceField[CareUnit]:
    """The open units that the actor sets up."""
    return units.unit_field(administered_units(request.actor, request.now), required=required, help_text=help_text)


def establishment_field(request: Any) -> forms.ModelChoiceField[Establishment]:
    """The establishments that the actor administers, that of the acting unit first chosen."""
    acting = request.actor.acting
    return forms.ModelChoiceField(
        administered_establishments(request.actor),
        label="Établissement",
        empty_label=None,
        initial=acting.establishment_id if acting else None,
        error_messages={
            "required": "Choisissez un établissement.",
            "invalid_choice": "Choisissez un de vos établissements.",
        },
    )


OfUnit = units.of_unit(administered_units)


class OfEstablishment(admin.SimpleListFilter):
    """The rows of one establishment, for who administers several."""

    title = "établissement"
    parameter_name = "etablissement"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        return [(str(e.pk), e.short_name) for e in administered_establishments(request.actor)]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: Any, queryset: Any) -> Any:  # noqa: ARG002
        return queryset.filter(establishment=self.value()) if self.value() else queryset
