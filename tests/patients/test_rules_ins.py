"""The matricule INS: shape, key, authorities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osmose.kernel.base.refused import Refused
from osmose.patients.rules import check_ins, ins_key, normalise_ins
from osmose.patients.rules.ins import DEMO_OID, NIA_OID, NIR_OID, TEST_OID

ROOTS = st.from_regex(r"\A[1-8][0-9]{4}([0-9]{2}|2[AB])[0-9]{6}\Z")


def test_the_official_test_patient_has_key_89() -> None:
    assert ins_key("2790351215189") == "89"


@pytest.mark.parametrize(("department", "equivalent", "subtracted"), [("2A", "19", 1_000_000), ("2B", "18", 2_000_000)])
def test_a_birth_in_corsica_counts_as_19_or_18(department: str, equivalent: str, subtracted: int) -> None:
    root = f"25307{department}073004"
    assert ins_key(root) == ins_key(f"25307{equivalent}073004")
    with_zero = int(f"25307{department[0]}0073004")
    assert ins_key(root) == f"{97 - (with_zero - subtracted) % 97:02d}"


def test_a_birth_abroad_is_accepted() -> None:
    assert check_ins("2 95 10 99 126 111 93").matricule == "295109912611193"


def test_separators_and_small_letters_are_forgiven() -> None:
    assert normalise_ins("2 53 07 2b 073\u00a0004.70") == "253072B07300470"
    assert check_ins("2 53 07 2b 073 004 70").matricule == "253072B07300470"


@pytest.mark.parametrize("oid", [NIR_OID, NIA_OID])
def test_a_wrong_key_is_refused_under_a_real_authority(oid: str) -> None:
    with pytest.raises(Refused) as refused:
        check_ins("295109912611199", oid)
    assert refused.value.field == "ins"
    assert refused.value.code == "ins_key"
    assert "295109912611199" not in refused.value.sentence


@pytest.mark.parametrize("oid", [TEST_OID, DEMO_OID])
def test_a_wrong_key_is_only_a_warning_under_a_test_authority(oid: str) -> None:
    checked = check_ins("276037510669380", oid)
    assert checked.matricule == "276037510669380"
    assert checked.warning


@pytest.mark.parametrize("typed", ["", "123", "2951099126111", "29510991261119A", "<script>", "٢٩٥١٠٩٩١٢٦١١١٩٣"])
def test_another_shape_is_refused_even_under_a_test_authority(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        check_ins(typed, TEST_OID)
    assert refused.value.code == "ins_shape"


def test_an_unknown_authority_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check_ins("279035121518989", "1.2.3")
    assert refused.value.code == "ins_authority"


def test_a_checked_matricule_is_never_quoted_by_its_repr() -> None:
    assert "2790351" not in repr(check_ins("279035121518989"))


@given(ROOTS)
def test_a_computed_key_is_always_accepted(root: str) -> None:
    assert check_ins(root + ins_key(root)).warning is None


@given(ROOTS, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_figure_is_always_noticed(root: str, at: int, added: int) -> None:
    if not root[at].isdigit() or (at in (5, 6) and not root[5:7].isdigit()):
        return
    changed = root[:at] + str((int(root[at]) + added) % 10) + root[at + 1 :]
    if changed[0] in "09":
        return
    with pytest.raises(Refused):
        check_ins(changed + ins_key(root))
