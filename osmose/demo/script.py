"""From a scene to what each person did at which hour: pure, the same for the same scene and the same `now`."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from osmose.demo import deeds
from osmose.demo.case import Note, Noted, Step, french
from osmose.demo.deeds import ADMISSIONS, ALONE, JOBS, Deed, Hand
from osmose.demo.evening import SEED, Scene
from osmose.demo.outlooks import SHORT_STAY, decided
from osmose.demo.safety import NOTED, at_the_hour
from osmose.encounters.lifecycle import ResultFlag
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.lifecycle.tracking import Alcohol, Concern, Tracked
from osmose.encounters.operations.founding import BED, BIOLOGY, BOX, IMAGING, PSYCHIATRY, SOMATIC, TRANSPORT
from osmose.handover.rules import Written
from osmose.kernel.base import french as hours

# Who does what, by unit: accounts of the demonstration.
NURSES: Mapping[str, tuple[str, ...]] = {
    "perpignan/SAU": ("agent1", "agent3"),
    "perpignan/PED": ("agent5",),
    "perpignan/UHCD": ("agent7",),
    "narbonne/SAU": ("agent15",),
    "thuir/EMP": ("agent9", "agent11"),
    "thuir/PSYLI": ("agent13",),
}
DOCTORS: Mapping[str, str] = {
    "perpignan/SAU": "agent2",
    "perpignan/PED": "agent6",
    "perpignan/UHCD": "agent8",
    "narbonne/SAU": "agent15",
    "thuir/EMP": "agent14",
    "thuir/PSYLI": "agent10",
}
AIDE = "agent4"
STATES: Mapping[str, tuple[str, str]] = {
    "box_demande": (BOX, "asked"),
    "bio_demandee": (BIOLOGY, "asked"),
    "bio_prelevee": (BIOLOGY, "running"),
    "bio_refusee": (BIOLOGY, "refused"),
    "bio_resultat": (BIOLOGY, "available"),
    "bio_vue": (BIOLOGY, "seen"),
    "imagerie_demandee": (IMAGING, "asked"),
    "imagerie_en_cours": (IMAGING, "running"),
    "imagerie_realisee": (IMAGING, "done"),
    "imagerie_resultat": (IMAGING, "available"),
    "imagerie_vue": (IMAGING, "seen"),
    "avis_psy_demande": (PSYCHIATRY, "asked"),
    "lit_demande": (BED, "asked"),
    "lit_obtenu": (BED, "given"),
    "transport_demande": (TRANSPORT, "asked"),
    "transport_parti": (TRANSPORT, "left"),
    "soma_demandee": (SOMATIC, "asked"),
    "soma_en_cours": (SOMATIC, "running"),
    "soma_faite": (SOMATIC, "done"),
}
# A state with an hour: « 38 psy_promise 45 Entretien au CMP », the minutes after it first.
EXPECTED: Mapping[str, tuple[str, str]] = {
    "psy_promise": (PSYCHIATRY, "acknowledged"),
    "psy_differee": (PSYCHIATRY, "deferred"),
    "soma_reserves": (SOMATIC, "done"),
}
INTERVIEWS = frozenset({"psy_debut", "psy_renfort", "psy_interruption", "psy_reprise", "psy_fin"})
_MEDICAL = frozenset(
    {
        *("soma_demandee", "soma_en_cours", "soma_faite"),
        "bio_demandee",
        "imagerie_demandee",
        "avis_psy_demande",
        "bio_vue",
        "imagerie_vue",
    }
)
_BEDS = frozenset({"Déchocage", "UHCD"})
# The common desk sends a child on within minutes; what one person does meanwhile is one hand.
_TO_PAEDIATRICS, _ONE_HAND = 2, timedelta(minutes=6)


def hands(scene: Scene, now: datetime) -> list[Hand]:
    """What was done in the passage, in order of hours, by whom: consecutive deeds of one person are one hand."""
    done = sorted(_Script(scene, now).told(), key=lambda deed: deed.at)
    found: list[Hand] = []
    for by, together in groupby(done, key=lambda deed: deed.by):
        pending: list[Deed] = []
        for deed in together:
            is_apart = bool(pending) and (
                isinstance(deed, ALONE) or isinstance(pending[-1], ALONE) or deed.at - pending[0].at > _ONE_HAND
            )
            if is_apart:
                found.append(Hand(pending[0].at, by, tuple(pending)))
                pending = []
            pending.append(deed)
        found.append(Hand(pending[0].at, by, tuple(pending)))
    return found


class _Script:
    """One scene, and who was at work."""

    def __init__(self, scene: Scene, now: datetime) -> None:
        self.scene, self.case, self.now = scene, scene.case, now
        self.dice = random.Random(f"{SEED}:{scene.key}")  # noqa: S311 - the same evening every time, no secret
        self.stays = list(self._stays())
        self.team = self._team()
        self.psychiatric_nurse = self.dice.choice(NURSES[self.team])

    def _stays(self) -> Iterator[tuple[int, str, str]]:
        """From which minute in which unit, under which nurse."""
        desk = f"{self.scene.hospital}/SAU"
        yield 0, desk, self.dice.choice(NURSES[desk])
        if self.case.unit != "SAU":
            unit = f"{self.scene.hospital}/{self.case.unit}"
            yield _TO_PAEDIATRICS, unit, self.dice.choice(NURSES[unit])
        for step in self.scene.steps:
            if step.kind == "installation" and step.detail == "UHCD":
                unit = f"{self.scene.hospital}/UHCD"
                yield step.t, unit, self.dice.choice(NURSES[unit])

    def _team(self) -> str:
        """Liaison psychiatry for children and the short-stay unit, the mobile team for the SAU."""
        if self.scene.hospital != "perpignan":
            return self.stays[0][1]
        return "thuir/EMP" if len(self.stays) == 1 else "thuir/PSYLI"

    def _unit(self, t: int) -> str:
        return next(unit for since, unit, _ in reversed(self.stays) if since <= t)

    def _nurse(self, t: int) -> str:
        return next(nurse for since, _, nurse in reversed(self.stays) if since <= t)

    def _doctor(self, t: int) -> str:
        return DOCTORS[self._unit(t)]

    def at(self, t: int) -> datetime:
        return self.now - timedelta(minutes=self.scene.minutes - t)

    def told(self) -> Iterator[Deed]:
        """In no order but that of what happens at the same minute."""
        yield deeds.Arrive(self.at(0), ADMISSIONS)
        for (_, _, before), (since, unit, _) in zip(self.stays, self.stays[1:], strict=False):
            by = before if since == _TO_PAEDIATRICS else self._doctor(since - 1)
            if since != _TO_PAEDIATRICS:
                yield deeds.Track(self.at(since - 4), by, "decision", SHORT_STAY)
            yield deeds.Transfer(self.at(since), by, unit)
            if since == _TO_PAEDIATRICS:
                yield deeds.Install(self.at(since), self._nurse(since), self.case.zone)
        for noted in (*self.case.noted, *NOTED.get(self.scene.key, ())):
            if noted.t <= self.scene.minutes:
                yield self._track(noted)
        for step in self.scene.steps:
            yield from self._step(step)
        for note in self.case.notes:
            if note.t <= min(self.scene.minutes, self._exit_minute()):
                yield self._write(note)
        if (after := self.scene.closed_after) is not None:
            closed = self.at(self.case.exit_minute + after)
            yield deeds.Close(closed, JOBS if self.scene.is_closed_by_itself else self._nurse(self._exit_minute()))

    def _exit_minute(self) -> int:
        return self.case.exit_minute if self.scene.has_exited else self.scene.minutes

    def _track(self, noted: Noted) -> deeds.Track:
        at, value = self.at(noted.t), noted.value
        calmed = isinstance(value, Concern) and not value.is_set
        by = self.psychiatric_nurse if calmed else self._nurse(noted.t)
        return deeds.Track(at, by, noted.field, _dated(value, at))

    def _write(self, note: Note) -> deeds.Write:
        by = {
            "IDE": self._nurse(note.t),
            "AS": AIDE,
            "MED": self._doctor(note.t),
            "PSY": self.psychiatric_nurse,
            "PSYCHIATRE": DOCTORS[self.team],
        }[note.by]
        at = self.at(note.t)
        written = Written(
            kind=note.kind,
            text=note.text,
            focus=note.focus,
            parts=dict(note.parts),
            stage=note.stage,
            is_urgent=note.kind == "saed",
            for_unit=note.is_confidential,
            answer_by=at + timedelta(minutes=note.answer_minutes) if note.answer_minutes else None,
        )
        return deeds.Write(at, by, written, to=self.team if note.to == "team" else note.to)

    def _step(self, step: Step) -> Iterator[Deed]:
        at, nurse = self.at(step.t), self._nurse(step.t)
        if step.kind in STATES:
            yield from self._request(step, at)
        elif step.kind in EXPECTED:
            yield from self._expect(step, at)
        elif step.kind in INTERVIEWS:
            yield from self._interview(step, at)
        elif step.kind == "installation":
            box = step.detail if step.detail in _BEDS else ""
            zone = self.case.zone if step.detail == "Déchocage" else step.detail
            yield deeds.Install(at, nurse, zone, box)
            yield from self._charge(at, nurse, Referent.NURSE)
        elif step.kind == "box_attribue":
            yield deeds.Install(at, nurse, self.case.zone, step.detail, is_given=True, shares=self.scene.shares)
            yield from self._charge(at, nurse, Referent.NURSE)
        elif step.kind in ("medecin", "contact_medical") and self._doctor(step.t) != nurse:
            yield from self._charge(at, self._doctor(step.t), Referent.PHYSICIAN)
        elif step.kind == "tri":
            yield from self._charge(at, nurse, Referent.NURSE)
        elif step.kind in ("decision", "note") and step.detail:
            decision = decided(step)
            yield deeds.Track(at, self._decider(step), "decision", decision) if decision else self._say(step, at)
        elif step.kind == "sortie":
            yield deeds.Leave(at, nurse, self.case.leaving)

    def _charge(self, at: datetime, by: str, role: Referent) -> Iterator[Deed]:
        """Who is in charge is told of those who are still on the boards: of the others nobody asks."""
        if self.scene.closed_after is None:
            yield deeds.Charge(at, by, role)

    def _say(self, step: Step, at: datetime) -> deeds.Write:
        if step.kind == "note":
            return deeds.Write(at, self._nurse(step.t), Written(text=step.detail))
        return deeds.Write(at, self._decider(step), Written(text=french(f"Décision : {step.detail}")))

    def _decider(self, step: Step) -> str:
        """The psychiatrist once psychiatry is over, else the unit's physician."""
        has_ended = any(s.kind == "psy_fin" and s.t <= step.t for s in self.scene.steps)
        return DOCTORS[self.team] if has_ended else self._doctor(step.t)

    def _request(self, step: Step, at: datetime) -> Iterator[Deed]:
        kind, status = STATES[step.kind]
        by = self.psychiatric_nurse if step.kind.startswith("psy_") else self._nurse(step.t)
        if step.kind in _MEDICAL:
            by = self._doctor(step.t)
        is_addressed = step.kind == "avis_psy_demande" and self.scene.hospital == "perpignan"
        yield deeds.Ask(at, by, kind, status, self.team if is_addressed else "")
        if step.kind == "lit_obtenu" and step.detail:
            yield deeds.Remark(at, by, kind, step.detail)
        elif text := self.case.remarks.get({"available": kind, "running": f"{kind}:running"}.get(status, "")):
            yield deeds.Remark(at, by, kind, text)
        if step.detail in ("normal", "anormal") and not (status == "seen" and self._is_said(step)):
            yield deeds.Flag(at, by, kind, ResultFlag(step.detail))

    def _expect(self, step: Step, at: datetime) -> Iterator[Deed]:
        """« 45 Entretien au CMP »: in how many minutes, then why; of a body that was examined, with which reserves."""
        kind, status = EXPECTED[step.kind]
        minutes, _, words = step.detail.partition(" ")
        if kind == PSYCHIATRY:
            yield deeds.Expect(at, self.psychiatric_nurse, kind, status, int(minutes), words)
        else:
            yield deeds.Expect(at, self._doctor(step.t), kind, status, int(minutes))
            yield deeds.Remark(at, self._doctor(step.t), kind, words)

    def _interview(self, step: Step, at: datetime) -> Iterator[Deed]:
        """The psychiatric nurse's interview; `psy_renfort`: the physician of the team joins in with their own."""
        by = self.psychiatric_nurse
        if step.kind == "psy_renfort":
            yield deeds.Begin(at, DOCTORS[self.team])
        elif step.kind == "psy_debut":
            yield deeds.Begin(at, by)
            yield from self._charge(at, by, Referent.PSYCHIATRY)
        elif step.kind == "psy_interruption":
            yield deeds.Interrupt(at, by, *_interruption(step.detail))
        elif step.kind == "psy_reprise":
            yield deeds.Resume(at, by)
        else:
            joined = any(s.kind == "psy_renfort" and s.t <= step.t for s in self.scene.steps)
            for who in (by, DOCTORS[self.team]) if joined else (by,):
                yield deeds.Finish(at, who)

    def _is_said(self, seen: Step) -> bool:
        """The laboratory had already called: what is abnormal was said with the result."""
        before = [s for s in self.scene.steps if s.t < seen.t and s.kind == seen.kind.replace("_vue", "_resultat")]
        return bool(before) and before[-1].detail == seen.detail


def _dated(value: Tracked, at: datetime) -> Tracked:
    """A breath test says at what hour it was done; so do a surveillance, a restraint, somebody introuvable."""
    if isinstance(value, Alcohol) and value.mg_per_l is not None:
        return replace(value, measured_at=hours.time(at))
    return at_the_hour(value, at)


def _interruption(told: str) -> tuple[str, int]:
    """« 45 Scanner » says in how many minutes it goes on; else only why."""
    minutes, _, reason = told.partition(" ")
    return (reason, int(minutes)) if minutes.isdigit() else (told or "Examen ou soin", 0)
