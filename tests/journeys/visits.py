"""A patient whom the hospital knows: three visits in six days, and the fourth."""

from datetime import timedelta
from typing import Any

from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.kernel.base import clock
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityStatus
from osmose.patients.rules.instructions import InstructionKind
from osmose.patients.rules.registration import Standing
from tests.cast import ACCOUNTS, Character, Hospitals
from tests.encounters.clicks import click
from tests.factories.encounters import encounter, exited, request
from tests.factories.instructions import a_draft, an_instruction

VALID = Standing(status=IdentityStatus.VALIDEE)
TO_DO = "Orienter vers l’assistante sociale, appeler le CMP référent"
MEANWHILE = "Place près de l’accueil, une boisson chaude"
CONCLUSION = "Pas de décompensation, besoin social authentique"
_ALINE: dict[str, Any] = {"birth_name": "PERALTOU", "first_name": "ALINE", "used_name": "", "standing": VALID}


def three_visits(hospitals: Hospitals) -> Patient:
    """All closed; at the second, psychiatry concluded; at the third, a nurse left word."""
    claire, martin = (Character(hospitals.users[ACCOUNTS[name]]) for name in ("claire", "martin"))
    patient, now = None, clock.now()
    for number, days in enumerate((6, 4, 2)):
        pec = encounter(
            unit=hospitals.sau,
            motif="Demande d’ordre social",
            arrived_at=now - timedelta(days=days),
            **({"patient": patient} if patient else _ALINE),
        )
        patient = pec.patient
        if number == 1:
            request(pec, "psychiatry", unit=hospitals.emp)
            click(actions.start_intervention, martin, pec, kind="psychiatry", professionals=[])
            interview = pec.requests.get(is_current=True, kind__code="psychiatry").interventions.get()
            click(actions.end_intervention, martin, pec, intervention_id=interview.pk, conclusion=CONCLUSION)
        if number == 2:
            an_instruction(claire, pec, a_draft(InstructionKind.CONDUCT, text=TO_DO, meanwhile=MEANWHILE))
        exited(pec)
        click(actions.close_encounter, claire, pec)
    assert patient is not None
    return patient


def fourth_visit(hospitals: Hospitals, patient: Patient) -> Encounter:
    """They come again, now."""
    return encounter(unit=hospitals.sau, patient=patient, motif="Demande sociale, expulsion", arrived_at=clock.now())
