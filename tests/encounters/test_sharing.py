"""A partner sees nothing of a patient before it is asked, what the agreement opens after, and nothing when it ends."""

import pytest
from django.test import Client

from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ, WRITE
from osmose.handover.actions import sign_note
from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from osmose.organisations import operations as organisations
from osmose.organisations.models import LegalBasis, SharingAgreement
from osmose.patients import policies as patients
from tests.cast import Character, Hospitals
from tests.encounters.clicks import ask, click, fresh, last, refused, undo
from tests.factories import encounters as pecs
from tests.factories.patients import acting
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
NAME = "PARTAGEUSE"


@pytest.fixture
def pec(hospitals: Hospitals) -> Encounter:
    return pecs.encounter(unit=hospitals.sau, birth_name=NAME, motif="Idées noires")


def page(who: Character, pec: Encounter) -> int:
    return int(browser(who).get(f"/pec/{pec.pk}/").status_code)


def browser(who: Character) -> Client:
    client = StrictClient()
    client.force_login(who.user)
    return client


def sees(who: Character, pec: Encounter) -> bool:
    """Through the rows of every policy, and through the page: they agree."""
    now = clock.now()
    in_rows = READ.rows(who.actor_at(now), now).filter(pk=pec.pk).exists()
    assert WRITE.allows(who.actor_at(now), pec, now) is in_rows
    assert patients.READ.rows(who.actor_at(now), now).filter(pk=pec.patient_id).exists() is in_rows
    assert page(who, pec) == (200 if in_rows else 404)
    assert (NAME in browser(who).get("/pec/").content.decode()) is in_rows
    return in_rows


def test_a_partner_sees_the_patient_from_the_request_on(
    claire: Character, martin: Character, roux: Character, zoe: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    assert not sees(martin, pec)
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert sees(martin, pec)
    assert not sees(roux, pec), "the other team of the same hospital was not asked"
    assert not sees(zoe, pec)
    grant = Grant.objects.get(subject_id=pec.pk, source=Source.GUEST)
    assert (grant.unit_id, grant.agreement_id) == (hospitals.emp.pk, hospitals.agreement.pk)
    assert set(grant.scope) == set(hospitals.agreement.categories)


def test_a_partner_that_was_asked_works_as_at_home(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(martin, pec, "psychiatry", "running")
    click(sign_note, martin, pec, text="Entretien commencé")
    assert ask(martin, pec, "psychiatry", "done").status == "done"
    assert sees(martin, pec), "what is finished is still the partner's to read"


def test_a_withdrawn_request_takes_the_patient_back(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(claire, pec, "psychiatry", "none")
    assert not sees(martin, pec)
    undo(claire, pec, last_request(pec))
    assert sees(martin, pec), "undoing the withdrawal asks again"


def test_an_undone_request_takes_the_patient_back(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    undo(claire, pec, last_request(pec))
    assert not sees(martin, pec)


def test_undoing_a_second_request_to_another_team_takes_back_that_team_only(
    claire: Character, martin: Character, roux: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(martin, pec, "psychiatry", "running")
    ask(martin, pec, "psychiatry", "done")
    ask(claire, pec, "psychiatry", unit=hospitals.psyli)
    assert sees(roux, pec)
    undo(claire, pec, last_request(pec))
    assert not sees(roux, pec)
    assert sees(martin, pec)


def test_without_agreement_the_request_is_refused_in_words(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    end_agreement(hospitals.agreement)
    with refused("Aucune convention de partage en vigueur avec CH Thuir"):
        ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert not sees(martin, pec)
    assert fresh(pec).version == pec.version


def test_an_agreement_that_needs_consent_opens_nothing_without_it(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    with acting():
        SharingAgreement.objects.filter(pk=hospitals.agreement.pk).update(legal_basis=LegalBasis.CONSENT)
    with refused("exige le consentement du patient"):
        ask(claire, pec, "psychiatry", unit=hospitals.emp)
    assert not sees(martin, pec)


def test_an_ended_agreement_closes_the_access_at_once_and_the_hospital_goes_on(
    claire: Character, martin: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    ask(claire, pec, "psychiatry", unit=hospitals.emp)
    ask(martin, pec, "psychiatry", "running")
    end_agreement(hospitals.agreement)
    assert not sees(martin, pec)
    assert ask(claire, pec, "psychiatry", "done").status == "done", "what happened can still be said"
    assert not sees(martin, pec)


def test_a_unit_of_the_same_hospital_needs_no_agreement(
    samia: Character, claire: Character, hospitals: Hospitals, pec: Encounter
) -> None:
    pecs.kinds(hospitals.perpignan)["psychiatry"].addressees.add(hospitals.ped)
    end_agreement(hospitals.agreement)
    ask(claire, pec, "psychiatry", unit=hospitals.ped)
    assert Grant.objects.in_force(clock.now()).of(pec.pk).filter(unit_id=hospitals.ped.pk).exists()


def last_request(pec: Encounter) -> Event:
    return last(pec, "encounters.request_changed")


def end_agreement(agreement: SharingAgreement) -> None:
    with acting():
        organisations.end_agreement(agreement_id=agreement.pk, at=clock.now())
