"""Treatments given: noted once, their effect added, struck when noted by mistake."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from osmose.encounters.events import Undone
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.handover.events import SEDATION, TreatmentEffectNoted, TreatmentNoted, TreatmentStruck
from osmose.handover.models import FavouriteMedicine, TreatmentGiven
from osmose.handover.rules.doses import ROUTES, dose_words, question
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import operation
from osmose.kernel.base import french
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.base.text import fold
from osmose.kernel.crypto.reading import UNREADABLE, readable
from osmose.kernel.events.record import record

# What was given before the patient came: by the SAMU, a physician in town. Beyond, the day is mistaken.
BEFORE_ARRIVAL = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, repr=False)
class Given:
    """What was given; `is_confirmed`: the dose was asked again, and is that one."""

    drug: str
    dose: Decimal | None = None
    dose_unit: str = ""
    route: str = ""
    is_sedation: bool = False
    at: datetime | None = None
    giver: str = ""
    is_confirmed: bool = False


def words_of(treatment: TreatmentGiven) -> str:
    """« Loxapine 50 mg, IM »; « illisible » where it can't be read."""
    drug, amount, unit, way = (readable(treatment, name) for name in ("drug", "dose", "dose_unit", "route"))
    if UNREADABLE in (drug, amount, unit, way):
        return "traitement illisible"
    dose = dose_words(Decimal(str(amount)), str(unit or "")) if amount else ""
    route = ROUTES.get(str(way or ""), "")
    return ", ".join(part for part in (" ".join(p for p in (str(drug), dose) if p), route) if part)


@operation
def require_usual(unit_id: uuid.UUID | None, given: Given) -> bool:
    """Whether the dose is far from what the unit usually gives of it, and confirmed. `Refused`: far, not confirmed.

    A known usual dose is that of the unit's favourites, by the name and, where several are, by the way it is given.
    """
    if given.dose is None or unit_id is None:
        return False
    favourites = FavouriteMedicine.objects.filter(care_unit_id=unit_id, ended_at=None).exclude(usual_dose=None)
    same = [row for row in favourites.order_by("order", "id") if fold(row.label) == fold(given.drug)]
    usual = next((row for row in same if row.route == given.route), next(iter(same), None))
    if usual is None or usual.usual_dose is None:
        return False
    asked = question(given.dose, given.dose_unit, usual.usual_dose, usual.dose_unit)
    if asked and not given.is_confirmed:
        raise Refused(asked, field="dose", code="unusual-dose")
    return bool(asked)


@operation
def give(*, actor: Actor, encounter: Encounter, given: Given, now: datetime) -> TreatmentGiven:
    """One treatment more, on a PEC already locked.

    `Refused`: an hour to come; before the arrival without saying by whom, or a day before; a dose far from the usual
    that nobody confirmed.
    """
    at = given.at or now
    rows.require_past(at, now, field="at")
    _require_since_arrival(encounter, at, given.giver)
    is_confirmed = require_usual(actor.acting_unit_id, given)
    treatment = TreatmentGiven(
        id=new_id(),
        encounter=encounter,
        data_key_id=encounter.data_key_id,
        drug=given.drug,
        dose=str(given.dose) if given.dose is not None else None,
        dose_unit=given.dose_unit or None,
        route=given.route or None,
        is_sedation=given.is_sedation,
        given_at=at,
        recorded_at=now,
        author_id=actor.id,
        author_words=" · ".join(w for w in (actor.name, actor.unit_label) if w),
        giver_words=given.giver or None,
        care_unit_id=actor.acting_unit_id,
    )
    sedation = _last_sedation(encounter, beside=treatment) if given.is_sedation else None
    told = TreatmentNoted(
        treatment_id=str(treatment.pk),
        words=words_of(treatment),
        giver=given.giver,
        is_sedation=given.is_sedation,
        is_confirmed=is_confirmed,
        sedation=words_of(sedation) if sedation else "",
        sedation_at=sedation.given_at if sedation else None,
    )
    changed = (SEDATION,) if given.is_sedation else ()
    treatment.event_uid = record(told, subject=encounter, actor=actor, at=at, changed=changed).uid
    treatment.save(force_insert=True)
    rows.save(encounter)
    return treatment


