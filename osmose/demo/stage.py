"""Plays one passage, deed after deed, through the application's own actions at the hours when they happened."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from osmose.demo.boxes import Boxes
from osmose.demo.cases import Case, Note, Step, french
from osmose.demo.evening import Scene
from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.encounters.operations import arrivals, participation, places, rows
from osmose.encounters.operations.founding import BIOLOGY, BOX, IMAGING, PSYCHIATRY
from osmose.handover.actions import sign_note
from osmose.kernel.access.actor import Actor
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit
from osmose.patients import operations as patients
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityAttribute, IdentityStatus, Sex, Traits, ins_key
from osmose.patients.rules.ins import DEMO_OID
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing

_COMMUNES = ("66136", "66137", "66171", "11262", "11069", "34172", "34032", "31555", "09122")
# Who does what, by unit: accounts of the demonstration.
_NURSES = {
    "perpignan/SAU": ("agent1", "agent3"),
    "perpignan/PED": ("agent5",),
    "perpignan/UHCD": ("agent7",),
    "narbonne/SAU": ("agent15",),
    "thuir/EMP": ("agent9", "agent11"),
    "thuir/PSYLI": ("agent13",),
}
_DOCTORS = {
    "perpignan/SAU": "agent2",
    "perpignan/PED": "agent6",
    "perpignan/UHCD": "agent8",
    "narbonne/SAU": "agent15",
    "thuir/EMP": "agent14",
    "thuir/PSYLI": "agent10",
}
_STATES = {
    "box_demande": (BOX, "asked"),
    "bio_demandee": (BIOLOGY, "asked"),
    "bio_prelevee": (BIOLOGY, "running"),
    "bio_resultat": (BIOLOGY, "done"),
    "imagerie_demandee": (IMAGING, "asked"),
    "imagerie_en_cours": (IMAGING, "running"),
    "imagerie_realisee": (IMAGING, "done"),
    "avis_psy_demande": (PSYCHIATRY, "asked"),
    "psy_debut": (PSYCHIATRY, "running"),
    "psy_interruption": (PSYCHIATRY, "paused"),
    "psy_reprise": (PSYCHIATRY, "running"),
    "psy_fin": (PSYCHIATRY, "done"),
}
_MEDICAL = frozenset({"bio_demandee", "imagerie_demandee", "avis_psy_demande"})
_PLACES = frozenset({"installation", "box_attribue"})
_SOON = timedelta(minutes=45)


@dataclass
class Stage:
    """The hospitals, their people at this instant, and the boxes; `now` is the hour of the demonstration."""

    now: datetime
    units: Mapping[str, CareUnit]
    actors: Mapping[str, Actor]
    boxes: Boxes
    dice: random.Random
    admissions: Mapping[str, Actor]
    _numbers: int = 0

    def play(self, scene: Scene) -> Encounter:
        """The whole passage of one patient."""
        return _Passage(self, scene).play()

    def number(self) -> int:
        """The next number of a patient and of the visit."""
        self._numbers += 1
        return self._numbers


class _Passage:
    def __init__(self, stage: Stage, scene: Scene) -> None:
        self.stage, self.scene, self.case = stage, scene, scene.case
        self.unit = stage.units[f"{scene.hospital}/{scene.case.unit}"]
        self.key = f"{scene.hospital}/{scene.case.unit}"
        team = "PSYLI" if scene.case.unit == "PED" or self._goes_to_ward() else "EMP"
        self.team_key = f"thuir/{team}" if scene.hospital == "perpignan" else self.key
        self.nurse = stage.dice.choice(_NURSES[self.key])
        self.psychiatric_nurse = stage.dice.choice(_NURSES[self.team_key])
        self.pec: Encounter

    def _goes_to_ward(self) -> bool:
        return any(step.kind == "installation" and step.detail == "UHCD" for step in self.case.steps)

    def at(self, minute: int) -> datetime:
        return self.stage.now - timedelta(minutes=self.scene.minutes - minute)

    def actor(self, account: str) -> Actor:
        return self.stage.actors[account]

    def play(self) -> Encounter:
        self._arrive()
        deeds: list[tuple[int, int, Callable[[], None]]] = []
        for step in self.scene.steps:
            deeds.append((step.t, len(deeds), lambda step=step: self._step(step)))  # type: ignore[misc]
        for note in self.scene.notes:
            deeds.append((note.t, len(deeds), lambda note=note: self._note(note)))  # type: ignore[misc]
        for _, _, deed in sorted(deeds, key=lambda d: d[:2]):
            deed()
        if self.scene.is_closed and (left := self.case.exit_minute) is not None:
            closed = min(self.stage.now, self.at(left) + _SOON)
            actions.close_encounter(actor=self.actor(self.nurse), encounter=self.pec, now=closed)
        return self.pec

    def _arrive(self) -> None:
        arrived_at, admissions = self.at(0), self.stage.admissions[self.scene.hospital]
        with declared_transaction(actor_id=admissions.id):
            patient = _register(self.stage, self.scene, admissions, self.unit, arrived_at)
            arrival = arrivals.Arrival(
                care_unit=self.unit,
                patient=patient,
                arrived_at=arrived_at,
                motif=self.case.motif,
                arrival_mode=self.case.mode,
                location=self.stage.boxes.zone(self.unit, self.case.zone),
                visit_number=f"2600{self.stage.number():05d}",
                is_automatic=True,
            )
            self.pec = arrivals.arrive(actor=admissions, arrival=arrival, now=arrived_at)

    def _step(self, step: Step) -> None:
        at = self.at(step.t)
        if step.kind in _PLACES:
            self._install(step, at)
        elif step.kind in _STATES:
            self._request(step, at)
        elif step.kind == "sortie":
            mode = self.case.exit_mode
            actions.exit_encounter(actor=self.actor(self.nurse), encounter=self.pec, mode=mode, at=None, now=at)
        elif step.kind == "decision" and step.detail:
            self._sign(self._doctor(step.t), french(f"Décision : {step.detail}."), at)

    def _request(self, step: Step, at: datetime) -> None:
        kind, status = _STATES[step.kind]
        self._ask(kind, status, self._who(step.kind), at)
        if step.kind == "psy_interruption" and step.detail:
            self._write_beside(kind, french(step.detail), self.psychiatric_nurse, at)
        if status == "done" and (text := self.case.request_notes.get(kind)):
            self._write_beside(kind, text, self.nurse, at)

    def _who(self, kind: str) -> str:
        if kind in _MEDICAL:
            return _DOCTORS[self.key]
        return self.psychiatric_nurse if kind.startswith("psy_") else self.nurse

    def _ask(self, kind: str, status: str, account: str, at: datetime) -> None:
        is_addressed = kind == PSYCHIATRY and status == "asked" and self.scene.hospital == "perpignan"
        actions.set_request(
            actor=self.actor(account),
            encounter=self.pec,
            kind=kind,
            status=status,
            unit=self.stage.units[self.team_key] if is_addressed else None,
            revision=None,
            now=at,
        )

    def _write_beside(self, kind: str, text: str, account: str, at: datetime) -> None:
        actions.note_request(actor=self.actor(account), encounter=self.pec, kind=kind, text=text, revision=None, now=at)

    def _install(self, step: Step, at: datetime) -> None:
        is_given = step.kind == "box_attribue"
        if step.detail == "UHCD":
            self._transfer(at)
        zone = self.stage.boxes.zone(self.unit, self.case.zone if is_given else step.detail)
        wants_box = is_given or step.detail in ("Déchocage", "UHCD")
        box = self.stage.boxes.take(self.unit, step.detail, at, self._place_ends(step)) if wants_box else None
        if is_given:
            self._say_of_box("given" if box else "asked", at)
        place = places.place_code(zone, box)
        current = places.current_movement(self.pec)
        if current is None or places.place_code(current.location, current.box) != place:
            actions.set_place(actor=self.actor(self.nurse), encounter=self.pec, place=place, revision=None, now=at)

    def _say_of_box(self, status: str, at: datetime) -> None:
        """All boxes taken: the request goes on waiting."""
        try:
            self._ask(BOX, status, self.nurse, at)
        except actions.Unchanged:
            return

    def _place_ends(self, step: Step) -> datetime:
        later = [s.t for s in self.scene.steps if s.t > step.t and (s.kind in _PLACES or s.kind == "sortie")]
        return self.at(min(later)) if later else self.stage.now + timedelta(days=365)

    def _transfer(self, at: datetime) -> None:
        """The short-stay unit goes on with the patient, and its staff with the clicks."""
        actor = self.actor(_DOCTORS[self.key])
        self.key = f"{self.scene.hospital}/UHCD"
        self.unit = self.stage.units[self.key]
        with declared_transaction(actor_id=actor.id):
            row = rows.lock(self.pec)
            participation.transfer_owner(actor=actor, encounter=row, unit=self.unit, at=at, now=at)
        self.nurse = self.stage.dice.choice(_NURSES[self.key])

    def _doctor(self, minute: int) -> str:
        """Who decides: the psychiatrist once the interview is over."""
        has_ended = any(s.kind == "psy_fin" and s.t <= minute for s in self.scene.steps)
        return _DOCTORS[self.team_key if has_ended else self.key]

    def _note(self, note: Note) -> None:
        if note.team == "EMP":
            account = _DOCTORS[self.team_key] if note.role == "Psychiatre" else self.psychiatric_nurse
        elif note.role == "Aide-soignant":
            account = "agent4"
        else:
            account = _DOCTORS[self.key] if note.role == "Pédiatre" else self.nurse
        self._sign(account, note.text, self.at(note.t))

    def _sign(self, account: str, text: str, at: datetime) -> None:
        sign_note(actor=self.actor(account), encounter=self.pec, text=text, now=at)


def _register(stage: Stage, scene: Scene, actor: Actor, unit: CareUnit, now: datetime) -> Patient:
    case, establishment, number = scene.case, unit.establishment, stage.number()
    ipp = Identifier(kind=IdentifierKind.IPP, value=f"90{number:06d}", authority=establishment.namespace)
    if case.age is None:
        return patients.register_unknown(
            actor=actor,
            establishment=establishment,
            sex=case.sex,
            estimated_age=case.estimated_age,
            distinctive_signs="Tatouage d’hirondelle au poignet droit, parka grise",
            identifiers=[ipp],
            now=now,
        )
    born = _birth_date(case, stage)
    commune = stage.dice.choice(_COMMUNES)
    numbers = [ipp]
    if case.status is IdentityStatus.QUALIFIEE:
        numbers.append(_matricule(case, born, number))
    attributes = frozenset({IdentityAttribute.HOMONYME}) if scene.is_homonym else frozenset()
    return patients.register(
        actor=actor,
        establishment=establishment,
        traits=Traits(
            birth_name=case.birth_name,
            used_name=case.used_name,
            first_name=case.first_name,
            birth_first_names=case.first_name,
            birth_date=born,
            sex=case.sex,
            birth_place=commune,
        ),
        identifiers=numbers,
        standing=Standing(status=case.status, attributes=attributes, is_protected=scene.is_protected),
        now=now,
    )


def _birth_date(case: Case, stage: Stage) -> date:
    """Some day that makes the patient that old at any hour of the evening."""
    today = clock.paris(stage.now).date()
    year = today.year - (case.age or 0)
    if case.age == 0:
        return today - timedelta(days=stage.dice.randrange(90, 160))
    anniversary = date(year, today.month, min(today.day, 28))
    return anniversary - timedelta(days=stage.dice.randrange(3, 360))


def _matricule(case: Case, born: date, number: int) -> Identifier:
    """A matricule of the demonstration's authority, of a commune that doesn't exist: nobody's."""
    sex = 1 if case.sex is Sex.MALE else 2
    root = f"{sex}{born:%y%m}66999{number:03d}"
    return Identifier(kind=IdentifierKind.INS, value=root + ins_key(root), oid=DEMO_OID)
