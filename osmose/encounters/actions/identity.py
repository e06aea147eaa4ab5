"""Saying who the patient of a PEC is."""

from collections.abc import Sequence
from datetime import datetime

from osmose.encounters import events
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.encounters.operations.revised import Unchanged
from osmose.encounters.policies import IDENTIFY
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action
from osmose.kernel.base.refused import Refused
from osmose.kernel.events.record import record
from osmose.patients import operations as patients
from osmose.patients.models import Patient, attributes_of
from osmose.patients.rules import IdentityStatus, Sex, Traits
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing


@action(may=IDENTIFY, subject="encounter")
def correct_identity(
    *,
    actor: Actor,
    encounter: Encounter,
    traits: Traits,
    identifiers: Sequence[Identifier],
    document_checked: bool,
    distinctive_signs: str,
    version: int | None,
    now: datetime,
) -> Encounter:
    """Writes the whole identity as it was shown and corrected: what is empty is emptied, but for the birth name.

    `version` is the patient's when the form was drawn: nobody's correction is silently overwritten.
    """
    patient = patients.lock(encounter.patient)
    row = rows.lock(encounter)
    if version != patient.version:
        raise Refused(
            "L’identité a été modifiée entre-temps par quelqu’un d’autre\u202f: relisez-la.",
            code="identity-stale",
            status=409,
        )
    was_unknown = patient.is_unknown
    corrected = patients.correct_identity(
        actor=actor,
        patient=patient,
        traits=traits,
        now=now,
        standing=_standing(patient, identifiers) if document_checked else None,
        identifiers=identifiers,
        distinctive_signs=distinctive_signs,
        cleared=[name for name in _EMPTIED if getattr(traits, name) in _NOTHING],
    )
    if not corrected.changed:
        raise Unchanged
    told = events.IdentityCorrected(fields=sorted(corrected.changed), was_unknown=was_unknown)
    record(told, subject=row, actor=actor, at=now, changed=["identity"])
    rows.touch_open(patient_ids=[patient.pk])
    return row


_EMPTIED = ("used_name", "first_name", "birth_first_names", "birth_date", "birth_year", "sex", "birth_place")
_NOTHING = ("", None, Sex.UNDETERMINED)


def _standing(patient: Patient, identifiers: Sequence[Identifier]) -> Standing | None:
    """What a checked document makes of the identity; a qualified one stays so unless a strict trait changes."""
    status = IdentityStatus.VALIDEE
    if any(number.kind is IdentifierKind.INS for number in identifiers):
        status = IdentityStatus.QUALIFIEE
    elif patient.status is IdentityStatus.QUALIFIEE:
        return None
    return Standing(status=status, attributes=attributes_of(patient), is_protected=patient.is_protected)