@operation
def lock(encounter: Encounter, treatment_id: uuid.UUID) -> TreatmentGiven:
    """A treatment of this PEC, held. `Refused` (409): struck already."""
    row = TreatmentGiven.objects.select_for_update().filter(pk=treatment_id, encounter=encounter).first()
    if row is None:
        raise NotVisible
    if row.struck_at is not None:
        raise Refused("Ce traitement est rayé\u202f: rien n’y est ajouté.", code="struck", status=409)
    return row


@operation
def note_effect(
    *, actor: Actor, encounter: Encounter, treatment: TreatmentGiven, effect: str, at: datetime | None, now: datetime
) -> TreatmentGiven:
    """What it did. `Refused`: an hour to come, or before it was given."""
    seen_at = at or now
    rows.require_past(seen_at, now, field="at")
    if seen_at < treatment.given_at:
        raise Refused(
            f"L’effet se voit après {french.time(treatment.given_at)}, l’heure où le traitement a été donné.",
            field="at",
            code="before",
        )
    treatment.effect, treatment.effect_at, treatment.effect_by = effect, seen_at, actor.name
    treatment.save(update_fields=["effect", "effect_at", "effect_by"])
    told = TreatmentEffectNoted(treatment_id=str(treatment.pk), words=words_of(treatment), effect=effect)
    record(told, subject=encounter, actor=actor, at=seen_at)
    rows.save(encounter)
    return treatment


@operation
def strike(
    *, actor: Actor, encounter: Encounter, treatment: TreatmentGiven, reason: str, now: datetime
) -> TreatmentGiven:
    """Noted by mistake: its line is struck, this says why, and the last sedation is the one before."""
    treatment.struck_at, treatment.struck_reason, treatment.struck_by = now, reason, actor.name
    treatment.save(update_fields=["struck_at", "struck_reason", "struck_by"])
    words = words_of(treatment)
    if treatment.event_uid:
        record(Undone(what=words), subject=encounter, actor=actor, at=now, undoes=treatment.event_uid)
    sedation = _last_sedation(encounter) if treatment.is_sedation else None
    told = TreatmentStruck(
        treatment_id=str(treatment.pk),
        words=words,
        reason=reason,
        sedation=words_of(sedation) if sedation else "",
        sedation_at=sedation.given_at if sedation else None,
    )
    changed = (SEDATION,) if treatment.is_sedation else ()
    record(told, subject=encounter, actor=actor, at=now, changed=changed)
    rows.save(encounter)
    return treatment


def _require_since_arrival(encounter: Encounter, at: datetime, giver: str) -> None:
    if at >= encounter.arrived_at:
        return
    arrived = french.day_time(encounter.arrived_at)
    if at < encounter.arrived_at - BEFORE_ARRIVAL:
        raise Refused(
            f"C’est plus d’un jour avant l’arrivée ({arrived})\u202f: vérifiez le jour.", field="at", code="day"
        )
    if not giver:
        raise Refused(
            f"C’est avant l’arrivée ({arrived})\u202f: dites qui l’a donné (SAMU, médecin traitant…).",
            field="giver",
            code="giver",
        )


def _last_sedation(encounter: Encounter, *, beside: TreatmentGiven | None = None) -> TreatmentGiven | None:
    """The last one given, whatever the order in which they were noted."""
    rows_ = TreatmentGiven.objects.filter(encounter=encounter, is_sedation=True, struck_at=None)
    last = rows_.order_by("-given_at", "-id").first()
    if beside is None:
        return last
    return beside if last is None or beside.given_at >= last.given_at else last
