"""docs/glossary.md is a strict table: one row a term, no term without a row, no row without its term."""

import enum
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from osmose.kernel.events import kinds
from osmose.project.environment import ROOT
from tests.architecture.test_registers import _declared_policies, _import_the_house, _ours
from tests.architecture.verdict import none

HEAD = ["À l’écran", "Sigle", "Code", "Standard", "Sens", "Means", "Avoid"]
GLOSSARY = ROOT / "docs" / "glossary.md"


@dataclass(frozen=True)
class Term:
    screen: str
    short: str
    code: str
    standard: str
    meaning: str
    means: str
    avoid: str


def read(text: str) -> tuple[list[Term], list[str]]:
    """The rows, and what is wrong with their form."""
    terms, faults = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("|") or set(line) <= set("|- "):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != len(HEAD):
            faults.append(f"glossary.md:{number}: {len(cells)} cells, {len(HEAD)} wanted.")
        elif cells != HEAD:
            term = Term(*cells[:2], cells[2].strip("`"), *cells[3:])
            if not (term.screen and term.code and term.meaning and term.means):
                faults.append(f"glossary.md:{number}: a term has a word, a code (or –), a sens and a meaning.")
            terms.append(term)
    return terms, faults


def twice(terms: list[Term]) -> list[str]:
    """One row a term."""
    codes = Counter(term.code for term in terms if term.code != "–")
    words = Counter(term.screen for term in terms if term.screen != "–")
    return [f"« {name} » has {count} rows." for name, count in (codes + words).items() if count > 1]


def missing(terms: list[Term], known: dict[str, str]) -> list[str]:
    """`known` gives, for each code, the word on screen (empty when there is none to compare)."""
    rows = {term.code: term for term in terms}
    faults = [f"{code}: no row in the glossary." for code in sorted(set(known) - set(rows))]
    faults += [f"{code}: in the glossary, and nowhere in the code." for code in sorted(set(rows) - set(known) - {"–"})]
    for code, word in known.items():
        screen = rows[code].screen.casefold() if code in rows else ""
        if screen and word and word.casefold() not in (screen, re.sub(r" \(.*\)$", "", screen)):
            faults.append(f"{code}: « {word} » on the screen, « {rows[code].screen} » in the glossary.")
    return faults


def _enums() -> list[type[enum.Enum]]:
    found: dict[type[enum.Enum], None] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("osmose."):
            for thing in vars(module).values():
                if isinstance(thing, type) and issubclass(thing, enum.Enum) and thing.__module__ == name:
                    found[thing] = None
    return list(found)


def _word(member: Any) -> str:
    from osmose.patients.rules.statuses import ATTRIBUTE_LABELS, SEX_LABELS, STATUS_LABELS

    tables: list[Any] = [ATTRIBUTE_LABELS, SEX_LABELS, STATUS_LABELS]
    told = [table[member] for table in tables if type(member) in {type(key) for key in table}]
    return str(told[0] if told else getattr(member, "label", ""))


def _known() -> dict[str, str]:
    _import_the_house()
    known: dict[str, str] = {}
    for model in apps.get_models():
        if model.__module__.startswith("osmose.") and not hasattr(model, "pgh_tracked_model"):
            known[model._meta.label] = ""
    known |= dict.fromkeys(_ours(kinds.all_kinds()), "")
    known |= {p.name: re.sub(r" \(.*\)$", "", p.label) for p in _declared_policies().values()}
    for listed in _enums():
        words = {f"{listed.__name__}.{member.name}": _word(member) for member in listed}
        labelled = {code: word for code, word in words.items() if word}
        known |= labelled or {listed.__name__: ""}
    # The connector has a kind of identifier of its own, without words: the one of patients is the term.
    known.pop("IdentifierKind", None)
    return known


def test_the_glossary_is_a_strict_table() -> None:
    terms, faults = read(GLOSSARY.read_text(encoding="utf-8"))
    assert terms
    none(faults + twice(terms))


def test_every_term_of_the_code_has_its_row_and_every_row_its_term() -> None:
    terms, _ = read(GLOSSARY.read_text(encoding="utf-8"))
    none(missing(terms, _known()))


def test_faults_of_a_glossary_are_seen() -> None:
    row = "| Patient |  | `patients.Patient` |  | Une personne | A person | cas |"
    terms, faults = read(row)
    assert not faults
    assert read("| Patient | cas |")[1]
    assert read("| Patient |  | `patients.Patient` |  |  | A person | cas |")[1]
    assert twice(terms * 2)
    assert missing(terms, {"patients.Patient": "", "patients.Merge": ""}) == ["patients.Merge: no row in the glossary."]
    assert missing(terms, {})
    assert missing(terms, {"patients.Patient": "Personne"})
    assert not missing(terms, {"patients.Patient": "patient"})
