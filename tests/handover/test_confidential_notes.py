"""A note kept for one unit is read there, and nowhere else."""

import pytest

from osmose.handover.actions import sign_note
from osmose.handover.models import HandoverNote
from osmose.handover.policies import READ
from osmose.handover.queries import notes_by_id
from osmose.kernel.base import clock
from osmose.kernel.events import timeline
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click
from tests.factories import encounters as pecs

pytestmark = pytest.mark.django_db


def test_a_confidential_note_stays_in_its_unit(
    claire: Character, hugo: Character, martin: Character, hospitals: Hospitals
) -> None:
    pec = pecs.encounter(unit=hospitals.sau)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    click(sign_note, martin, pec, text="Confidence du patient", confidential=True)
    click(sign_note, martin, pec, text="Pour tous")
    kept, shared = HandoverNote.objects.order_by("recorded_at")
    assert kept.confidential_unit_id == hospitals.emp.pk
    assert set(notes_by_id([kept.pk, shared.pk], martin.actor, clock.now())) == {kept.pk, shared.pk}
    for reader in (claire, hugo):
        assert set(notes_by_id([kept.pk, shared.pk], reader.actor, clock.now())) == {shared.pk}
        assert not READ.allows(reader.actor, kept, clock.now())
    sentences = [entry.sentence for entry in timeline.of(pec.pk)]
    assert "Transmission réservée à Équipe mobile" in sentences
