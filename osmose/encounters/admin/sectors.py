"""Sectors, in the administration."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin

from osmose.encounters.actions import closing
from osmose.encounters.admin.chosen import OfUnit, unit_field
from osmose.encounters.forms.tables import SectorForm
from osmose.encounters.queries.charge import holders_of
from osmose.encounters.queries.tables import places_administered
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.web.administration.listing import InUse
from osmose.kernel.web.administration.reference import Ending, ReferenceAdmin
from osmose.organisations import actions as organisations
from osmose.organisations.models import Location, Sector
from osmose.organisations.policies import SET_UP_SECTORS


class _Places(forms.ModelMultipleChoiceField[Location]):
    """« SAU · Box 1 »."""

    def label_from_instance(self, obj: Location) -> str:
        return f"{obj.care_unit.short_name} · {obj.label}"


class SectorAdmin(ReferenceAdmin):
    """Ranges of places that somebody takes for a shift."""

    stem, address, may = "admin_sectors", "secteurs", SET_UP_SECTORS
    icon, position, plural, new_words = "users-round", 25, "Secteurs", "Ajouter un secteur"
    intro = "Les suites de lieux d’une unité que l’on prend en début de poste."
    end_words = "Retirer ce secteur"
    related = ("care_unit__establishment",)
    add_only = ("care_unit",)

    form = SectorForm
    ordering = ("care_unit__establishment__short_name", "care_unit__name", "order", "name")
    list_filter = (InUse, OfUnit)
    list_display = ("name", "of", "places", "order")
    fieldsets = ((None, {"fields": ("care_unit", "name", "order", "locations")}),)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("locations")

    @admin.display(description="Unité")
    def of(self, sector: Sector) -> str:
        return sector.care_unit.label

    @admin.display(description="Localisations")
    def places(self, sector: Sector) -> str:
        return ", ".join(place.label for place in sector.locations.all())

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "locations":
            return _Places(
                places_administered(request.actor, request.now),
                label="Localisations",
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text=SectorForm.Meta.help_texts["locations"],
                error_messages={"invalid_choice": "Choisissez des localisations de vos unités."},
            )
        return super().formfield_for_dbfield(db_field, request, **options)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return unit_field(request, required=True)

    def where(self, row: Sector) -> str:
        return row.care_unit.label

    def ending(self, row: Sector, now: datetime) -> Ending:  # noqa: ARG002
        held = holders_of(row)
        facts = ["Il n’est plus proposé. Les patients gardent leur référent."]
        facts.append(f"Tenu en ce moment par {', '.join(held)}." if held else "Personne ne le tient en ce moment.")
        return Ending(facts=tuple(facts))

    def add(self, *, actor: Actor, row: Any, now: datetime) -> Sector:
        return organisations.add_sector(actor=actor, sector=row, locations=row.wanted_locations, now=now)

    def revise(self, *, actor: Actor, row: Sector, wanted: Wanted, now: datetime) -> Sector:
        return organisations.change_sector(actor=actor, sector=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: Sector, is_confirmed: bool, now: datetime) -> Sector:  # noqa: ARG002
        return closing.end_sector(actor=actor, sector=row, now=now)

    def restore(self, *, actor: Actor, row: Sector, now: datetime) -> Sector:
        return organisations.restore_sector(actor=actor, sector=row, now=now)
