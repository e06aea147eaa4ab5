"""Sharing agreements: one at a time for a pair, in force between two dates, ended at once."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from osmose.kernel.access.models import Grant, Source
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import declared_transaction
from osmose.organisations import operations, queries
from osmose.organisations.models import DataCategory, Establishment, LegalBasis, SharingAgreement
from tests.factories.organisations import EstablishmentFactory, SharingAgreementFactory

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def terms(start: datetime = T0, end: datetime | None = None) -> operations.AgreementTerms:
    return operations.AgreementTerms(
        legal_basis=LegalBasis.CARE_TEAM,
        reference="CONV-1",
        categories=[DataCategory.IDENTITY],
        valid_from=start,
        valid_to=end,
    )


def refuses_in_the_database(**fields: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SharingAgreementFactory.create(**fields)


@pytest.fixture
def pair() -> tuple[Establishment, Establishment]:
    return EstablishmentFactory.create(), EstablishmentFactory.create()


def test_an_agreement_is_found_from_either_side(pair: tuple[Establishment, Establishment]) -> None:
    a, b = pair
    agreement = SharingAgreementFactory.create(first=a, second=b, valid_from=T0)
    assert queries.agreement_between(a.pk, b.pk, T0) == agreement
    assert queries.agreement_between(b.pk, a.pk, T0) == agreement


def test_an_agreement_gives_nothing_before_its_start_nor_from_its_end_on(
    pair: tuple[Establishment, Establishment],
) -> None:
    a, b = pair
    agreement = SharingAgreementFactory.create(first=a, second=b, valid_from=T0, valid_to=T0 + DAY)
    moments = [T0 - timedelta(microseconds=1), T0, T0 + DAY - timedelta(microseconds=1), T0 + DAY]
    assert [queries.agreement_between(a.pk, b.pk, at) is not None for at in moments] == [False, True, True, False]
    assert [agreement.is_in_force(at) for at in moments] == [False, True, True, False]


def test_a_third_hospital_has_no_agreement(pair: tuple[Establishment, Establishment]) -> None:
    a, b = pair
    SharingAgreementFactory.create(first=a, second=b, valid_from=T0)
    third = EstablishmentFactory.create()
    assert queries.agreement_between(a.pk, third.pk, T0) is None
    assert queries.partner_units(third.pk, T0) == []


def test_two_agreements_of_a_pair_never_overlap_whichever_is_named_first(
    pair: tuple[Establishment, Establishment],
) -> None:
    a, b = pair
    SharingAgreementFactory.create(first=a, second=b, valid_from=T0, valid_to=T0 + DAY)
    refuses_in_the_database(first=a, second=b, valid_from=T0 + DAY / 2)
    refuses_in_the_database(first=b, second=a, valid_from=T0 - DAY)
    SharingAgreementFactory.create(first=b, second=a, valid_from=T0 + DAY)
    SharingAgreementFactory.create(first=a, valid_from=T0)


def test_an_overlap_is_refused_in_words(pair: tuple[Establishment, Establishment]) -> None:
    a, b = pair
    with transaction.atomic():
        operations.sign_agreement(first=a, second=b, host=a, terms=terms())
        with pytest.raises(Refused) as refused:
            operations.sign_agreement(first=b, second=a, host=a, terms=terms(T0 + DAY))
    assert "Une autre convention" in refused.value.sentence


def test_an_agreement_needs_two_hospitals_a_host_among_them_and_an_end_after_its_start(
    pair: tuple[Establishment, Establishment],
) -> None:
    a, b = pair
    third = EstablishmentFactory.create()
    with transaction.atomic():
        for second, host, end in [(a, a, None), (b, third, None), (b, a, T0)]:
            with pytest.raises(Refused):
                operations.sign_agreement(first=a, second=second, host=host, terms=terms(end=end))
    refuses_in_the_database(first=a, second=a)
    refuses_in_the_database(first=a, second=b, host=third)
    refuses_in_the_database(first=a, second=b, valid_from=T0, valid_to=T0 - DAY)
    refuses_in_the_database(first=a, second=b, categories=[])
    refuses_in_the_database(first=a, second=b, categories=["anything"])
    refuses_in_the_database(first=a, second=b, legal_basis="habit")
    refuses_in_the_database(first=a, second=b, reference="")
    refuses_in_the_database(first=a, second=b, enters_by_motif=True, motifs=[])


def grant(agreement: SharingAgreement | None, starts_at: datetime, ends_at: datetime | None = None) -> uuid.UUID:
    made = Grant.objects.create(
        subject_id=new_id(),
        person_id=new_id(),
        unit_id=new_id(),
        scope=["identity"],
        source=Source.GUEST if agreement else Source.OWNER,
        agreement_id=agreement.pk if agreement else None,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return made.pk


def end_of(grant_id: uuid.UUID) -> datetime | None:
    return Grant.objects.get(pk=grant_id).ends_at


def test_ending_an_agreement_ends_its_grants_at_the_same_instant_and_no_other() -> None:
    agreement, other = SharingAgreementFactory.create(valid_from=T0), SharingAgreementFactory.create(valid_from=T0)
    now = T0 + 10 * DAY
    with declared_transaction(actor_id=new_id()):
        running = grant(agreement, T0)
        capped = grant(agreement, T0, now + DAY)
        over = grant(agreement, T0, T0 + DAY)
        coming = grant(agreement, now + DAY)
        others = grant(other, T0)
        owners = grant(None, T0)
    with declared_transaction(actor_id=new_id()):
        operations.end_agreement(agreement_id=agreement.pk, at=now)
    assert [end_of(g) for g in (running, capped, over, coming)] == [now, now, T0 + DAY, now + DAY]
    assert [end_of(g) for g in (others, owners)] == [None, None]
    assert queries.agreement_between(agreement.first_id, agreement.second_id, now) is None
    assert queries.agreement_between(agreement.first_id, agreement.second_id, now - DAY) is not None


def test_ending_twice_keeps_the_first_end_and_ending_before_the_start_leaves_nothing() -> None:
    agreement = SharingAgreementFactory.create(valid_from=T0)
    with declared_transaction(actor_id=new_id()):
        operations.end_agreement(agreement_id=agreement.pk, at=T0 + DAY)
        assert operations.end_agreement(agreement_id=agreement.pk, at=T0 + 2 * DAY).valid_to == T0 + DAY
        future = SharingAgreementFactory.create(valid_from=T0 + 5 * DAY)
        ended = operations.end_agreement(agreement_id=future.pk, at=T0)
    assert not any(ended.is_in_force(T0 + n * DAY) for n in range(10))


def test_a_hospital_that_has_ended_one_agreement_may_sign_another(pair: tuple[Establishment, Establishment]) -> None:
    a, b = pair
    with declared_transaction(actor_id=new_id()):
        first = operations.sign_agreement(first=a, second=b, host=a, terms=terms())
        operations.end_agreement(agreement_id=first.pk, at=T0 + DAY)
        operations.sign_agreement(first=b, second=a, host=b, terms=terms(T0 + DAY))
    assert len(queries.agreements_of(a.pk, T0 + 2 * DAY)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_operation_without_transaction_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="open transaction"):
        operations.end_agreement(agreement_id=new_id(), at=T0)
