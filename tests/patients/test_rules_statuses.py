"""Identity statuses: what each demands, which changes exist."""

from itertools import product

import pytest

from osmose.kernel.base.refused import Refused
from osmose.patients.rules import (
    IdentityAttribute,
    IdentityStatus,
    availability,
    may_carry_ins,
    require_consistent,
    require_transition,
    status_for,
)
from osmose.patients.rules.statuses import ATTRIBUTE_LABELS, STATUS_LABELS, TRANSITIONS

DOUBTS = (IdentityAttribute.DOUTEUSE, IdentityAttribute.FICTIVE)


@pytest.mark.parametrize(
    ("document", "ins", "status"),
    [
        (False, False, IdentityStatus.PROVISOIRE),
        (False, True, IdentityStatus.RECUPEREE),
        (True, False, IdentityStatus.VALIDEE),
        (True, True, IdentityStatus.QUALIFIEE),
    ],
)
def test_a_status_follows_from_document_and_ins(document: bool, ins: bool, status: IdentityStatus) -> None:
    assert status_for(document_checked=document, ins_fetched=ins) is status
    homonym = [IdentityAttribute.HOMONYME]
    assert status_for(document_checked=document, ins_fetched=ins, attributes=homonym) is status
    for doubt in DOUBTS:
        assert status_for(document_checked=document, ins_fetched=ins, attributes=[doubt]) is IdentityStatus.PROVISOIRE


def test_only_a_qualified_identity_carries_the_ins() -> None:
    assert [status for status in IdentityStatus if may_carry_ins(status)] == [IdentityStatus.QUALIFIEE]


def test_consistency_of_status_attributes_and_ins_is_all_or_refused() -> None:
    for status, doubtful, has_ins in product(IdentityStatus, (False, True), (False, True)):
        attributes = DOUBTS[:1] if doubtful else ()
        consistent = (has_ins == (status is IdentityStatus.QUALIFIEE)) and (
            not doubtful or status is IdentityStatus.PROVISOIRE
        )
        if consistent:
            require_consistent(status, attributes, has_ins=has_ins)
        else:
            with pytest.raises(Refused):
                require_consistent(status, attributes, has_ins=has_ins)


def test_every_status_has_a_way_in_a_way_back_to_provisional_and_a_french_word() -> None:
    for status in IdentityStatus:
        assert any(status in ways for origin, ways in TRANSITIONS.items() if origin is not status)
        assert availability(status, IdentityStatus.PROVISOIRE) is None
        assert STATUS_LABELS[status]
    assert set(ATTRIBUTE_LABELS) == set(IdentityAttribute)


def test_a_doubtful_identity_cannot_be_raised() -> None:
    with pytest.raises(Refused) as refused:
        require_transition(IdentityStatus.PROVISOIRE, IdentityStatus.QUALIFIEE, [IdentityAttribute.DOUTEUSE])
    assert refused.value.field == "identity_status"
    require_transition(IdentityStatus.QUALIFIEE, IdentityStatus.PROVISOIRE, [IdentityAttribute.DOUTEUSE])


def test_a_validated_identity_does_not_become_fetched() -> None:
    with pytest.raises(Refused):
        require_transition(IdentityStatus.VALIDEE, IdentityStatus.RECUPEREE)
