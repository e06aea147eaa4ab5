"""What a page offers to click on is read once, until an administrator changes it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osmose.encounters.models import Encounter, Motif, RequestKind
from osmose.encounters.policies import READ
from osmose.encounters.queries import offers_of, one
from osmose.kernel.base import clock
from tests.cast import Character, Hospitals
from tests.factories.encounters import encounter

pytestmark = pytest.mark.django_db


def loaded(claire: Character, pec: Encounter) -> Encounter:
    row = one(pec.pk, READ, claire.actor, clock.now())
    assert row is not None
    return row


def test_the_second_page_asks_nothing_and_a_change_shows_at_once(claire: Character, hospitals: Hospitals) -> None:
    pec = encounter(unit=hospitals.sau)
    offers_of(loaded(claire, pec))
    row = loaded(claire, pec)
    with CaptureQueriesContext(connection) as captured:
        kept = offers_of(row)
    assert len(captured) == 0
    Motif.objects.create(establishment=hospitals.perpignan, care_unit=hospitals.sau, label="Motif tout neuf")
    assert "Motif tout neuf" in {m.label for m in offers_of(loaded(claire, pec)).motifs}
    assert "Motif tout neuf" not in {m.label for m in kept.motifs}
    RequestKind.objects.filter(establishment=hospitals.perpignan, code="imaging").update(label="Imagerie (essai)")
    assert "Imagerie (essai)" in {k.label for k in offers_of(loaded(claire, pec)).kinds}


def test_each_unit_is_offered_its_own_motifs(claire: Character, hospitals: Hospitals) -> None:
    Motif.objects.create(establishment=hospitals.perpignan, care_unit=hospitals.ped, label="Pleurs")
    claire.joins(hospitals.ped)
    sau, ped = encounter(unit=hospitals.sau), encounter(unit=hospitals.ped)
    assert "Pleurs" not in {m.label for m in offers_of(loaded(claire, sau)).motifs}
    assert "Pleurs" in {m.label for m in offers_of(loaded(claire, ped)).motifs}
