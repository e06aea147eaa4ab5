"""Introuvable, surveillance, belongings, restraint, parental authority: clicks and what is typed beside them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms

from osmose.encounters.forms.noted import TrackingForm, text_field
from osmose.encounters.lifecycle.tracking import (
    REASSESS_MINUTES,
    Belongings,
    BelongingsStep,
    ChildProtection,
    Guardians,
    Known,
    Missing,
    Restraint,
    Tracked,
    Watch,
    WatchCheck,
    WatchLevel,
)
from osmose.kernel.base import french
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.fields import MomentField

_N = french.NARROW


def _missing(code: str, known: Missing | None, now: datetime) -> Missing:
    if code != "oui":
        raise ValueError(code)
    return known or Missing(since=now)


def _guardians(code: str, known: Guardians | None, _: datetime) -> Guardians:
    """« reached=oui », « secret=non »: one answer, the others kept."""
    name, _equals, answer = code.partition("=")
    known = known or Guardians()
    match name:
        case "reached":
            return replace(known, reached=Known(answer) if answer else None)
        case "collect":
            return replace(known, may_collect=Known(answer) if answer else None)
        case "protection":
            protection = ChildProtection(answer) if answer else None
            return replace(known, protection=protection, protection_text=known.protection_text if protection else "")
        case "secret":
            return replace(known, keeps_secret=Known(answer) is Known.YES)
    raise ValueError(code)


def _watch(code: str, known: Watch | None, now: datetime) -> Watch:
    level = WatchLevel(code)
    return known if known and known.level is level else Watch(level, now)


def _look(code: str, _: Any, now: datetime) -> WatchCheck:
    if code != "faite":
        raise ValueError(code)
    return WatchCheck(now)


def _belongings(code: str, known: Belongings | None, _: datetime) -> Belongings:
    """« inventaire,retires »: the whole wanted set; « - » for none."""
    wanted = {BelongingsStep(step) for step in code.split(",") if step != "-"}
    return replace(known or Belongings(), steps=tuple(step for step in BelongingsStep if step in wanted))


def _restraint(code: str, known: Restraint | None, now: datetime) -> Restraint:
    if code != "levee":
        raise ValueError(code)
    if known is None or not known.is_set:
        raise Refused("Aucune contention n’est en cours.", field="restraint", code="restraint-none", status=409)
    return replace(known, ended_at=now)


# For each field, what a choice makes of what is known, at this hour; an unknown choice is a ValueError.
CHOICES: Mapping[str, Callable[[str, Any, datetime], Tracked]] = {
    "missing": _missing,
    "guardians": _guardians,
    "watch": _watch,
    "watch_check": _look,
    "belongings": _belongings,
    "restraint": _restraint,
}


class MissingForm(TrackingForm):
    """What helps to look for somebody; without a word, they are introuvable all the same."""

    field = "missing"
    seen_at = MomentField(label="Vu pour la dernière fois", required=False)
    missing_place = text_field("Où")
    missing_by = text_field("Par qui")
    clothing = text_field("Tenue, signes")
    called = text_field("Prévenus")
    constrained = forms.BooleanField(required=False)

    def value(self) -> Missing:
        data = self.cleaned_data
        known = self.known or Missing(since=self.now)
        return replace(
            known,
            seen_at=data["seen_at"],
            place=data["missing_place"],
            seen_by=data["missing_by"],
            clothing=data["clothing"],
            called=data["called"],
            is_constrained=data["constrained"],
        )


class GuardiansForm(TrackingForm):
    """Who holds parental authority; what the ASE or a judge decided."""

    field = "guardians"
    names = text_field("Titulaires de l’autorité parentale")
    protection_text = text_field("ASE ou juge, précision")

    def value(self) -> Guardians:
        known = self.known or Guardians()
        return replace(known, names=self.cleaned_data["names"], protection_text=self.cleaned_data["protection_text"])


class WatchForm(TrackingForm):
    """By whom a surveillance was decided."""

    field = "watch"
    decided_by = text_field("Décidée par")

    def value(self) -> Watch:
        if self.known is None:
            raise Refused("Choisissez d’abord le rythme de la surveillance.", field="watch", code="watch-level")
        known: Watch = self.known
        return replace(known, decided_by=self.cleaned_data["decided_by"])


class BelongingsForm(TrackingForm):
    """Which objects, and who took care of them."""

    field = "belongings"
    objects = text_field("Objets")
    done_by = text_field("Par qui")

    def value(self) -> Belongings:
        known = self.known or Belongings()
        return replace(known, objects=self.cleaned_data["objects"], done_by=self.cleaned_data["done_by"])


class RestraintForm(TrackingForm):
    """A restraint that begins; or, while one lasts, its reassessment."""

    field = "restraint"
    prescriber = text_field("Médecin", required="Écrivez le nom du médecin.")
    reason = text_field("Motif")
    from_when = MomentField(required=False)
    minutes = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(minutes), str(minutes)) for minutes in REASSESS_MINUTES],
        error_messages={
            "required": "Choisissez dans combien de temps réévaluer.",
            "invalid_choice": f"La réévaluation se prévoit dans les 6 heures{_N}: choisissez un délai de la liste.",
        },
    )

    def value(self) -> Restraint:
        by, minutes = self.cleaned_data["prescriber"], self.cleaned_data["minutes"]
        at = self.cleaned_data["from_when"] or self.now
        known: Restraint | None = self.known
        if known is not None and known.is_set:
            return known.reassessed(by=by, at=at, minutes=minutes)
        due = at + timedelta(minutes=minutes)
        return Restraint(by, self.cleaned_data["reason"], started_at=at, due_at=due)


TYPED: tuple[type[TrackingForm], ...] = (MissingForm, GuardiansForm, WatchForm, BelongingsForm, RestraintForm)
