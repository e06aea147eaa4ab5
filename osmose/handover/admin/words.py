"""Cibles and phrases of the units, in the administration."""

from datetime import datetime
from typing import Any

from django.contrib import admin

from osmose.encounters.queries.tables import administered_units
from osmose.handover.actions import reference
from osmose.handover.forms.tables import FocusForm, PhraseForm
from osmose.handover.models import Focus, Phrase
from osmose.handover.policies import SET_UP_FOCUSES, SET_UP_PHRASES
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.web.administration.listing import InUse
from osmose.kernel.web.administration.reference import Ending, ReferenceAdmin
from osmose.kernel.web.administration.site import Section, administration
from osmose.kernel.web.administration.units import of_unit, unit_field


class WordsAdmin(ReferenceAdmin):
    """What cibles and phrases share: words of one unit, in its order."""

    related = ("care_unit__establishment",)
    add_only = ("care_unit",)
    ordering = ("care_unit__establishment__short_name", "care_unit__name", "order", "label")
    list_filter = (InUse, of_unit(administered_units))

    @admin.display(description="Unité")
    def of(self, row: Any) -> str:
        return str(row.care_unit.label)

    def where(self, row: Any) -> str:
        return str(row.care_unit.label)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return unit_field(administered_units(request.actor, request.now), required=True)

    def ending(self, row: Any, now: datetime) -> Ending:  # noqa: ARG002
        return Ending(facts=("Ce n’est plus proposé. Les transmissions signées gardent leurs mots.",))


class FocusAdmin(WordsAdmin):
    """The cibles that a unit offers."""

    stem, address, may = "admin_focuses", "cibles", SET_UP_FOCUSES
    icon, position, plural, new_words = "scan", 60, "Cibles", "Ajouter une cible"
    intro = "Ce qui attire l’attention, proposé dans les transmissions ciblées. La saisie libre reste possible."
    end_words = "Retirer cette cible"
    form = FocusForm
    list_display = ("label", "of", "order")
    fieldsets = ((None, {"fields": ("care_unit", "label", "order")}),)

    def add(self, *, actor: Actor, row: Focus, now: datetime) -> Focus:
        return reference.add_focus(actor=actor, focus=row, now=now)

    def revise(self, *, actor: Actor, row: Focus, wanted: Wanted, now: datetime) -> Focus:
        return reference.change_focus(actor=actor, focus=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: Focus, is_confirmed: bool, now: datetime) -> Focus:  # noqa: ARG002
        return reference.end_focus(actor=actor, focus=row, now=now)

    def restore(self, *, actor: Actor, row: Focus, now: datetime) -> Focus:
        return reference.restore_focus(actor=actor, focus=row, now=now)


class PhraseAdmin(WordsAdmin):
    """The phrases that a unit offers."""

    stem, address, may = "admin_phrases", "phrases", SET_UP_PHRASES
    icon, position, plural, new_words = "text-quote", 61, "Phrases", "Ajouter une phrase"
    intro = "Les mots que l’on écrit souvent, repris en un clic dans une transmission."
    end_words = "Retirer cette phrase"
    form = PhraseForm
    list_display = ("label", "text", "of", "order")
    fieldsets = ((None, {"fields": ("care_unit", "label", "text", "order")}),)

    def add(self, *, actor: Actor, row: Phrase, now: datetime) -> Phrase:
        return reference.add_phrase(actor=actor, phrase=row, now=now)

    def revise(self, *, actor: Actor, row: Phrase, wanted: Wanted, now: datetime) -> Phrase:
        return reference.change_phrase(actor=actor, phrase=row, wanted=wanted, now=now)

    def end(self, *, actor: Actor, row: Phrase, is_confirmed: bool, now: datetime) -> Phrase:  # noqa: ARG002
        return reference.end_phrase(actor=actor, phrase=row, now=now)

    def restore(self, *, actor: Actor, row: Phrase, now: datetime) -> Phrase:
        return reference.restore_phrase(actor=actor, phrase=row, now=now)


TABLES: tuple[WordsAdmin, ...] = (FocusAdmin(Focus, administration), PhraseAdmin(Phrase, administration))
for table in TABLES:
    administration.add_page(Section(table.plural, table.stem, table.icon, table.intro, table.may, table.position))
