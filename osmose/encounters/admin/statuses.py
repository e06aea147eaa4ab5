"""Statuses of activity, in the administration."""

from datetime import datetime
from typing import Any

from django.contrib import admin

from osmose.accounts.actions import statuses
from osmose.accounts.models import PresenceStatus
from osmose.accounts.policies import SET_UP_STATUSES
from osmose.encounters.admin.chosen import OfUnit, unit_field
from osmose.encounters.forms.tables import StatusForm
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.web.administration.listing import InUse
from osmose.kernel.web.administration.reference import Ending, ReferenceAdmin


class StatusAdmin(ReferenceAdmin):
    """What the people of a unit say that they are doing."""

    stem, address, may = "admin_statuses", "statuts", SET_UP_STATUSES
    icon, position, plural, new_words = "circle-user-round", 27, "Statuts d’activité", "Ajouter un statut"
    intro = "Ce que les professionnels d’une unité disent faire, en un clic, et la durée habituelle de chaque statut."
    end_words = "Retirer ce statut"
    related = ("care_unit__establishment",)
    add_only = ("care_unit", "meaning")

    form = StatusForm
    ordering = ("care_unit__establishment__short_name", "care_unit__name", "order", "label")
    list_filter = (InUse, OfUnit)
    list_display = ("label", "means", "of", "usual", "order")
    fieldsets = ((None, {"fields": ("care_unit", "label", "meaning", "usual_minutes", "order")}),)

    @admin.display(description="Unité")
    def of(self, status: PresenceStatus) -> str:
        return status.care_unit.label

    @admin.display(description="Sens")
    def means(self, status: PresenceStatus) -> str:
        return status.status.meaning.label

    @admin.display(description="Durée habituelle")
    def usual(self, status: PresenceStatus) -> str:
        return f"{status.usual_minutes} min" if status.usual_minutes else "sans heure de fin"

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return unit_field(request, required=True)

    def where(self, row: PresenceStatus) -> str:
        return row.care_unit.label

    def ending(self, row: PresenceStatus, now: datetime) -> Ending:  # noqa: ARG002
        return Ending(facts=("Il n’est plus proposé. Qui l’a dit le garde jusqu’à son prochain statut.",))

    def add(self, *, actor: Actor, row: PresenceStatus, now: datetime) -> PresenceStatus:
        return statuses.add_status(actor=actor, status=row, now=now)

    def revise(self, *, actor: Actor, row: PresenceStatus, wanted: Wanted, now: datetime) -> PresenceStatus:
        return statuses.change_status(actor=actor, status=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: PresenceStatus, is_confirmed: bool, now: datetime) -> PresenceStatus:  # noqa: ARG002
        return statuses.end_status(actor=actor, status=row, now=now)

    def restore(self, *, actor: Actor, row: PresenceStatus, now: datetime) -> PresenceStatus:
        return statuses.restore_status(actor=actor, status=row, now=now)
