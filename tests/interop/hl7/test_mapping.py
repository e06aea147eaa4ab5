"""The tables agree with each other and with their standards."""

from osmose.interop.hl7 import ack, mapping
from osmose.interop.hl7.messages import ErrorCode
from osmose.patients.rules.ins import LABELS

TABLE_0445 = {
    *("VIDE", "PROV", "VALI", "DOUB", "DESA", "DPOT", "DOUA", "COLP", "COLV", "FILI", "CACH"),
    *("ANOM", "IDVER", "RECD", "IDRA", "USUR", "HOMD", "HOMA", "INVA", "FICT", "DOUT"),
}


def test_every_code_of_table_0445_is_known() -> None:
    known = mapping.RELIABILITY.keys() | mapping.ATTRIBUTES.keys() | mapping.OTHER_RELIABILITY | mapping.PROTECTED
    assert known == TABLE_0445


def test_every_error_code_has_its_text() -> None:
    assert set(ack.ERROR_TEXTS) == set(ErrorCode)


def test_every_event_of_the_first_journey_is_treated() -> None:
    assert set(mapping.EVENTS) == {"A02", "A03", "A04", "A08", "A11", "A13", "A31", "A40", "Z99"}


def test_the_authorities_of_the_ins_are_those_of_the_rules() -> None:
    assert set(LABELS) == mapping.INS_OIDS


def test_modes_are_rpu_codes() -> None:
    assert set(mapping.TRANSPORT.values()) - {None} <= {"PERSO", "AMBU", "VSAB", "SMUR", "HELI", "FO"}
    assert set(mapping.ENTRY_MODES.values()) == {"6", "7", "8"}
    assert set(mapping.EXIT_MODES.values()) == {"6", "7", "8", "9"}
