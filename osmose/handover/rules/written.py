"""What somebody wrote, before it is signed, and whether it can be."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from osmose.handover.rules.shapes import SHAPES
from osmose.kernel.base.french import NARROW
from osmose.kernel.base.refused import Refused

FOCUS, SAED, MACRO = "focus", "saed", "macro"
# In all the fields of one note together.
TOTAL = 40_000
MOST_RECIPIENTS = 30


@dataclass(frozen=True)
class Recipient:
    """To whom a note is addressed: a unit, or a person."""

    unit_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None

    @classmethod
    def read(cls, text: str) -> "Recipient | None":
        """« unit:<id> » or « user:<id> », as forms carry it; None for anything else."""
        kind, _, code = text.partition(":")
        try:
            found = uuid.UUID(code)
        except ValueError:
            return None
        return {"unit": cls(unit_id=found), "user": cls(user_id=found)}.get(kind)

    def __str__(self) -> str:
        return f"unit:{self.unit_id}" if self.unit_id else f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A note to sign. `occurred_at` is the hour of what it tells (None: now), `answer_by` that of a SAED's answer.

    `for_unit` keeps it for the author's unit, `category` for one profession; `invites` are the units that the author
    agrees to let in because the note is addressed to them.
    """

    kind: str = "plain"
    text: str = ""
    focus: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    stage: str = ""
    third_party: str = ""
    is_urgent: bool = False
    answer_by: datetime | None = None
    for_unit: bool = False
    category: str = ""
    to: tuple[Recipient, ...] = ()
    invites: frozenset[uuid.UUID] = frozenset()
    occurred_at: datetime | None = None

    @property
    def length(self) -> int:
        return len(self.text) + len(self.focus) + len(self.third_party) + sum(map(len, self.parts.values()))


def require_whole(written: Written, now: datetime) -> None:
    """`Refused` where the form of the note lacks what makes it understood, on the field that lacks it."""
    if written.length > TOTAL:
        raise Refused(
            f"La transmission est trop longue{NARROW}: {TOTAL} caractères au plus en tout. Signez-la en deux fois.",
            field="text",
            code="too-long",
        )
    if len(written.to) > MOST_RECIPIENTS:
        raise Refused(f"{MOST_RECIPIENTS} destinataires au plus.", field="to", code="recipients")
    if written.kind not in SHAPES:
        _require_text(written)
    else:
        _require_parts(written)
    if written.answer_by is not None:
        _require_answerable(written, now)


def _require_text(written: Written) -> None:
    if not written.text:
        raise Refused("Écrivez la transmission avant de la signer.", field="text", code="empty")


def _require_parts(written: Written) -> None:
    shape = SHAPES[written.kind]
    if written.kind == FOCUS and not written.focus:
        raise Refused("Choisissez ou écrivez la cible\u202f: ce qui attire l’attention.", field="focus", code="focus")
    if written.kind == MACRO and not written.stage:
        raise Refused(
            "Dites si cette macrocible est d’entrée, intermédiaire ou de sortie.", field="stage", code="stage"
        )
    for part in shape.parts:
        if part.is_required and not written.parts.get(part.name):
            raise Refused(f"Remplissez «\u202f{part.label}\u202f».", field=f"part_{part.name}", code="part")
    if not any(written.parts.get(name) for name in shape.names):
        words = ", ".join(part.label.lower() for part in shape.parts[:-1])
        raise Refused(
            f"Remplissez au moins un champ\u202f: {words} ou {shape.parts[-1].label.lower()}.",
            field=f"part_{shape.parts[0].name}",
            code="empty",
        )


def _require_answerable(written: Written, now: datetime) -> None:
    """An answer is expected of somebody, later."""
    if written.kind != SAED:
        raise Refused("Seul un SAED attend une réponse avant une heure.", field="answer_by", code="answer")
    if written.answer_by is not None and written.answer_by <= now:
        raise Refused(
            "L’heure de la réponse attendue est déjà passée\u202f: vérifiez-la.", field="answer_by", code="answer-past"
        )
    if not written.to:
        raise Refused(
            "Choisissez l’unité ou la personne dont vous attendez la réponse.", field="to", code="answer-nobody"
        )
