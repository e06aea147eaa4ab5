"""The invented cases of `data/demo_cases.json` (see its NOTICE), as typed values."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from osmose.demo.case import Case, Exit, Note, Noted, Person, Step, focused, french, read_exit
from osmose.encounters.lifecycle import ArrivalMode
from osmose.encounters.lifecycle.tracking import (
    Alcohol,
    AlcoholStatus,
    Allergies,
    Ccmu,
    Cognition,
    Company,
    Concern,
    ConcernReason,
    Known,
    Substance,
    Substances,
    SubstanceSource,
    Tracked,
    Treatment,
    Triage,
)
from osmose.patients.rules import IdentityStatus, Sex

FILE = Path(__file__).parent / "data" / "demo_cases.json"
_MODES = {
    "VSAB": ArrivalMode.FIRE_BRIGADE,
    "AMBU": ArrivalMode.AMBULANCE,
    "SMUR": ArrivalMode.SMUR,
    "FO": ArrivalMode.POLICE,
}
_STATUSES = {
    "provisoire": IdentityStatus.PROVISOIRE,
    "récupérée": IdentityStatus.RECUPEREE,
    "validée": IdentityStatus.VALIDEE,
    "qualifiée": IdentityStatus.QUALIFIEE,
}
_WRITERS = {
    "IOA": "IDE",
    "IDE urgences": "IDE",
    "Aide-soignant": "AS",
    "Pédiatre": "MED",
    "IDE psychiatrie": "PSY",
    "Psychiatre": "PSYCHIATRE",
}
# What the file tells only in sentences, in codes: why somebody is préoccupant, which results are abnormal, …
_S, _R, _V = ConcernReason.SUICIDAL, ConcernReason.RUNAWAY, ConcernReason.VIOLENCE
_BODY, _WEAK = ConcernReason.SOMATIC, ConcernReason.VULNERABLE
_REASONS: Mapping[str, tuple[ConcernReason, ...]] = {
    "D01": (_S,), "D02": (_S,), "D03": (_V, _R), "D06": (_WEAK,), "D08": (_S,), "D09": (_S,), "D12": (_BODY,),
    "D13": (_S,), "D14": (_S,), "D15": (_R,), "D17": (_S, _BODY), "D18": (_WEAK,), "D19": (_V,), "D21": (_WEAK,),
    "D22": (_V, _R), "D23": (_BODY,),
}  # fmt: skip
_WORDS = {
    "D02": "Armes de chasse au domicile",
    "D08": "Scarifications répétées, cachées à sa mère",
    "D14": "Présence constante d’un soignant",
    "D22": "Menaces verbales avant l’arrivée, calme ici",
}
_REASSURED = {"D15": 192, "D18": 206}
_NORMAL_BLOOD = frozenset({"D01", "D05", "D10", "D13"})
_ALLERGIES = {"D07": "Pénicilline", "D09": "Produits de contraste iodés", "D15": "Arachide", "D23": "Latex"}
_OTHER_SUBSTANCES = {"D15": "amphétamines", "D17": "benzodiazépines"}
_PHONES = {"D01": "06 39 98 12 04", "D05": "06 39 98 40 17", "D08": "06 39 98 33 51", "D09": "04 65 71 20 88"}
_SUBSTANCES = {
    "THC": Substance.THC,
    "COCAINE": Substance.COCAINE,
    "HEROINE": Substance.HEROIN,
    "PROT. AZOTE": Substance.NITROUS_OXIDE,
    "AUTRES": Substance.OTHER,
}
# The file tells its stories at one hour of the day; the demonstration is looked at at any.
_TIMELESS = (
    ("vers 18 h", "deux heures avant son arrivée"),
    ("Agressée dans la nuit", "Agressée quelques heures plus tôt"),
    ("cannabis ce matin", "cannabis quelques heures plus tôt"),
    ("hier soir", "la veille"),
    ("l'héberge ce soir", "l'héberge quelques jours"),
    ("la sonde ce soir", "la sonde tout de suite"),
    ("demandé à 17 h 30", "demandé"),
    ("demain 8 h 30", "demain matin"),
    ("demain 9 h", "demain matin"),
    ("demain 8 h", "demain matin"),
)
_HOURS = re.compile(r"H\+(\d+)")
_RESULTS = {"bio_resultat": "bio_vue", "imagerie_realisee": "imagerie_vue"}


def load() -> dict[str, Case]:
    """The cases of the file, by key."""
    text = FILE.read_text(encoding="utf-8")
    for said, timeless in _TIMELESS:
        text = text.replace(said, timeless)
    return {told["id"]: _case(told) for told in json.loads(text)["cases"]}


def _case(told: dict[str, Any]) -> Case:
    steps = tuple(sorted(_steps(told), key=lambda step: step.t))
    return Case(
        key=told["id"],
        person=_person(told),
        motif=french(told["motif"]),
        mode=_MODES.get(told["mode_arrivee"], ArrivalMode.FAMILY if told["accompagne"] else ArrivalMode.ALONE),
        zone=told["zone"],
        steps=steps,
        notes=tuple(sorted(_notes(told, steps), key=lambda note: note.t)),
        noted=tuple(_noted(told, _triaged_at(steps))),
        remarks={"biology": french(told["bio"]["note"]), "imaging": french(told["imagerie"]["note"])},
        leaving=_exit(told["orientation"]),
        snapshot=told.get("snapshot_minute"),
    )


def _person(told: dict[str, Any]) -> Person:
    return Person(
        key=told["id"],
        birth_name=told["nom_naissance"],
        used_name=told.get("nom_utilise") or "",
        first_name=told["prenom"],
        sex=Sex(told["sexe"]),
        age=told["age"],
        estimated_age=told.get("age_estime"),
        status=_STATUSES[told["identite"]],
    )


def _triaged_at(steps: tuple[Step, ...]) -> int:
    return next(step.t for step in steps if step.kind == "tri")


def _steps(told: dict[str, Any]) -> Iterator[Step]:
    """The file's events, and what it leaves to be understood: a result is seen some time after it is there."""
    refused = told["bio"]["note"] == "Prélèvement refusé"
    for event in told["events"]:
        t, kind = event["t"], event["type"]
        detail = french(event.get("detail") or "")
        is_abnormal = kind == "bio_resultat" and told["id"] not in _NORMAL_BLOOD
        yield Step(t, kind, "anormal" if is_abnormal else detail)
        if kind == "bio_demandee" and refused:
            yield Step(t + 22, "bio_refusee")
        if kind in _RESULTS:
            if kind == "imagerie_realisee":
                yield Step(t + 10, "imagerie_resultat")
            yield Step(t + 16, _RESULTS[kind], "anormal" if is_abnormal else "normal")


