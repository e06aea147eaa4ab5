"""Motifs and modes of arrival, in the administration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin

from osmose.encounters.actions import modes, motifs
from osmose.encounters.admin.chosen import OfEstablishment, OfUnit, establishment_field, unit_field
from osmose.encounters.forms.tables import ModeForm, MotifEntryForm
from osmose.encounters.models import ModeOfArrival, Motif
from osmose.encounters.policies import DEFINE_MODES, DEFINE_MOTIFS
from osmose.encounters.presenters.samples import motif_sample, toggle_group
from osmose.encounters.queries.tables import modes_beside, motifs_beside
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.web.administration.listing import InUse
from osmose.kernel.web.administration.reference import ReferenceAdmin


class MotifAdmin(ReferenceAdmin):
    """The motifs offered in one click, and the others."""

    stem, address, may = "admin_motifs", "motifs", DEFINE_MOTIFS
    icon, position, plural, new_words = "star", 40, "Motifs", "Ajouter un motif"
    intro = "Les motifs de venue proposés, dont les favoris, en un clic. La saisie libre reste possible."
    end_words = "Retirer ce motif"
    sample_template = "encounters/samples/motifs.html"
    sample_note = "Les favoris sont des boutons, les autres une liste. Celui que vous réglez est enfoncé."
    related = ("establishment", "care_unit__establishment")
    add_only = ("establishment",)

    form = MotifEntryForm
    ordering = ("establishment__short_name", "-is_favourite", "order", "label")
    list_filter = (InUse, OfEstablishment, OfUnit)
    list_display = ("label", "favourite", "offered_in", "order")
    fieldsets = ((None, {"fields": ("establishment", "label", "is_favourite", "care_unit", "order")}),)

    @admin.display(description="Offert")
    def favourite(self, motif: Motif) -> str:
        return "Favori, en un clic" if motif.is_favourite else "Dans la liste"

    @admin.display(description="Proposé dans")
    def offered_in(self, motif: Motif) -> str:
        return motif.care_unit.label if motif.care_unit else f"Tout · {motif.establishment.short_name}"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        if db_field.name == "establishment":
            return establishment_field(request)
        return unit_field(request, required=False, help_text=MotifEntryForm.Meta.help_texts["care_unit"])

    def where(self, row: Motif) -> str:
        return self.offered_in(row)

    def sample(self, row: Motif, now: datetime) -> Mapping[str, Any]:  # noqa: ARG002
        return {"motifs": motif_sample(motifs_beside(row), row)}

    def add(self, *, actor: Actor, row: Motif, now: datetime) -> Motif:
        return motifs.add_motif(actor=actor, motif=row, now=now)

    def revise(self, *, actor: Actor, row: Motif, wanted: Wanted, now: datetime) -> Motif:
        return motifs.change_motif(actor=actor, motif=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: Motif, is_confirmed: bool, now: datetime) -> Motif:  # noqa: ARG002
        return motifs.end_motif(actor=actor, motif=row, now=now)

    def restore(self, *, actor: Actor, row: Motif, now: datetime) -> Motif:
        return motifs.restore_motif(actor=actor, motif=row, now=now)


class ModeAdmin(ReferenceAdmin):
    """The ways of arriving, and what the RPU calls them."""

    stem, address, may = "admin_modes", "modes-arrivee", DEFINE_MODES
    icon, position, plural, new_words = "ambulance", 50, "Modes d’arrivée", "Ajouter un mode d’arrivée"
    intro = "Comment les patients arrivent, et le transport que le RPU en retient."
    end_words = "Retirer ce mode d’arrivée"
    sample_template = "encounters/samples/toggles.html"
    sample_note = "Les boutons de la page du patient. Celui que vous réglez est enfoncé."
    related = ("establishment",)
    add_only = ("establishment", "code")

    form = ModeForm
    ordering = ("establishment__short_name", "order", "label")
    list_filter = (InUse, OfEstablishment)
    list_display = ("label", "code", "of", "transport", "order")
    fieldsets = ((None, {"fields": ("establishment", "label", "code", "transport", "order")}),)

    @admin.display(description="Établissement")
    def of(self, mode: ModeOfArrival) -> str:
        return mode.establishment.short_name

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return establishment_field(request)

    def where(self, row: ModeOfArrival) -> str:
        return f"{row.code} · {row.establishment.short_name}"

    def sample(self, row: ModeOfArrival, now: datetime) -> Mapping[str, Any]:  # noqa: ARG002
        return {"groups": [toggle_group("Mode d’arrivée", modes_beside(row), row)]}

    def add(self, *, actor: Actor, row: ModeOfArrival, now: datetime) -> ModeOfArrival:
        return modes.add_mode(actor=actor, mode=row, now=now)

    def revise(self, *, actor: Actor, row: ModeOfArrival, wanted: Wanted, now: datetime) -> ModeOfArrival:
        return modes.change_mode(actor=actor, mode=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: ModeOfArrival, is_confirmed: bool, now: datetime) -> ModeOfArrival:  # noqa: ARG002
        return modes.end_mode(actor=actor, mode=row, now=now)

    def restore(self, *, actor: Actor, row: ModeOfArrival, now: datetime) -> ModeOfArrival:
        return modes.restore_mode(actor=actor, mode=row, now=now)
