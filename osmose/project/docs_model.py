"""`docs/model.md`: every table, what it is for, and how sensitive each field is, printed from the models."""

import inspect
from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.db import models

from osmose.kernel.base.sensitivity import Sensitivity, sensitivity_of
from osmose.kernel.db.models import ClinicalModel
from osmose.project.docs_tables import NOTICE_EN, codes, document, table

_INTRODUCTION = """\
*Identifying* and *clinical* fields are encrypted under the person’s data key (or the system’s); *operational* ones stay
in clear for boards and delays; *plain* is the rest. Tables of versions (`…History`) copy their table field by field,
sealed alike, and are append-only, as are those marked so."""


def render() -> str:
    """The whole page."""
    return document("# Tables", NOTICE_EN, _INTRODUCTION, *_apps())


def _apps() -> Iterator[str]:
    for config in apps.get_app_configs():
        found = [model for model in config.get_models() if not hasattr(model, "pgh_tracked_model")]
        if config.name.startswith("osmose.") and found:
            yield f"## {config.name.removeprefix('osmose.')}"
            yield _table(config, found)


def _table(_config: AppConfig, found: list[type[models.Model]]) -> str:
    head = ["Table", "For", "Identifying", "Clinical", "Operational", "Plain", "Writes"]
    return table(head, (_row(model) for model in found))


def _row(model: type[models.Model]) -> list[str]:
    said = (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ")
    return [f"`{model.__name__}`", said, *(_fields(model, kind) for kind in Sensitivity), _writes(model)]


def _fields(model: type[models.Model], kind: Sensitivity) -> str:
    fields = (*model._meta.fields, *model._meta.many_to_many)
    return codes(field.name for field in fields if sensitivity_of(model, field) is kind)


def _writes(model: type[models.Model]) -> str:
    triggers = {trigger.name for trigger in getattr(model._meta, "triggers", ())}
    words = []
    if "require_actor" in triggers:
        words.append("by a declared actor")
    if getattr(model, "append_only", False):
        words.append("append-only")
    if issubclass(model, ClinicalModel) and not hasattr(model, "untracked"):
        words.append("versions kept")
    return ", ".join(words)
