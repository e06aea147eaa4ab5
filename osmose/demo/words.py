"""What is being written this evening: drafts that wait for their author, and words added to clicks."""

import uuid
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import timedelta

from osmose.demo.stage import Stage
from osmose.encounters import actions
from osmose.encounters.events import RequestChanged
from osmose.encounters.lifecycle import EncounterStatus
from osmose.encounters.lifecycle.people import Referent
from osmose.encounters.models import Assignment, Encounter
from osmose.handover import actions as handover
from osmose.kernel.actions.revisions import revision
from osmose.kernel.events import timeline
from osmose.kernel.events.timeline import Entry


@dataclass(frozen=True)
class Begun:
    """A text that somebody began some minutes ago, on the patient they have had for longest but `rank`."""

    by: str
    rank: int
    minutes: int
    text: str
    kind: str = handover.DRAFT


BEGUN = (
    Begun("agent1", 0, 12, "Famille prévenue par téléphone, la sœur arrive vers"),
    Begun("agent1", 1, 4, "Refuse le plateau, boit bien. Revoir", handover.QUICK),
)
# By kind of request: what the nurse adds to their last click on it.
COMMENTS = {
    "biology": "Prélevé sur voie périphérique, deuxième tentative.",
    "imaging": "Brancardage prévenu, accompagné par un aide-soignant.",
}


def play(stage: Stage) -> None:
    """After the passages and the sectors."""
    for begun in BEGUN:
        handover.save_draft(
            actor=stage.actors[begun.by],
            encounter=_patient(stage, begun),
            text=begun.text,
            kind=begun.kind,
            now=stage.now - timedelta(minutes=begun.minutes),
        )
    authors = {actor.id: actor for actor in stage.actors.values()}
    for encounter, entry, comment in list(_clicks(authors)):
        actions.comment_event(
            actor=authors[entry.actor_id], encounter=encounter, event_uid=entry.uid, comment=comment, now=stage.now
        )


def _patient(stage: Stage, begun: Begun) -> Encounter:
    at = stage.now - timedelta(minutes=begun.minutes)
    held = Assignment.objects.filter(
        user=stage.users[begun.by], role=Referent.NURSE, ends_at=None, starts_at__lt=at,
        encounter__status=EncounterStatus.ACTIVE,
    )  # fmt: skip
    return held.select_related("encounter").order_by("starts_at", "encounter_id")[begun.rank].encounter


def _clicks(authors: Container[uuid.UUID]) -> Iterator[tuple[Encounter, Entry, str]]:
    """The last click of each of these requests, on the first patient where it is somebody's who is here."""
    rows = Encounter.objects.filter(status=EncounterStatus.ACTIVE).order_by("arrived_at", "pk")
    wanted = dict(COMMENTS)
    for encounter in rows:
        for entry in timeline.of(encounter.pk):
            told = entry.payload
            if not isinstance(told, RequestChanged) or told.kind not in wanted or entry.actor_id not in authors:
                continue
            if revision(encounter, entry.changed[0]) == told.revision:
                yield encounter, entry, wanted.pop(told.kind)
        if not wanted:
            return
