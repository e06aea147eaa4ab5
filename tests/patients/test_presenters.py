"""How an identity is shown, unreadable ones included."""

from datetime import date

import pytest
from django.db import connection

from osmose.kernel.base import clock
from osmose.kernel.crypto import keys
from osmose.patients import queries
from osmose.patients.models import Patient
from osmose.patients.presenters import UNREADABLE_NAME, identity, match
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex
from osmose.patients.rules.registration import Standing
from tests.cast import Character, Hospitals
from tests.factories.patients import a_patient, acting, an_unknown_patient, ipp, traits

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 1)


def test_the_band_says_who_this_is(hospitals: Hospitals) -> None:
    rachid = a_patient(
        hospitals.perpignan,
        birth_name="Abellanosa",
        used_name="",
        first_name="jean-rachid",
        birth_date=date(1981, 2, 12),
        sex=Sex.MALE,
        identifiers=[ipp("0004512")],
        standing=Standing(status=IdentityStatus.VALIDEE),
    )
    band = identity(rachid, today=TODAY, numbers=queries.numbers_of([rachid.pk])[rachid.pk])
    assert band.name == "ABELLANOSA Jean-Rachid"
    assert band.details == "né le 12/02/1981 · 45\u00a0ans · H"
    assert (band.ipp, band.used_name, band.is_minor) == ("0004512", "", False)
    assert (band.status.words, band.status.tone) == ("Identité validée", "success")
    assert band.flags == band.banners == ()


def test_what_staff_must_beware_of_has_a_word_an_icon_and_a_banner(hospitals: Hospitals) -> None:
    child = a_patient(
        hospitals.perpignan,
        birth_date=date(2025, 11, 1),
        standing=Standing(
            attributes=frozenset({IdentityAttribute.HOMONYME, IdentityAttribute.DOUTEUSE}), is_protected=True
        ),
    )
    band = identity(child, today=TODAY)
    assert band.details == "née le 01/11/2025 · 4\u00a0mois · F"
    assert [flag.words for flag in band.flags] == ["Homonyme", "Identité douteuse", "Mineur", "Protégée"]
    assert band.banners[0].title == "Identité provisoire\u202f:"
    assert len(band.banners) == 5
    assert all(flag.icon and flag.tone for flag in band.flags)


def test_a_protected_identity_is_hidden_where_asked(hospitals: Hospitals) -> None:
    louise = a_patient(hospitals.perpignan, standing=Standing(is_protected=True))
    hidden = identity(louise, today=TODAY, hide_protected=True)
    assert (hidden.name, hidden.details) == ("Identité protégée", "37\u00a0ans · F")
    assert (hidden.birth_name, hidden.used_name, hidden.first_name, hidden.ipp, hidden.born) == ("",) * 5
    assert identity(louise, today=TODAY).name == "FICTIVE Louise"


def test_an_unknown_patient_keeps_a_permanent_banner(hospitals: Hospitals) -> None:
    unknown = an_unknown_patient(hospitals.perpignan, Sex.MALE, estimated_age=16)
    band = identity(unknown, today=clock.paris(clock.now()).date())
    assert band.name == "INCONNU H 1"
    assert band.details == "environ 16\u00a0ans · H"
    assert [flag.words for flag in band.flags] == ["Inconnu", "Mineur"]
    assert band.banners[0].title == "Inconnu\u202f:"


def test_a_destroyed_or_altered_record_says_so(hospitals: Hospitals, claire: Character) -> None:
    gone, altered = a_patient(hospitals.perpignan), a_patient(hospitals.perpignan, first_name="ROSE")
    keys.destroy(gone.data_key_id, by=claire.id, at=clock.now())
    with connection.cursor() as cursor, acting():
        cursor.execute("UPDATE patients_patient SET birth_date = %s WHERE id = %s", [b"\x07" * 40, altered.pk])
    for patient in Patient.objects.filter(pk__in=[gone.pk, altered.pk]):
        band = identity(patient, today=TODAY)
        assert (band.name, band.is_readable, band.banners[0].tone) == (UNREADABLE_NAME, False, "danger")
        assert identity(patient, today=TODAY, hide_protected=True).name == UNREADABLE_NAME


def test_a_likely_duplicate_says_why(hospitals: Hospitals, claire: Character) -> None:
    a_patient(hospitals.perpignan, identifiers=[ipp("0004512")])
    [(candidate, likeness)] = queries.likely_duplicates(claire.actor, traits(birth_name="FICTIF"), clock.now())
    line = match(candidate, today=TODAY, likeness=likeness)
    assert (line.who.name, line.who.ipp, line.likelihood) == ("FICTIVE Louise", "0004512", "probable")
    assert "même date de naissance" in line.reasons
    assert "FICTIVE" not in repr(line)
