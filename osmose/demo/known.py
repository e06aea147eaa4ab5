"""What was already known of some of tonight's patients: standing instructions left at an earlier visit, or just now."""

from dataclasses import dataclass, field
from datetime import timedelta

from osmose.demo.stage import Stage
from osmose.encounters import actions
from osmose.encounters.models import Encounter
from osmose.encounters.operations import rows
from osmose.encounters.policies import INSTRUCT
from osmose.kernel.actions.deeds import registry
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.clock import paris
from osmose.kernel.db.context import declared_transaction
from osmose.patients.operations import write_instruction
from osmose.patients.rules.instructions import Draft, InstructionKind


@dataclass(frozen=True)
class Left:
    """Written in a passage, some minutes after its arrival, by an account; to be read again so many days later."""

    passage: str
    minute: int
    by: str
    kind: InstructionKind
    parts: dict[str, str] = field(repr=False)
    days: int = 180


LEFT = (
    Left("P02", 58, "agent1", InstructionKind.CONDUCT, {
        "text": "Patiente connue et stabilisée, vient pour son logement. Orienter vers l’assistante sociale et appeler "
                "le CMP référent plutôt qu’une nouvelle évaluation psychiatrique en urgence.",
        "meanwhile": "Place près de l’accueil, une boisson chaude, dire combien de temps elle attendra. Lire avec elle "
                     "le courrier qu’elle apporte.",
    }),
    Left("P03", 64, "agent3", InstructionKind.HELPS, {
        "helps": "Être appelée par son nom, savoir qui vient et dans combien de temps.",
        "harms": "Répéter son histoire à chaque équipe, attendre seule dans un box fermé.",
    }),
    Left("P03", 66, "agent3", InstructionKind.TEAM, {
        "team": "CMP de secteur, 04 99 00 00 41, du lundi au vendredi de 9 h à 17 h. Assistante sociale du CMP, même "
                "numéro.",
    }),
    Left("P04", 70, "agent1", InstructionKind.PRECAUTIONS, {
        "text": "Recevoir à l’écart du conjoint. Sœur joignable avec son accord.",
    }, days=5),
    Left("P05", 45, "agent1", InstructionKind.PRECAUTIONS, {
        "text": "Cherche la sortie quand le bruit monte\u202f: chambre en vue du poste, photo récente à l’EHPAD.",
    }),
    Left("D01", 290, "agent13", InstructionKind.PROTECTION_PLAN, {
        "signs": "Je m’isole, je ne réponds plus aux messages.",
        "alone": "Marcher avec le chien, musique, douche.",
        "distract": "Le club de handball, la cuisine chez ma grand-mère.",
        "call": "Ma sœur, puis ma marraine.",
        "professionals": "CMPEA, 04 99 00 00 52. La nuit\u202f: 3114, gratuit, 24 h/24.",
        "safer": "Les médicaments de la maison sont chez ma sœur.",
        "matters": "Mon chien, le bac, ma petite sœur.",
        "given": "À elle et à sa mère, ce soir.",
    }),
)  # fmt: skip


def play(stage: Stage) -> None:
    """After the passages, dated when they were left: each by somebody who took part, and journaled."""
    for left in LEFT:
        pec, arrived_at = stage.pec(left.passage)
        at = min(arrived_at + timedelta(minutes=left.minute), stage.now)
        actor, today = stage.actors[left.by], paris(at).date()
        if not INSTRUCT.allows(actor, pec, stage.now):
            raise RuntimeError(f"{actor.name} may not write instructions in passage {left.passage}.")
        review_on = today + timedelta(days=left.days)
        draft = Draft(left.kind, left.parts, valid_from=today, review_on=review_on)
        with declared_transaction(actor_id=actor.id):
            write_instruction(actor=actor, patient=pec.patient, about=pec, draft=draft, now=at)
            rows.touch_open(patient_ids=[pec.patient_id])
            _journal(stage, left, pec)


def _journal(stage: Stage, left: Left, pec: Encounter) -> None:
    name = f"encounters.actions.instructions.{actions.write_instruction.__name__}"
    journal.append(
        actor=stage.actors[left.by],
        verb=registry()[name].verb or Verb.CREATE,
        door=name,
        policy=INSTRUCT.name,
        subjects=[pec.pk],
        persons=[pec.patient_id],
    )
