"""Plays the hands of all passages in the order of hours, with the rules, events and journal of the application.

One person's consecutive clicks are one transaction here rather than one each: the rows, the events, the history and
the journal's lines are the same, the policies are asked all the same, and a thousand transactions are spared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from osmose.accounts.models import User
from osmose.demo import deeds
from osmose.demo.boxes import Boxes
from osmose.demo.deeds import ADMISSIONS, JOBS, Deed, Hand
from osmose.demo.evening import Scene
from osmose.demo.identities import Identities
from osmose.demo.script import hands
from osmose.encounters import actions
from osmose.encounters.lifecycle import NOT_SAID, HandedOver
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Company
from osmose.encounters.models import Assignment, Encounter, Intervention, RequestKind, ServiceRequest, Tracking
from osmose.encounters.operations import (
    arrivals,
    continuing,
    interventions,
    participation,
    places,
    referents,
    requests,
    rows,
    tracking,
)
from osmose.encounters.operations.founding import BOX, PSYCHIATRY
from osmose.handover.actions import sign_note
from osmose.handover.rules import Recipient, Written
from osmose.kernel.access.actor import Actor, SystemActor
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions.deeds import registry
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Verb
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import CareUnit, UnitKind

# Under which deed of the application, hence policy and word of the journal, each of these passes.
_PASSES: Mapping[type[Deed], Callable[..., Encounter]] = {
    deeds.Track: actions.set_tracking,
    deeds.Ask: actions.set_request,
    deeds.Expect: actions.set_request,
    deeds.Begin: actions.start_intervention,
    deeds.Interrupt: actions.interrupt_intervention,
    deeds.Resume: actions.resume_intervention,
    deeds.Finish: actions.end_intervention,
    deeds.Remark: actions.note_request,
    deeds.Flag: actions.set_result,
    deeds.Install: actions.set_place,
    deeds.Charge: actions.assign,
}


@dataclass
class Stage:
    """The hospitals, their people, and how far the evening has gone; `now` is the hour of the demonstration."""

    now: datetime
    units: Mapping[str, CareUnit]
    users: Mapping[str, User]
    actors: Mapping[str, Actor]
    admissions: Mapping[str, Actor]
    kinds: Mapping[str, Mapping[str, RequestKind]]
    boxes: Boxes
    identities: Identities
    _numbers: int = 0
    _passages: dict[str, "_Passage"] = field(default_factory=dict)

    def play(self, scenes: list[Scene]) -> list[Encounter]:
        """All the passages at once, as the hours went by; the PECs in the order of the scenes."""
        self._passages = {scene.key: _Passage(self, scene) for scene in scenes}
        order = sorted(
            ((hand.at, key, number, hand) for key, passage in self._passages.items()
             for number, hand in enumerate(hands(passage.scene, self.now))),
            key=lambda turn: turn[:3],
        )  # fmt: skip
        for _, key, _, hand in order:
            self._passages[key].play(hand)
        return [passage.pec for passage in self._passages.values()]

    def pec(self, key: str) -> tuple[Encounter, datetime]:
        """The PEC of a passage that was played, as it is now, and the hour of its arrival."""
        played = self._passages[key].pec
        return Encounter.objects.select_related("patient").get(pk=played.pk), played.arrived_at

    def visit_number(self) -> str:
        self._numbers += 1
        return f"2600{self._numbers:05d}"


class _Passage:
    def __init__(self, stage: Stage, scene: Scene) -> None:
        self.stage, self.scene = stage, scene
        self.unit = stage.units[f"{scene.hospital}/SAU"]
        self.pec: Encounter
        # Nobody else plays: what was just written need not be read again.
        self.noted: Tracking | None = None
        self.asked: dict[str, ServiceRequest] = {}
        self.in_charge: dict[Referent, str] = {}
        self.interviews: dict[str, Intervention] = {}
        self.allowed: set[tuple[str, str]] = set()

    def play(self, hand: Hand) -> None:
        """One transaction: the PEC locked once, then each deed with its event and its line in the journal."""
        actor = self._actor(hand.by)
        if isinstance(hand.deeds[0], deeds.ALONE):
            self._alone(actor, hand.deeds[0])
            return
        with declared_transaction(actor_id=actor.id):
            row = rows.lock(self.pec)
            self._require_allowed(actor, row, hand)
            for deed in hand.deeds:
                self._do(actor, row, deed)
                self._journal(actor, row, deed)

    def _actor(self, by: str) -> Actor:
        if by == ADMISSIONS:
            return self.stage.admissions[self.scene.hospital]
        return SystemActor.named(JOBS) if by == JOBS else self.stage.actors[by]

    def _require_allowed(self, actor: Actor, row: Encounter, hand: Hand) -> None:
        """Asked once of each person and policy of a passage: in the demonstration, nobody loses what was given."""
        for policy in {_policy(deed) for deed in hand.deeds}:
            if (hand.by, policy.name) in self.allowed:
                continue
            if not policy.allows(actor, row, hand.at):
                raise RuntimeError(f"{actor.name} may not do this in passage {self.scene.key}.")
            self.allowed.add((hand.by, policy.name))

    def _journal(self, actor: Actor, row: Encounter, deed: Deed) -> None:
        passes, about = registry()[_name(deed)], row.event_subject()
        journal.append(
            actor=actor,
            verb=passes.verb or Verb.CHANGE,
            door=passes.name,
            policy=_policy(deed).name,
            subjects=[row.pk],
            persons=[about.person_id] if about.person_id else [],
        )

    def _alone(self, actor: Actor, deed: Deed) -> None:
        """What has a transaction of its own in the application too."""
        match deed:
            case deeds.Arrive():
                self._arrive(actor, deed.at)
            case deeds.Transfer(unit=key):
                self._transfer(actor, deed, self.stage.units[key])
            case deeds.Write(written=written, to=to):
                sign_note(actor=actor, encounter=self.pec, written=self._addressed(written, to), now=deed.at)
            case deeds.Leave(exit=leaving):
                actions.exit_encounter(
                    actor=actor,
                    encounter=self.pec,
                    mode=leaving.mode if leaving else None,
                    destination=leaving.destination if leaving else None,
                    orientation=leaving.orientation if leaving else None,
                    handed=self._handed(),
                    at=None,
                    now=deed.at,
                )
                self.stage.boxes.leave(self.scene.key)
            case deeds.Close():
                actions.close_encounter(actor=actor, encounter=self.pec, now=deed.at)

    def _addressed(self, written: Written, to: str) -> Written:
        unit = self.unit if to == "unit" else self.stage.units.get(to)
        return replace(written, to=(Recipient(unit_id=unit.pk),)) if unit else written

    def _handed(self) -> HandedOver:
        """A child leaves with whoever came along."""
        if not self.scene.case.person.is_minor:
            return NOT_SAID
        came = (noted.value for noted in self.scene.case.noted if isinstance(noted.value, Company))
        return HandedOver(to=next((company.by for company in came if company.by), "sa mère"))

    def _arrive(self, actor: Actor, at: datetime) -> None:
        case = self.scene.case
        with declared_transaction(actor_id=actor.id):
            establishment = self.unit.establishment
            patient = self.stage.identities.of(self.scene, actor=actor, establishment=establishment, now=at)
            arrival = arrivals.Arrival(
                care_unit=self.unit,
                patient=patient,
                arrived_at=at,
                motif=case.motif,
                arrival_mode=case.mode,
                location=self.stage.boxes.zone(self.unit, "NC" if case.unit != "SAU" else case.zone),
                visit_number=self.stage.visit_number(),
                is_automatic=True,
            )
            self.pec = arrivals.arrive(actor=actor, arrival=arrival, now=at)

    def _transfer(self, actor: Actor, deed: Deed, unit: CareUnit) -> None:
        """The new unit goes on with the patient; the one before keeps seeing them."""
        with declared_transaction(actor_id=actor.id):
            row = rows.lock(self.pec)
            if unit.kind == UnitKind.WARD:
                continuing.go_on(actor=actor, encounter=row, unit=unit, now=deed.at)
                still = Assignment.objects.filter(encounter=row, ends_at=None).values_list("role", flat=True)
                self.in_charge = {role: self.in_charge[role] for role in map(Referent, still)}
            else:
                participation.transfer_owner(actor=actor, encounter=row, unit=unit, at=deed.at, now=deed.at)
        self.unit = unit

    def _do(self, actor: Actor, row: Encounter, deed: Deed) -> None:
        match deed:
            case deeds.Track(at=at, field=name, value=value):
                self.noted = self.noted or tracking.noted(row)
                tracking.note_field(actor=actor, encounter=row, row=self.noted, field=name, value=value, at=at)
            case deeds.Ask():
                self._ask(actor, row, deed)
            case deeds.Remark(at=at, kind=kind, text=text):
                noted = requests.note(actor=actor, encounter=row, kind=self._kind(kind), text=text, now=at)
                self.asked[kind] = noted
            case deeds.Flag(at=at, kind=kind, result=result):
                told = requests.say_result(actor=actor, encounter=row, kind=self._kind(kind), flag=result, at=at)
                self.asked[kind] = told
            case deeds.Expect():
                self._expect(actor, row, deed)
            case deeds.Begin() | deeds.Interrupt() | deeds.Resume() | deeds.Finish():
                self._interview(actor, row, deed)
            case deeds.Install():
                self._install(actor, row, deed)
            case deeds.Charge():
                self._charge(actor, row, deed)

    def _charge(self, actor: Actor, row: Encounter, deed: deeds.Charge) -> None:
        if self.in_charge.get(deed.role) == deed.by:
            return
        current = referents.in_charge(row, deed.role) if deed.role in self.in_charge else None
        user = self.stage.users[deed.by]
        referents.put_in_charge(actor=actor, encounter=row, current=current, role=deed.role, user=user, at=deed.at)
        self.in_charge[deed.role] = deed.by

    def _kind(self, code: str) -> RequestKind:
        return self.stage.kinds[self.scene.hospital][code]

    def _ask(self, actor: Actor, row: Encounter, ask: deeds.Ask) -> None:
        current = self.asked.get(ask.kind)
        if current is not None:
            if current.status == ask.status:
                return
            current.encounter = row
        wanted = requests.Wanted(self._kind(ask.kind), ask.status, self.stage.units.get(ask.team))
        self.asked[ask.kind] = requests.change(
            actor=actor, encounter=row, current=current, wanted=wanted, at=ask.at, now=ask.at
        )

    def _expect(self, actor: Actor, row: Encounter, deed: deeds.Expect) -> None:
        current, at = self.asked.get(deed.kind), deed.at
        if current is not None:
            current.encounter = row
        expected = at + timedelta(minutes=deed.minutes)
        wanted = requests.Wanted(self._kind(deed.kind), deed.status, None, expected, deed.reason)
        self.asked[deed.kind] = requests.change(
            actor=actor, encounter=row, current=current, wanted=wanted, at=at, now=at
        )

    def _interview(self, actor: Actor, row: Encounter, deed: Deed) -> None:
        """Each of them has their own interview; the request follows."""
        request = self.asked[PSYCHIATRY]
        request.encounter = row
        if isinstance(deed, deeds.Begin):
            user = self.stage.users[deed.by]
            self.interviews[deed.by] = interventions.start(
                actor=actor, encounter=row, request=request, professional=user, at=deed.at
            )
            return
        held = self.interviews[deed.by]
        held.request = request
        match deed:
            case deeds.Interrupt(reason=reason, minutes=minutes):
                back = deed.at + timedelta(minutes=minutes) if minutes else None
                interventions.interrupt(actor=actor, intervention=held, reason=reason, expected_at=back, at=deed.at)
            case deeds.Resume():
                interventions.resume(actor=actor, intervention=held, at=deed.at)
            case deeds.Finish(conclusion=conclusion):
                interventions.end(actor=actor, intervention=held, conclusion=conclusion, at=deed.at)

    def _install(self, actor: Actor, row: Encounter, deed: deeds.Install) -> None:
        """To the zone and box, where it is a change; without any free box, the request goes on waiting."""
        zone, box = self.stage.boxes.zone(self.unit, deed.zone), None
        if deed.box:
            box = self.stage.boxes.take(self.scene.key, self.unit, deed.box, shares=bool(deed.shares))
        else:
            self.stage.boxes.leave(self.scene.key)
        if deed.is_given:
            self._ask(actor, row, deeds.Ask(deed.at, deed.by, BOX, "given" if box else "asked"))
        current = places.current_movement(row)
        if current is not None and (current.location, current.box) == (zone, box):
            return
        if box is not None:
            places.require_box(encounter=row, box=box, reason=deed.shares)
        places.move(actor=actor, encounter=row, location=zone, box=box, at=deed.at, reason=deed.shares if box else "")


def _name(deed: Deed) -> str:
    passes = _PASSES[type(deed)]
    return f"{passes.__module__.removeprefix('osmose.')}.{passes.__name__}"


def _policy(deed: Deed) -> Policy[Encounter]:
    policy = registry()[_name(deed)].may
    if policy is None:
        raise RuntimeError(f"{_name(deed)} is nobody's to do.")
    return policy
