"""The invented cases of `data/demo_cases.json` (see its NOTICE), as typed values."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osmose.encounters.lifecycle import ArrivalMode, ExitMode
from osmose.patients.rules import IdentityStatus, Sex

FILE = Path(__file__).parent / "data" / "demo_cases.json"
NARROW = "\u202f"
_MODES = {
    "VSAB": ArrivalMode.FIRE_BRIGADE,
    "AMBU": ArrivalMode.AMBULANCE,
    "SMUR": ArrivalMode.SMUR,
    "FO": ArrivalMode.POLICE,
}
_EXITS = {
    "MUTATION": ExitMode.MUTATION,
    "TRANSFERT": ExitMode.TRANSFER,
    "DOMICILE": ExitMode.HOME,
    "DECES": ExitMode.DEATH,
}
_STATUSES = {
    "provisoire": IdentityStatus.PROVISOIRE,
    "récupérée": IdentityStatus.RECUPEREE,
    "validée": IdentityStatus.VALIDEE,
    "qualifiée": IdentityStatus.QUALIFIEE,
}
PSYCHIATRY = "EMP"


@dataclass(frozen=True)
class Step:
    """What happens `t` minutes after the arrival; `kind` is an event type of the file."""

    t: int
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Note:
    """A transmission, by a role of a team."""

    t: int
    role: str
    team: str
    text: str


@dataclass(frozen=True)
class Case:
    """One passage, from arrival on. `age` None: nobody knows who it is."""

    key: str
    birth_name: str
    first_name: str
    sex: Sex
    age: int | None
    motif: str
    unit: str = "SAU"
    zone: str = "SAU"
    used_name: str = ""
    status: IdentityStatus = IdentityStatus.VALIDEE
    mode: ArrivalMode = ArrivalMode.ALONE
    estimated_age: int | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    request_notes: dict[str, str] = field(default_factory=dict)
    exit_mode: ExitMode | None = None
    snapshot: int | None = None

    @property
    def exit_minute(self) -> int | None:
        return next((s.t for s in self.steps if s.kind == "sortie"), None)


def load() -> dict[str, Case]:
    """The cases of the file, by key."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return {case["id"]: _case(case) for case in told["cases"]}


def _case(told: dict[str, Any]) -> Case:
    is_child = told["zone"] == "PED"
    exit_mode = (told["orientation"] or {}).get("mode_sortie")
    return Case(
        key=told["id"],
        birth_name=told["nom_naissance"],
        used_name=told.get("nom_utilise") or "",
        first_name=told["prenom"],
        sex=Sex(told["sexe"]),
        age=told["age"],
        estimated_age=told.get("age_estime"),
        status=_STATUSES[told["identite"]],
        motif=french(told["motif"]),
        mode=_mode(told),
        unit="PED" if is_child else "SAU",
        zone=told["zone"],
        steps=tuple(Step(e["t"], e["type"], e.get("detail") or "") for e in told["events"]),
        notes=tuple(Note(t["t"], t["auteur_role"], t["equipe"], _joined(t)) for t in told["transmissions"]),
        request_notes={
            "biology": french(told["bio"]["note"]),
            "imaging": french(told["imagerie"]["note"]),
        },
        exit_mode=_EXITS.get(exit_mode) if exit_mode else None,
        snapshot=told.get("snapshot_minute"),
    )


def _mode(told: dict[str, Any]) -> ArrivalMode:
    by_hand = ArrivalMode.FAMILY if told["accompagne"] else ArrivalMode.ALONE
    return _MODES.get(told["mode_arrivee"], by_hand)


def _joined(told: dict[str, str]) -> str:
    """Focus, data, action, response as one plain text, until notes have a shape."""
    parts = (("Données", "donnees"), ("Actions", "actions"), ("Résultats", "resultats"))
    lines = [told["cible"], *(f"{name} : {told[key]}" for name, key in parts if told.get(key))]
    return french("\n".join(lines))


def french(text: str) -> str:
    """French typography: curly apostrophes, narrow spaces before double punctuation and inside « »."""
    text = text.replace("'", "’").replace("« ", f"«{NARROW}").replace(" »", f"{NARROW}»")
    for mark in ":;!?%":
        text = text.replace(f" {mark}", f"{NARROW}{mark}")
    return text
