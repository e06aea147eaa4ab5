"""Hospitals, units, places and agreements for tests."""

from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from osmose.organisations.models import (
    CareUnit,
    DataCategory,
    Establishment,
    LegalBasis,
    Location,
    SharingAgreement,
    Team,
    UnitKind,
)

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


class EstablishmentFactory(DjangoModelFactory[Establishment]):
    class Meta:
        model = Establishment

    finess = factory.Sequence(lambda n: f"98{n:07d}")
    name = factory.Sequence(lambda n: f"Centre hospitalier d’essai {n}")
    short_name = factory.Sequence(lambda n: f"CH {n}")
    namespace = factory.Sequence(lambda n: f"CH-T{n}")


class CareUnitFactory(DjangoModelFactory[CareUnit]):
    class Meta:
        model = CareUnit

    establishment = factory.SubFactory(EstablishmentFactory)
    code = factory.Sequence(lambda n: f"U{n}")
    name = factory.Sequence(lambda n: f"Unité d’essai {n}")
    short_name = factory.Sequence(lambda n: f"Unité {n}")
    kind = UnitKind.EMERGENCY


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    care_unit = factory.SubFactory(CareUnitFactory)
    name = factory.Sequence(lambda n: f"Équipe {n}")


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    care_unit = factory.SubFactory(CareUnitFactory)
    code = factory.Sequence(lambda n: f"BOX-{n}")
    label = factory.LazyAttribute(lambda place: place.code.replace("BOX-", "Box "))
    order = factory.Sequence(lambda n: n % 30_000)
    is_box = True
    capacity = 1


class SharingAgreementFactory(DjangoModelFactory[SharingAgreement]):
    class Meta:
        model = SharingAgreement

    first = factory.SubFactory(EstablishmentFactory)
    second = factory.SubFactory(EstablishmentFactory)
    host = factory.SelfAttribute("first")
    legal_basis = LegalBasis.CARE_TEAM
    reference = factory.Sequence(lambda n: f"CONV-{n}")
    categories: Any = factory.LazyFunction(lambda: list(DataCategory))
    valid_from = SINCE
