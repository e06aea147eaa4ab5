"""What every table must have: a sensitivity for each field, an author for each write, a history."""

from collections.abc import Iterable
from typing import Any

from osmose.kernel.base.sensitivity import Sensitivity, sensitivity_of

_SEALED = (Sensitivity.IDENTIFYING, Sensitivity.CLINICAL)


def _label(model: Any) -> str:
    return str(model._meta.label)


def unclassified_fields(models: Iterable[Any]) -> list[str]:
    """Every field says how sensitive it is; no name is left over from a field that went."""
    faults = []
    for model in models:
        fields = {field.name: field for field in (*model._meta.local_fields, *model._meta.local_many_to_many)}
        fields |= {field.name: field for field in model._meta.fields}
        faults += [
            f"{_label(model)}.{n}: no sensitivity." for n, f in fields.items() if sensitivity_of(model, f) is None
        ]
        stale = set(model.__dict__.get("sensitivity", {})) - set(fields)
        faults += [f"{_label(model)}: « {name} » is classified, and is no field." for name in sorted(stale)]
    return faults


def clear_secrets(models: Iterable[Any], encrypted: type) -> list[str]:
    """Identifying and clinical fields are encrypted."""
    return [
        f"{_label(model)}.{field.name}: {sensitivity_of(model, field)} and in clear."
        for model in models
        for field in model._meta.fields
        if sensitivity_of(model, field) in _SEALED and not isinstance(field, encrypted)
    ]


def unattributed_tables(models: Iterable[Any], clinical: type) -> list[str]:
    """A clinical table refuses a write in a transaction without a declared actor."""
    return [
        f"{_label(model)}: no trigger require_actor; write `class Meta(ClinicalModel.Meta)`."
        for model in models
        if issubclass(model, clinical) and "require_actor" not in _triggers(model)
    ]


def forgetful_tables(models: Iterable[Any], histories: Iterable[Any], clinical: type) -> list[str]:
    """A clinical table keeps its versions, or says why not (`untracked = "reason"`)."""
    kept = {history.pgh_tracked_model for history in histories}
    return [
        f"{_label(model)}: no history, and no reason in `untracked`."
        for model in models
        if issubclass(model, clinical) and model not in kept and len(str(getattr(model, "untracked", ""))) < 20
    ]


def leaking_histories(histories: Iterable[Any], encrypted: type) -> list[str]:
    """What is encrypted in the row is encrypted in its versions, under the same label."""
    faults = []
    for history in histories:
        copies = {field.name: field for field in history._meta.fields}
        for field in history.pgh_tracked_model._meta.fields:
            copy = copies.get(field.name)
            if isinstance(field, encrypted) and copy is not None:
                same: Any = field
                if not isinstance(copy, encrypted) or same.label != copy.label:  # type: ignore[attr-defined]
                    faults.append(f"{_label(history)}.{field.name}: not sealed as in the row.")
    return faults


def unprotected_ledgers(models: Iterable[Any]) -> list[str]:
    """An append-only table refuses UPDATE and DELETE whoever asks."""
    return [
        f"{_label(model)}: append_only without its trigger."
        for model in models
        if getattr(model, "append_only", False) and "append_only" not in _triggers(model)
    ]


def _triggers(model: Any) -> set[str]:
    return {trigger.name for trigger in getattr(model._meta, "triggers", ())}
