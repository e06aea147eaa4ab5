"""A kind of request, as an administrator describes it."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms

from osmose.encounters.lifecycle import Meaning, RequestTable, table_problems
from osmose.encounters.models import RequestKind
from osmose.kernel.actions.reference import Wanted
from osmose.kernel.base.text import fold
from osmose.kernel.web.fields import CleanText
from osmose.organisations.models import CareUnit

ICONS = (
    ("clipboard-list", "Liste"),
    ("stethoscope", "Examen"),
    ("scan-line", "Imagerie"),
    ("flask-conical", "Biologie"),
    ("syringe", "Soin"),
    ("heart-pulse", "Cœur"),
    ("brain", "Psychiatrie"),
    ("users-round", "Équipe"),
    ("phone", "Téléphone"),
    ("bed", "Lit"),
    ("ambulance", "Transport"),
    ("file-text", "Document"),
)
STATES = 6
MOST_STATES = 10
# What most requests need: asked, begun, done, asked again; a step may be jumped over by who forgot it.
_USUAL_WORDS = ("Non demandé", "Demandé", "En cours", "Réalisé")
_USUAL_MEANINGS = (
    *(Meaning.NONE, Meaning.WAITING, Meaning.RUNNING, Meaning.DONE, Meaning.PAUSED, Meaning.NOT_NEEDED),
    *(Meaning.REFUSED, Meaning.AVAILABLE, Meaning.SEEN, Meaning.NOT_NEEDED),
)
_USUAL_PASSAGES = ("0-1", "0-2", "0-3", "1-0", "1-2", "1-3", "2-1", "2-3", "3-1", "3-2")
_WORD = "Ce mot est trop long\u202f: 30 caractères au plus."


class RequestKindForm(forms.Form):
    """A kind of request: its states in words, which one may follow which, who may be asked.

    Of a kind that exists, each line keeps the code of its state, whatever its word becomes; its own code is not asked.
    """

    use_required_attribute = False

    label = CleanText(
        label="Nom",
        max_length=60,
        too_long="Le nom est trop long\u202f: 60 caractères au plus.",
        error_messages={"required": "Donnez un nom à ce type de demande."},
    )
    short_label = CleanText(
        label="Nom court",
        max_length=20,
        too_long="Le nom court est trop long\u202f: 20 caractères au plus.",
        error_messages={"required": "Donnez un nom court, pour les étiquettes de la liste."},
    )
    code = forms.SlugField(
        label="Code",
        required=False,
        max_length=30,
        error_messages={
            "invalid": "Un code ne contient que des lettres sans accent, des chiffres et des traits d’union.",
            "max_length": "Un code compte au plus 30 caractères.",
        },
    )
    icon = forms.ChoiceField(
        label="Icône",
        choices=ICONS,
        initial=ICONS[0][0],
        error_messages={"required": "Choisissez une icône.", "invalid_choice": "Choisissez une des icônes proposées."},
    )
    is_psychiatric = forms.BooleanField(label="Demande de psychiatrie", required=False)
    addressees = forms.MultipleChoiceField(
        label="Unités destinataires",
        required=False,
        error_messages={"invalid_choice": "Cette unité n’est ni de votre établissement, ni d’un partenaire."},
    )
    passages = forms.MultipleChoiceField(
        required=False,
        initial=list(_USUAL_PASSAGES),
        error_messages={"invalid_choice": "Ce passage n’existe pas."},
    )
    order = forms.IntegerField(
        label="Ordre",
        required=False,
        min_value=0,
        max_value=30_000,
        error_messages={
            "invalid": "L’ordre est un nombre entier.",
            "min_value": "L’ordre va de 0 à 30 000.",
            "max_value": "L’ordre va de 0 à 30 000.",
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        units: Iterable[CareUnit],
        kind: RequestKind | None = None,
        initial: Mapping[str, Any] | None = None,
    ):
        self.known = kind
        self.states = min(MOST_STATES, max(STATES, len(kind.statuses) + 1)) if kind else STATES
        super().__init__(data, initial={**(_initial_of(kind) if kind else {}), **(initial or {})})
        self.units = {str(unit.pk): unit for unit in units}
        addressees: Any = self.fields["addressees"]
        addressees.choices = [(pk, f"{u.name} · {u.establishment.short_name}") for pk, u in self.units.items()]
        passages: Any = self.fields["passages"]
        numbers = range(self.states)
        passages.choices = [(f"{i}-{j}", "") for i in numbers for j in numbers if i != j]
        if kind is not None:
            del self.fields["code"]
            icons: Any = self.fields["icon"]
            icons.choices = [*ICONS, (kind.icon, "Actuelle")]
        for n in numbers:
            word = _USUAL_WORDS[n] if n < len(_USUAL_WORDS) and kind is None else ""
            self.fields[f"word_{n}"] = CleanText(required=False, max_length=30, too_long=_WORD, initial=word)
            self.fields[f"meaning_{n}"] = forms.ChoiceField(
                required=False,
                choices=[(m.value, m.label) for m in Meaning],
                initial=_USUAL_MEANINGS[n].value,
                error_messages={"invalid_choice": "Choisissez un des sens proposés."},
            )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not given["word_0"]:
            self.add_error("word_0", "Écrivez le mot de l’état de départ, «\u202fNon demandé\u202f» par exemple.")
        if self.known is None:
            given["code"] = given.get("code") or fold(given.get("label", "")).lower().replace(" ", "-")[:30]
        if not self.errors and self.known is None and not given["code"]:
            self.add_error("code", "Donnez un code, en lettres sans accent.")
        if not self.errors:
            for problem in table_problems(RequestTable.from_json(self.statuses(), self.transitions())):
                self.add_error(None, problem)
        return given

    def _used(self) -> list[int]:
        return [n for n in range(self.states) if self.cleaned_data[f"word_{n}"]]

    def _code(self, n: int) -> str:
        """The code of the state on a line: the one it has, else drawn from its word and unlike the others."""
        known = [status["code"] for status in self.known.statuses] if self.known else []
        if n < len(known):
            return str(known[n])
        code = self._drawn(n)
        return f"{code[:27]}-{n + 1}" if code in known else code

    def _drawn(self, n: int) -> str:
        word = fold(self.cleaned_data[f"word_{n}"]).lower().replace(" ", "-")[:30]
        return word or f"etat-{n + 1}"

    def statuses(self) -> list[dict[str, str]]:
        """The states that have a word, in order; the first one says that nothing is asked."""
        given = self.cleaned_data
        meaning = {n: given[f"meaning_{n}"] or _USUAL_MEANINGS[n].value for n in range(self.states)}
        meaning[0] = Meaning.NONE.value
        hours = {s["code"]: s["hour"] for s in self.known.statuses if "hour" in s} if self.known else {}
        return [
            {
                "code": self._code(n),
                "word": given[f"word_{n}"],
                "meaning": meaning[n],
                **({"hour": hours[self._code(n)]} if self._code(n) in hours else {}),
            }
            for n in self._used()
        ]

    def transitions(self) -> dict[str, list[str]]:
        """Which state may follow which, among those that have a word."""
        ticked, used = set(self.cleaned_data["passages"]), self._used()
        return {self._code(i): [self._code(j) for j in used if f"{i}-{j}" in ticked] for i in used}

    def values(self) -> dict[str, Any]:
        """What is described, by the names of the model's fields."""
        given = self.cleaned_data
        return {
            "label": given["label"],
            "short_label": given["short_label"],
            "icon": given["icon"],
            "is_psychiatric": given["is_psychiatric"],
            "statuses": self.statuses(),
            "transitions": self.transitions(),
        }

    def kind(self, *, establishment_id: uuid.UUID, order: int) -> RequestKind:
        """The kind described, not saved."""
        code = self.known.code if self.known else self.cleaned_data["code"]
        given = self.cleaned_data["order"]
        order = order if given is None else given
        return RequestKind(establishment_id=establishment_id, code=code, order=order, **self.values())

    def wanted(self, seen: Mapping[str, str]) -> Wanted:
        """What changes of the kind that exists; `seen` are the marks of what the form showed."""
        values = {**self.values(), "addressees": self.teams()}
        if self.known and _sets(values["transitions"]) == _sets(self.known.transitions):
            values["transitions"] = self.known.transitions  # the same passages in another order
        if self.cleaned_data["order"] is not None:
            values["order"] = self.cleaned_data["order"]
        return Wanted(values, seen)

    def teams(self) -> list[CareUnit]:
        return [self.units[pk] for pk in self.cleaned_data["addressees"]]

    def typed(self, names: Collection[str]) -> dict[str, Any]:
        """What was typed of these fields of the model, by the names of this form's."""
        of = {"statuses": ("word_", "meaning_"), "transitions": ("passages",)}
        starts = tuple(start for name in names for start in of.get(name, (name,)))
        return {name: value for name, value in self.cleaned_data.items() if name.startswith(starts)} if starts else {}


def _sets(transitions: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    return {source: set(targets) for source, targets in transitions.items() if targets}


def _initial_of(kind: RequestKind) -> dict[str, Any]:
    """A kind as its form shows it: one line a state, one box a passage."""
    line = {status["code"]: n for n, status in enumerate(kind.statuses)}
    initial: dict[str, Any] = {
        "label": kind.label,
        "short_label": kind.short_label,
        "icon": kind.icon,
        "order": kind.order,
        "is_psychiatric": kind.is_psychiatric,
        "passages": [f"{line[a]}-{line[b]}" for a, targets in kind.transitions.items() for b in targets],
    }
    for n, status in enumerate(kind.statuses):
        initial |= {f"word_{n}": status["word"], f"meaning_{n}": status["meaning"]}
    return initial
