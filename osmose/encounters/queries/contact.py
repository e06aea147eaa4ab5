"""Whether anything may still be sent to a patient: the one question that whoever would send something asks."""

import uuid

from osmose.encounters.lifecycle import Availability, EncounterStatus, ExitMode
from osmose.encounters.models import Encounter


def may_be_contacted(patient_id: uuid.UUID) -> Availability:
    """Questionnaires, reminders, letters and calls all ask here first, when they are sent and not when planned.

    No where the patient died during a passage, in this identity or in one merged with it. Of the system, for no
    reader: it goes through nobody's rights, and tells nothing of the passage. One query.
    """
    died = Encounter.objects.filter(exit_mode=ExitMode.DEATH).exclude(status=EncounterStatus.CANCELLED)
    same = died.filter(patient_id=patient_id) | died.filter(patient__merged_into_id=patient_id)
    same |= died.filter(patient__absorbed=patient_id)
    if same.exists():
        return Availability(False, "Patient décédé\u202f: rien ne lui est envoyé.")
    return Availability(True)
