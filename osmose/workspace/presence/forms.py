"""What is clicked and typed about presence: one's status, and who is on call."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from osmose.accounts.actions.presence import Wanted
from osmose.accounts.models import ON_CALL_WORDS, PLACE_MAX, User
from osmose.accounts.models.presence import NUMBER
from osmose.accounts.operations.on_call import Line
from osmose.accounts.rules.presence import OnCallKind
from osmose.encounters.forms.coming import ComingField
from osmose.kernel.base.moments import read_coming
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import CleanText

# The number of each kind of call, as it was last typed.
Numbers = dict[OnCallKind, str]
# How many lines a manager types at once.
LINES = 6


class StatusForm(forms.Form):
    """A status, and where they are known: about when it ends (« 14:40 », « 30 min »), and where."""

    status = forms.CharField(max_length=40, error_messages={"required": "Choisissez un statut."})
    until = ComingField(label="Jusqu’à", required=False)
    place = CleanText(
        label="Lieu",
        required=False,
        max_length=PLACE_MAX,
        too_long=f"Le lieu est trop long\u202f: {PLACE_MAX} caractères au plus.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: datetime):
        super().__init__(data, auto_id="status-%s")
        self.fields["until"].now = now  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        until: datetime | None = self.cleaned_data["until"]
        return Wanted(
            code=self.cleaned_data["status"], is_usual=until is None, until=until, place=self.cleaned_data["place"]
        )


class LineForm(forms.Form):
    """One line of who is on call; empty, it counts for nothing. Hours: « 20:00 », « 24/12/2026 20:00 ».

    `numbers` holds the number of each kind, as it was last typed: a line without one has it, and a line with one
    gives it to those below.
    """

    use_required_attribute = False

    kind = forms.ChoiceField(
        label="Nature", choices=[(kind.value, kind.label) for kind in OnCallKind], initial=OnCallKind.ON_CALL.value
    )
    user = forms.ChoiceField(
        label="Professionnel", required=False, error_messages={"invalid_choice": "Choisissez quelqu’un de l’unité."}
    )
    words = CleanText(
        label="ou fonction",
        required=False,
        max_length=ON_CALL_WORDS,
        too_long=f"La fonction est trop longue\u202f: {ON_CALL_WORDS} caractères au plus.",
    )
    starts = CleanText(label="De", required=False, max_length=30, too_long="Écrivez un jour et une heure.")
    ends = CleanText(label="À", required=False, max_length=30, too_long="Écrivez un jour et une heure.")
    number = forms.RegexField(
        NUMBER,
        label="Numéro DECT",
        required=False,
        error_messages={"invalid": "Écrivez un numéro\u202f: 7 21 40, ou 06 12 34 56 78."},
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, at: int, staff: Iterable[User], numbers: Numbers, now: datetime
    ) -> None:
        super().__init__(data, prefix=f"l{at}", auto_id="%s")
        self.now, self.numbers = now, numbers
        field: Any = self.fields["user"]
        field.choices = [("", ""), *((str(user.pk), str(user)) for user in staff)]

    @property
    def is_empty(self) -> bool:
        return not any(self.data.get(self.add_prefix(n), "").strip() for n in self.fields if n != "kind")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("user") or given.get("words")) and not self.errors:
            self.add_error("user", "Choisissez quelqu’un, ou écrivez une fonction.")
        if "number" not in self.errors and "kind" in given:
            self._number(given, OnCallKind(given["kind"]))
        given["starts_at"] = self._hour("starts", self.now)
        if given["starts_at"] is not None:
            given["ends_at"] = self._hour("ends", given["starts_at"])
        return given

    def _number(self, given: dict[str, Any], kind: OnCallKind) -> None:
        number = given["number"].strip() or self.numbers.get(kind, "")
        if not number:
            self.add_error("number", "Écrivez le numéro à appeler.")
        else:
            given["number"] = self.numbers[kind] = number

    def _hour(self, name: str, after: datetime) -> datetime | None:
        typed = self.cleaned_data.get(name, "")
        if not typed:
            self.add_error(name, "Écrivez une heure, et le jour si ce n’est pas aujourd’hui.")
            return None
        try:
            return read_coming(typed, now=after)
        except Refused as refusal:
            self.add_error(name, refusal.sentence)
            return None

    def line(self) -> Line:
        given = self.cleaned_data
        return Line(
            kind=OnCallKind(given["kind"]),
            number=given["number"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            user_id=uuid.UUID(given["user"]) if given["user"] else None,
            words="" if given["user"] else given["words"],
            at=f"{self.prefix}-",
        )


class LinesForm:
    """The lines of one page: those that are filled in are read, all of them or none."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, staff: Iterable[User], numbers: Numbers, now: datetime
    ) -> None:
        known, last = list(staff), dict(numbers)
        self.usual = [(kind.label, number) for kind, number in numbers.items()]
        self.lines = [LineForm(data, at=n, staff=known, numbers=last, now=now) for n in range(1, LINES + 1)]

    @property
    def filled(self) -> list[LineForm]:
        return [line for line in self.lines if line.is_bound and not line.is_empty]

    def is_valid(self) -> bool:
        """True when all of them are; each is looked at, so that each says what is wrong with it."""
        wrong = [line for line in self.filled if not line.is_valid()]
        return not wrong

    def commands(self) -> tuple[Line, ...]:
        return tuple(line.line() for line in self.filled)

    def refuse(self, refusal: Refused) -> bool:
        """Puts the refusal on its field; False where it belongs to none."""
        prefix, _, name = (refusal.field or "").partition("-")
        for line in self.filled:
            if line.prefix == prefix and name in line.fields and line.is_valid():
                line.add_error(name, refusal.sentence)
                return True
        return False


class WithdrawalForm(forms.Form):
    """The line to take off."""

    line = forms.UUIDField(
        error_messages={"required": "Choisissez une ligne.", "invalid": "Cette ligne n’existe plus."}
    )
