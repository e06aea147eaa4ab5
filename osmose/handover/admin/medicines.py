"""The favourite medicines of each unit, in the administration."""

from datetime import datetime
from typing import Any

from django.contrib import admin

from osmose.encounters.queries.tables import administered_units
from osmose.handover.actions import medicines
from osmose.handover.forms.medicines import FavouriteMedicineForm
from osmose.handover.forms.treatments import favourite_words
from osmose.handover.models import FavouriteMedicine
from osmose.handover.policies import DEFINE_FAVOURITES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.web.administration.listing import InUse
from osmose.kernel.web.administration.reference import ReferenceAdmin
from osmose.kernel.web.administration.units import of_unit, unit_field


class FavouriteMedicineAdmin(ReferenceAdmin):
    """What a unit gives often: offered first, in one click, with its usual dose."""

    stem, address, may = "admin_medicines", "medicaments-favoris", DEFINE_FAVOURITES
    icon, position, plural, new_words = "pill", 60, "Médicaments favoris", "Ajouter un médicament favori"
    intro = "Ce que chaque unité donne souvent. La dose habituelle sert à redemander une dose très éloignée."
    end_words = "Retirer ce favori"
    related = ("care_unit__establishment",)
    add_only = ("care_unit",)

    form = FavouriteMedicineForm
    ordering = ("care_unit__establishment__short_name", "care_unit__name", "order", "label")
    list_filter = (InUse, of_unit(administered_units))
    list_display = ("words", "of", "sedative", "order")
    fieldsets = (
        (None, {"fields": ("care_unit", "label", "usual_dose", "dose_unit", "route", "is_sedation", "order")}),
    )

    @admin.display(description="Médicament")
    def words(self, row: FavouriteMedicine) -> str:
        return favourite_words(row)

    @admin.display(description="Unité")
    def of(self, row: FavouriteMedicine) -> str:
        return row.care_unit.label

    @admin.display(description="Sédation")
    def sedative(self, row: FavouriteMedicine) -> str:
        return "Oui" if row.is_sedation else "–"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return unit_field(administered_units(request.actor, request.now), required=True)

    def where(self, row: FavouriteMedicine) -> str:
        return row.care_unit.label

    def add(self, *, actor: Actor, row: FavouriteMedicine, now: datetime) -> FavouriteMedicine:
        return medicines.add_favourite(actor=actor, favourite=row, now=now)

    def revise(self, *, actor: Actor, row: FavouriteMedicine, wanted: Wanted, now: datetime) -> FavouriteMedicine:
        return medicines.change_favourite(actor=actor, favourite=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: FavouriteMedicine, is_confirmed: bool, now: datetime) -> FavouriteMedicine:  # noqa: ARG002
        return medicines.end_favourite(actor=actor, favourite=row, now=now)

    def restore(self, *, actor: Actor, row: FavouriteMedicine, now: datetime) -> FavouriteMedicine:
        return medicines.restore_favourite(actor=actor, favourite=row, now=now)
