"""Establishments, units and places: data that ends and is never deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction

from osmose.kernel.base.refused import Refused
from osmose.kernel.base.sensitivity import sensitivity_of
from osmose.organisations import models as tables
from osmose.organisations import operations, queries
from osmose.organisations.models import CareUnit, Location, UnitKind
from tests.cast import Hospitals
from tests.factories.organisations import CareUnitFactory, EstablishmentFactory, LocationFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("finess", ["", "12345678", "1234567890", "ABCDEFGHI", "2C0000001", "66000000a"])
def test_a_malformed_finess_is_refused(finess: str) -> None:
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        EstablishmentFactory.create(finess=finess)
    with pytest.raises(ValidationError):
        EstablishmentFactory.build(finess=finess).full_clean()


def test_a_corsican_finess_is_accepted() -> None:
    EstablishmentFactory.create(finess="2A0000001")


def test_two_hospitals_never_share_an_identity_namespace() -> None:
    EstablishmentFactory.create(namespace="CH-X")
    with pytest.raises(IntegrityError), transaction.atomic():
        EstablishmentFactory.create(namespace="CH-X")
    assert queries.establishment_of("CH-X") is not None
    assert queries.establishment_of("CH-Y") is None


def test_a_unit_code_is_unique_in_its_hospital_only() -> None:
    unit = CareUnitFactory.create(code="SAU")
    CareUnitFactory.create(code="SAU")
    with pytest.raises(IntegrityError), transaction.atomic():
        CareUnitFactory.create(code="SAU", establishment=unit.establishment)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "garage"},
        {"code": "sau"},
        {"waiting_watch_minutes": 0},
        {"waiting_watch_minutes": 60, "waiting_over_minutes": 60},
        {"lock_minutes": 0},
        {"lock_minutes": 61},
        {"unread_minutes": 0},
        {"unread_minutes": 121},
    ],
)
def test_the_database_refuses_a_unit_that_makes_no_sense(fault: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CareUnitFactory.create(**fault)


def test_a_closed_unit_is_no_longer_proposed_from_that_paris_day_on() -> None:
    unit = CareUnitFactory.create()
    with transaction.atomic():
        operations.close_unit(unit=unit, on=NOW.date())
    domain = unit.establishment_id
    # 22:59 UTC the day before is 23:59 in Paris; one minute later the day has begun there.
    eve = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
    assert queries.units_of(domain, eve) == [unit]
    assert queries.units_of(domain, eve + timedelta(minutes=1)) == []
    assert queries.unit_of_code(domain, unit.code, NOW) is None
    assert queries.units_named([unit.pk])[unit.pk] == unit


def test_units_are_sorted_as_a_french_reader_expects() -> None:
    hospital = EstablishmentFactory.create()
    for name in ("Urgences", "Équipe mobile", "Zone", "accueil"):
        CareUnitFactory.create(establishment=hospital, short_name=name)
    assert [unit.short_name for unit in queries.units_of(hospital.pk, NOW)] == [
        "accueil",
        "Équipe mobile",
        "Urgences",
        "Zone",
    ]


def test_an_ended_place_is_no_longer_proposed_and_its_code_may_serve_again() -> None:
    place = LocationFactory.create(code="BOX-1")
    with transaction.atomic():
        with pytest.raises(Refused):
            operations.open_location(unit=place.care_unit, code="BOX-1", label="Box 1", order=1)
        operations.end_location(location=place, at=NOW)
        again = operations.open_location(unit=place.care_unit, code="BOX-1", label="Box 1 bis", order=1, is_box=True)
    assert queries.locations_of(place.care_unit_id, NOW) == [again]
    assert Location.objects.get(pk=place.pk).ended_at == NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        LocationFactory.create(care_unit=place.care_unit, code="BOX-1")


def test_a_place_without_capacity_is_a_zone_and_zero_is_refused() -> None:
    LocationFactory.create(capacity=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocationFactory.create(capacity=0)


@pytest.mark.parametrize("table", ["establishment", "careunit", "location", "sharingagreement"])
def test_the_application_may_not_delete_reference_data(table: str) -> None:
    name = connection.ops.quote_name(f"organisations_{table}")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM " + name)


@pytest.mark.parametrize(
    ("unit", "room", "bed", "found"),
    [
        ("SAU", "BOX", "3", "BOX-3"),
        ("UHCD", "CH2", "1", "CH2-1"),
        ("SAU", "SAS", "", "SAS"),
        ("SAU", "", "", "SAU"),
        ("SAU", "BOX", "99", "SAU"),
        ("PED", "BOX", "5", "BOX-5"),
        ("NOWHERE", "BOX", "3", None),
    ],
)
def test_an_hl7_place_resolves_to_a_location(
    hospitals: Hospitals, unit: str, room: str, bed: str, found: str | None
) -> None:
    place = queries.location_at(hospitals.perpignan.pk, unit_code=unit, room=room, bed=bed, at=NOW)
    assert (place.code if place else None) == found
    if place:
        assert place.care_unit.code == unit


def test_an_hl7_place_of_one_hospital_is_never_a_place_of_another(hospitals: Hospitals) -> None:
    place = queries.location_at(hospitals.narbonne.pk, unit_code="SAU", room="BOX", bed="3", at=NOW)
    assert place is not None
    assert place.care_unit == hospitals.narbonne_sau
    assert queries.location_at(hospitals.thuir.pk, unit_code="SAU", room="BOX", bed="3", at=NOW) is None


def test_perpignan_may_address_the_units_of_thuir_and_narbonne_nobody(hospitals: Hospitals) -> None:
    from osmose.kernel.base.clock import now

    assert queries.partner_units(hospitals.perpignan.pk, now()) == [hospitals.emp, hospitals.psyli]
    assert hospitals.sau in queries.partner_units(hospitals.thuir.pk, now())
    assert queries.partner_units(hospitals.narbonne.pk, now()) == []


def test_a_pec_begins_at_the_emergency_department_or_in_a_ward() -> None:
    assert {kind: CareUnit(kind=kind).is_registering for kind in UnitKind} == {
        UnitKind.EMERGENCY: True,
        UnitKind.PSYCHIATRY: False,
        UnitKind.WARD: True,
        UnitKind.OTHER: False,
    }


def test_every_field_says_how_sensitive_it_is() -> None:
    for model in (tables.Establishment, CareUnit, tables.Team, Location, tables.SharingAgreement):
        for field in model._meta.get_fields():
            if isinstance(field, models.Field):
                assert sensitivity_of(model, field) is not None, f"{model.__name__}.{field.name}"