def _exit(told: dict[str, Any] | None) -> Exit | None:
    """A return home has no RPU destination, whatever kind of home it is."""
    if not told:
        return None
    home = told["mode_sortie"] == "DOMICILE"
    destination = "-" if home else told["destination"] or "-"
    return read_exit(" ".join(filter(None, (told["mode_sortie"], destination, told["orient"]))))


def _notes(told: dict[str, Any], steps: tuple[Step, ...]) -> Iterator[Note]:
    for note in told["transmissions"]:
        said = (note["cible"], note["donnees"], note.get("actions", ""), note.get("resultats", ""))
        yield focused(note["t"], _WRITERS[note["auteur_role"]], *said)
    sender = f"\nAdressé par : {told['adresse_par']}" if told["adresse_par"] else ""
    yield Note(max(1, _triaged_at(steps) - 1), "IDE", french(f"Accueil\n{told['circonstances']}{sender}"))
    yield Note(_examined_at(told, steps), "MED", french(f"Examen somatique\n{told['somatique']}"))


def _examined_at(told: dict[str, Any], steps: tuple[Step, ...]) -> int:
    """Once all that the sentence speaks of is known: the results, « Cushman à 4 à H+6 »."""
    known = [step.t for step in steps if step.kind in ("contact_medical", *_RESULTS)]
    hours = [int(hours) * 60 for hours in _HOURS.findall(told["somatique"])]
    return max((_triaged_at(steps), *known, *hours)) + 7


def _noted(told: dict[str, Any], t: int) -> Iterator[Noted]:
    """What is noted at the triage, and that nobody is worried any more where that is so."""
    key, company = told["id"], told["accompagne"]
    values: dict[str, Tracked] = {
        "triage": Triage(told["tri"]),
        "ccmu": Ccmu(told["ccmu"]),
        "company": Company(Known.YES, french(company), _PHONES.get(key, "")) if company else Company(Known.NO),
        "cognition": Cognition({"Bon": "bon", "Altéré": "altere", "NC": "nc"}[told["etat_cognitif"]]),
        "treatment": treatment(told["traitement_actuel"]),
        "allergies": allergies(_ALLERGIES.get(key, "NC" if told["age"] is None else "")),
        "alcohol": _alcohol(told["oh"]),
        "substances": substances(told["tox"]["substances"], other=_OTHER_SUBSTANCES.get(key, "")),
    }
    if told["preoccupant"]:
        values["concern"] = Concern(_REASONS[key], _WORDS.get(key, ""))
    yield from (Noted(t, name, value) for name, value in values.items())
    if key in _REASSURED:
        yield Noted(_REASSURED[key], "concern", Concern())


def _alcohol(told: dict[str, Any]) -> Alcohol:
    rate = Decimal(str(told["mg_l"]))
    return Alcohol(AlcoholStatus.POSITIVE if rate else AlcoholStatus.NEGATIVE, rate)


def treatment(told: str) -> Treatment:
    """« Aucun », « NC », or the drugs themselves."""
    if told in ("Aucun", "NC"):
        return Treatment(Known.NO if told == "Aucun" else Known.UNKNOWN)
    return Treatment(Known.YES, french(told))


def allergies(told: str) -> Allergies:
    """« NC », what the patient is allergic to, or nothing known."""
    if told in ("", "NC"):
        return Allergies(Known.UNKNOWN if told else Known.NO)
    return Allergies(Known.YES, french(told))


def substances(told: list[str], *, other: str = "") -> Substances:
    """The file's words; what is named under « autres » was found by a screening."""
    if told in ([], ["NC"]):
        return Substances(Known.UNKNOWN if told else Known.NO)
    taken = tuple(_SUBSTANCES[word] for word in told)
    source = SubstanceSource.SCREENED if other else SubstanceSource.DECLARED
    return Substances(Known.YES, taken, source, french(other))
