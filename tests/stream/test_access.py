"""What one may see changes while the stream is open: by a deed, by a date, by a membership."""

from datetime import timedelta

from django.db import transaction

from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base import clock
from osmose.organisations import operations as organisations
from osmose.organisations.models import DataCategory
from tests.cast import Character, Hospitals
from tests.factories import encounters as make
from tests.factories.patients import acting
from tests.stream.client import Source as Stream
from tests.stream.conftest import Listen, quiet


def _pairs(stream: Stream) -> list[str]:
    return [pk for pk, _ in stream.of("hello")[-1]["pairs"]]


def test_a_partner_is_told_when_asked_and_when_no_longer(
    hospitals: Hospitals, martin: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau, birth_name="LENOIR")
    stream = listen(martin)
    assert _pairs(stream) == []
    make.request(pec, "psychiatry", unit=hospitals.emp)
    stream.wait("row", lambda row: row["id"] == str(pec.pk) and "LENOIR" in row["html"])
    with acting():
        Grant.objects.in_force(clock.now()).of(pec.pk).filter(unit_id=hospitals.emp.pk).update(ends_at=clock.now())
    stream.wait("gone", lambda gone: gone["id"] == str(pec.pk), seconds=1.5)
    before = len(stream.of("row"))
    make.place(pec, hospitals.place("SAS"))
    quiet(martin, stream)
    assert len(stream.of("row")) == before


def test_a_grant_that_ends_by_the_clock_alone_is_gone_within_the_second(
    hospitals: Hospitals, martin: Character, listen: Listen
) -> None:
    pec = make.encounter(unit=hospitals.sau)
    stream = listen(martin)
    with acting():
        Grant.objects.create(
            subject_id=pec.pk,
            person_id=pec.patient_id,
            unit_id=hospitals.emp.pk,
            scope=list(DataCategory.values),
            source=Source.GUEST,
            starts_at=clock.now() + timedelta(seconds=0.7),
            ends_at=clock.now() + timedelta(seconds=1.6),
        )
    stream.wait("row", lambda row: row["id"] == str(pec.pk))  # it begins by the clock as well
    stream.wait("gone", lambda gone: gone["id"] == str(pec.pk), seconds=2.5)


def test_the_end_of_an_agreement_takes_all_that_it_gave(
    hospitals: Hospitals, martin: Character, listen: Listen
) -> None:
    pecs = [make.encounter(unit=hospitals.sau) for _ in range(2)]
    for pec in pecs:
        make.request(pec, "psychiatry", unit=hospitals.emp)
    stream = listen(martin)
    assert sorted(_pairs(stream)) == sorted(str(pec.pk) for pec in pecs)
    with acting():
        organisations.end_agreement(agreement_id=hospitals.agreement.pk, at=clock.now())
    for pec in pecs:
        stream.wait("gone", lambda gone, pec=pec: gone["id"] == str(pec.pk), seconds=1.5)


def test_leaving_a_unit_takes_its_patients_and_keeps_the_others(
    hospitals: Hospitals, hugo: Character, claire: Character, listen: Listen
) -> None:
    hugo.joins(hospitals.ped)
    kept, lost = make.encounter(unit=hospitals.sau), make.encounter(unit=hospitals.ped)
    stream, other = listen(hugo), listen(claire)
    assert sorted(_pairs(stream)) == sorted([str(kept.pk), str(lost.pk)])
    hugo.leaves(hospitals.ped)
    stream.wait("gone", lambda gone: gone["id"] == str(lost.pk), seconds=1.5)
    make.request(lost, "imaging")
    make.place(kept, hospitals.place("SAS"))
    stream.wait("row", lambda row: row["id"] == str(kept.pk))
    other.wait("row", lambda row: row["id"] == str(kept.pk))
    assert [row["id"] for row in stream.of("row")] == [str(kept.pk)]


def test_a_membership_that_ends_by_the_clock_alone(hospitals: Hospitals, hugo: Character, listen: Listen) -> None:
    with transaction.atomic():
        hugo.joins(hospitals.ped, ends_at=clock.now() + timedelta(seconds=1.5))
    lost = make.encounter(unit=hospitals.ped)
    stream = listen(hugo)
    assert _pairs(stream) == [str(lost.pk)]
    stream.wait("gone", lambda gone: gone["id"] == str(lost.pk), seconds=3)
    assert not stream.is_over


def test_joining_a_unit_brings_its_patients(hospitals: Hospitals, hugo: Character, listen: Listen) -> None:
    pec = make.encounter(unit=hospitals.ped)
    stream = listen(hugo)
    assert _pairs(stream) == []
    hugo.joins(hospitals.ped)
    stream.wait("hello", lambda hello: [pk for pk, _ in hello["pairs"]] == [str(pec.pk)])


def test_a_grant_for_one_person_is_theirs_alone(hospitals: Hospitals, zoe: Character, listen: Listen) -> None:
    pec = make.encounter(unit=hospitals.sau, birth_name="LENOIR")
    stream = listen(zoe)
    with acting():
        Grant.objects.create(
            subject_id=pec.pk,
            person_id=pec.patient_id,
            user_id=zoe.id,
            scope=list(DataCategory.values),
            source=Source.BREAK_GLASS,
            starts_at=clock.now(),
            ends_at=clock.now() + timedelta(hours=1),
        )
    stream.wait("hello", lambda hello: [pk for pk, _ in hello["pairs"]] == [str(pec.pk)])
