"""Units and their places, in the administration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q

from osmose.encounters.actions import closing
from osmose.encounters.admin.chosen import OfEstablishment, OfUnit, establishment_field, unit_field
from osmose.encounters.forms.tables import LocationForm, UnitForm
from osmose.encounters.lifecycle.endings import location_in_use, unit_in_use
from osmose.encounters.presenters.samples import toggle_group, wait_sample
from osmose.encounters.queries.occupancy import patients_at, patients_of_unit
from osmose.encounters.queries.tables import places_beside
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.base.clock import paris
from osmose.kernel.web.administration.listing import InUse
from osmose.kernel.web.administration.reference import Ending, ReferenceAdmin
from osmose.organisations import actions as organisations
from osmose.organisations.models import CareUnit, Location
from osmose.organisations.policies import SET_UP_LOCATIONS, SET_UP_UNITS


class UnitAdmin(ReferenceAdmin):
    """Units: names, hours, thresholds."""

    stem, address, may = "admin_units", "unites", SET_UP_UNITS
    icon, position, plural, new_words = "building-2", 10, "Unités", "Ajouter une unité"
    intro = "Noms, heures de relève, seuils d’attente, relances, clôture automatique et verrouillage de chaque unité."
    end_words, restore_words = "Fermer cette unité", "Rouvrir cette unité"
    sample_template = "encounters/samples/waits.html"
    sample_note = "Sur la liste et la page du patient. Sans script, l’heure de début s’affiche."
    related = ("establishment",)
    ended_field = "ended_on"
    add_only = ("establishment", "code", "kind")

    form = UnitForm
    ordering = ("establishment__short_name", "name")
    list_filter = (InUse, OfEstablishment)
    list_display = ("name", "short_name", "of", "waits", "psychiatry_waits", "request_waits")
    fieldsets = (
        (None, {"fields": ("establishment", "code", "name", "short_name", "kind", "shift_starts")}),
        (
            "Seuils d’attente",
            {
                "description": "en minutes, à surveiller puis dépassée",
                "classes": ("pairs",),
                "fields": (
                    ("waiting_watch_minutes", "waiting_over_minutes"),
                    ("psychiatry_watch_minutes", "psychiatry_over_minutes"),
                    ("request_watch_minutes", "request_over_minutes"),
                ),
            },
        ),
        (
            "Sans réponse, clôture et verrouillage",
            {"classes": ("pairs",), "fields": (("relay_minutes", "unread_minutes"), ("closure_hours", "lock_minutes"))},
        ),
    )

    @admin.display(description="Établissement")
    def of(self, unit: CareUnit) -> str:
        return unit.establishment.short_name

    @admin.display(description="Présence (min)")
    def waits(self, unit: CareUnit) -> str:
        return f"{unit.waiting_watch_minutes} / {unit.waiting_over_minutes}"

    @admin.display(description="Psychiatrie (min)")
    def psychiatry_waits(self, unit: CareUnit) -> str:
        return f"{unit.psychiatry_watch_minutes} / {unit.psychiatry_over_minutes}"

    @admin.display(description="Demande (min)")
    def request_waits(self, unit: CareUnit) -> str:
        return f"{unit.request_watch_minutes} / {unit.request_over_minutes}"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return establishment_field(request)

    def where(self, row: CareUnit) -> str:
        return f"{row.code} · {row.establishment.short_name}"

    def in_use(self, now: datetime) -> Q:
        return Q(ended_on=None) | Q(ended_on__gt=paris(now).date())

    def is_ended(self, row: CareUnit, now: datetime) -> bool:
        return row.ended_on is not None and row.ended_on <= paris(now).date()

    def sample(self, row: CareUnit, now: datetime) -> Mapping[str, Any]:
        return {"waits": wait_sample(row, now)}

    def ending(self, row: CareUnit, now: datetime) -> Ending:  # noqa: ARG002
        facts = (
            "L’unité ferme aujourd’hui. Ses membres ne voient plus rien par elle, on ne lui adresse plus de demande.",
            "Ce qui y a été fait garde son nom. Vous pourrez la rouvrir.",
        )
        return Ending(facts=facts, blocked=unit_in_use(patients_of_unit(row.pk)))

    def add(self, *, actor: Actor, row: CareUnit, now: datetime) -> CareUnit:
        return organisations.add_unit(actor=actor, unit=row, now=now)

    def revise(self, *, actor: Actor, row: CareUnit, wanted: Wanted, now: datetime) -> CareUnit:
        return organisations.change_unit(actor=actor, unit=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: CareUnit, is_confirmed: bool, now: datetime) -> CareUnit:  # noqa: ARG002
        return closing.close_unit(actor=actor, unit=row, now=now)

    def restore(self, *, actor: Actor, row: CareUnit, now: datetime) -> CareUnit:
        return organisations.reopen_unit(actor=actor, unit=row, now=now)


class LocationAdmin(ReferenceAdmin):
    """Zones, boxes and beds of each unit."""

    stem, address, may = "admin_locations", "localisations", SET_UP_LOCATIONS
    icon, position, plural, new_words = "map-pin", 20, "Localisations", "Ajouter une localisation"
    intro = "Les zones, les box et les lits de chaque unité, dans l’ordre où ils se proposent."
    end_words = "Retirer cette localisation"
    sample_template = "encounters/samples/toggles.html"
    sample_note = "Les boutons de la page du patient. Celui que vous réglez est enfoncé."
    related = ("care_unit__establishment",)
    add_only = ("care_unit", "code", "is_box")

    form = LocationForm
    ordering = ("care_unit__establishment__short_name", "care_unit__name", "order", "code")
    list_filter = (InUse, OfUnit)
    list_display = ("label", "code", "of", "nature", "order", "capacity")
    fieldsets = ((None, {"fields": ("care_unit", "label", "code", "is_box", "order", "capacity")}),)

    @admin.display(description="Unité")
    def of(self, location: Location) -> str:
        return location.care_unit.label

    @admin.display(description="Nature")
    def nature(self, location: Location) -> str:
        return "Box ou lit" if location.is_box else "Zone"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return unit_field(request, required=True)

    def where(self, row: Location) -> str:
        return f"{row.code} · {self.nature(row)} · {row.care_unit.label}"

    def sample(self, row: Location, now: datetime) -> Mapping[str, Any]:  # noqa: ARG002
        places = places_beside(row)
        zones, boxes = [p for p in places if not p.is_box], [p for p in places if p.is_box]
        groups = [toggle_group("Lieu", zones, row), toggle_group("Box ou lit", boxes, row)]
        return {"groups": [group for group in groups if group.words]}

    def ending(self, row: Location, now: datetime) -> Ending:  # noqa: ARG002
        count = patients_at(row.pk)
        facts = ["Elle n’est plus proposée. Les passages qui y ont eu lieu gardent son nom."]
        if count:
            here = (
                "Le patient qui s’y trouve y reste"
                if count == 1
                else f"Les {count} patients qui s’y trouvent y restent"
            )
            facts.append(f"{here}\u202f: la liste et sa page disent «\u202f{row.label} (fermé)\u202f».")
        else:
            facts.append("Aucun patient ne s’y trouve en ce moment.")
        confirm = "Je sais que ce lieu est occupé, je le retire quand même" if location_in_use(count) else ""
        return Ending(facts=tuple(facts), confirm=confirm)

    def add(self, *, actor: Actor, row: Location, now: datetime) -> Location:
        return organisations.add_location(actor=actor, location=row, now=now)

    def revise(self, *, actor: Actor, row: Location, wanted: Wanted, now: datetime) -> Location:
        return organisations.change_location(actor=actor, location=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: Location, is_confirmed: bool, now: datetime) -> Location:
        return closing.end_location(actor=actor, location=row, is_confirmed=is_confirmed, now=now)

    def restore(self, *, actor: Actor, row: Location, now: datetime) -> Location:
        return organisations.restore_location(actor=actor, location=row, now=now)
