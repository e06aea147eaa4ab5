"""Bytes to `Adt`: the message as a whole, its header and its demands by event."""

from datetime import datetime

from osmose.interop.hl7.mapping import EVENTS, SUPPORTED_PROCESSING, SUPPORTED_VERSIONS, EventRule, MovementAction
from osmose.interop.hl7.messages.adt import Adt, FunctionalUnit, Location, Movement, PmsiModes, RawSegment, Visit
from osmose.interop.hl7.messages.identity import read_identifier, read_identifiers, read_identity
from osmose.interop.hl7.messages.problem import AckCode, ErrorCode, Hl7Problem, malformed, missing, unknown_value
from osmose.interop.hl7.messages.segments import Segment, segments
from osmose.interop.hl7.messages.values import instant
from osmose.interop.hl7.messages.wire import Header, decode
from osmose.kernel.base.text import clean

_ONCE = ("MSH", "EVN", "PID", "PV1", "PV2", "MRG", "ZBE", "ZFM")
_READ_Z = ("ZBE", "ZFM")


def parse(raw: bytes) -> Adt:
    """One ADT message, typed.

    Hl7Problem, and nothing else: not a message, wrong character set, message type (200), event (201), processing
    (202) or version (203) that we don't treat, a required field missing (101), a date or name that can't be read
    (102), a code out of its table (103), a segment repeated (100).
    """
    text, header = decode(raw)
    found = segments(text, header)
    by_name = _once_each(found, header)
    msh = by_name["MSH"]
    event, rule = _event(msh, by_name["EVN"])
    if "PID" not in {segment.name for segment in found}:
        raise missing("PID", None, "Le segment d’identité du patient manque")
    patient, warnings = read_identity(by_name["PID"])
    adt = Adt(
        control_id=_required(msh, 10, "L’identifiant du message manque"),
        sending_application=msh.value(3),
        sending_facility=msh.value(4),
        receiving_application=msh.value(5),
        receiving_facility=msh.value(6),
        event=event,
        sent_at=_required_instant(msh, 7, "La date d’envoi du message"),
        recorded_at=_instant(by_name["EVN"], 2, "La date d’enregistrement"),
        event_at=_instant(by_name["EVN"], 6, "La date de l’événement"),
        processing_id=msh.value(11),
        version=msh.value(12),
        charset=header.codec,
        patient=patient,
        visit=_visit(by_name["PV1"], by_name["PV2"]),
        movement=_movement(by_name["ZBE"]) if by_name["ZBE"].text else None,
        modes=PmsiModes(**{name: by_name["ZFM"].value(at) for at, name in enumerate(_MODES, 1)}),
        prior_identifiers=tuple(read_identifiers(by_name["MRG"], 1)),
        z_segments=tuple(
            RawSegment(name=segment.name, text=segment.text)
            for segment in found
            if segment.name.startswith("Z") and segment.name not in _READ_Z
        ),
        warnings=warnings,
    )
    _require(adt, rule)
    return adt


_MODES = ("entry", "exit", "provenance", "destination")


def _once_each(found: list[Segment], header: Header) -> dict[str, Segment]:
    """The segments we read, an empty one for each that is absent."""
    by_name = {name: Segment(name, "", header) for name in _ONCE}
    for segment in found:
        if segment.name not in by_name:
            continue
        if by_name[segment.name].text:
            raise Hl7Problem(
                f"Le segment {segment.name} est répété\u202f: un message ne concerne qu’un patient et un mouvement.",
                segment=segment.name,
                table_code=ErrorCode.SEGMENT_SEQUENCE,
            )
        by_name[segment.name] = segment
    return by_name


def _event(msh: Segment, evn: Segment) -> tuple[str, EventRule]:
    """The event and its rule, once type, version and processing are known to be ours."""
    if msh.value(9) != "ADT":
        raise _rejected("Ce type de message n’est pas pris en charge", 9, ErrorCode.UNSUPPORTED_MESSAGE_TYPE)
    if msh.value(12) not in SUPPORTED_VERSIONS:
        raise _rejected("Cette version de HL7 n’est pas prise en charge", 12, ErrorCode.UNSUPPORTED_VERSION)
    if msh.value(11) not in SUPPORTED_PROCESSING:
        raise _rejected("Ce mode de traitement n’est pas pris en charge", 11, ErrorCode.UNSUPPORTED_PROCESSING_ID)
    event = msh.value(9, 2) or evn.value(1)
    if event not in EVENTS:
        named = event if len(event) == 3 and event.isascii() and event.isalnum() else "illisible"
        raise Hl7Problem(
            f"Événement non pris en charge\u202f: {named}",
            segment="MSH",
            position=9,
            table_code=ErrorCode.UNSUPPORTED_EVENT_CODE,
            ack=AckCode.REJECT,
        )
    return event, EVENTS[event]


def _rejected(what: str, position: int, code: ErrorCode) -> Hl7Problem:
    return Hl7Problem(
        f"{what} (MSH-{position}).", segment="MSH", position=position, table_code=code, ack=AckCode.REJECT
    )


def _require(adt: Adt, rule: EventRule) -> None:
    """What the event can't do without."""
    visit, movement = adt.visit, adt.movement
    if rule.needs_visit and visit.number is None:
        raise missing("PV1", 19, "Le numéro de venue manque")
    if rule.needs_location and not (visit.location and visit.location.unit):
        raise missing("PV1", 3, "La localisation manque")
    if rule.needs_movement and movement is None:
        raise missing("ZBE", None, "Le segment de mouvement manque")
    if rule.needs_prior and not adt.prior_identifiers:
        raise missing("MRG", 1, "L’identifiant du dossier absorbé manque")
    if movement and rule.action and movement.action is not rule.action:
        raise unknown_value("ZBE", 4, "L’action du mouvement contredit l’événement")


def _required(segment: Segment, position: int, sentence: str) -> str:
    value = segment.value(position)
    if not value:
        raise missing(segment.name, position, sentence)
    if len(value) > 199:
        raise malformed(segment.name, position, "Cette valeur est trop longue")
    return value


def _instant(segment: Segment, position: int, what: str) -> datetime | None:
    value = segment.value(position)
    if not value:
        return None
    try:
        return instant(value)
    except ValueError:
        raise malformed(segment.name, position, f"{what} est illisible\u202f: AAAAMMJJHHMM est attendu") from None


def _required_instant(segment: Segment, position: int, what: str) -> datetime:
    read = _instant(segment, position, what)
    if read is None:
        raise missing(segment.name, position, f"{what} manque")
    return read


def _visit(pv1: Segment, pv2: Segment) -> Visit:
    return Visit(
        number=read_identifier(pv1.item(19)),
        patient_class=pv1.value(2),
        location=_location(pv1, 3),
        prior_location=_location(pv1, 6),
        discharge_disposition=pv1.value(36),
        account_status=pv1.value(41),
        admitted_at=_instant(pv1, 44, "La date d’entrée"),
        discharged_at=_instant(pv1, 45, "La date de sortie"),
        arrival_transport=pv2.value(38),
    )


def _location(pv1: Segment, position: int) -> Location | None:
    item = pv1.item(position)
    unit, room, bed, facility = (item.component(number) for number in (1, 2, 3, 4))
    if not (unit or room or bed):
        return None
    return Location(unit=unit, room=room, bed=bed, facility=facility)


def _movement(zbe: Segment) -> Movement:
    action = zbe.value(4)
    if action not in {known.value for known in MovementAction}:
        raise unknown_value("ZBE", 4, "L’action du mouvement n’est ni INSERT, ni UPDATE, ni CANCEL")
    return Movement(
        id=_required(zbe, 1, "L’identifiant du mouvement manque"),
        namespace=zbe.value(1, 2),
        start=_required_instant(zbe, 2, "Le début du mouvement"),
        end=_instant(zbe, 3, "La fin du mouvement"),
        action=MovementAction(action),
        is_historic=zbe.value(5) == "Y",
        original_event=zbe.value(6),
        medical_unit=_functional_unit(zbe, 7),
        care_unit=_functional_unit(zbe, 8),
        nature=clean(zbe.value(9)),
    )


def _functional_unit(zbe: Segment, position: int) -> FunctionalUnit | None:
    """XON: the code is component 10; before v2.5 it was component 3, and some senders only give the name."""
    item = zbe.item(position)
    label = item.component(1)
    code = item.component(10) or item.component(3) or label
    return FunctionalUnit(code=code, label=label, namespace=item.component(6)) if code else None
