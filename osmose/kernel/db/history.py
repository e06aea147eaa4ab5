"""The versions of a clinical row, kept by the database itself so that raw SQL is caught too."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import models

_M = TypeVar("_M", bound=models.Model)


def tracked(model_name: str) -> Callable[[type[_M]], type[_M]]:
    """Each insert, update and delete of the model is copied to `model_name`, with who and in which request.

    The context is in the row (no join, no table that is updated); the row it speaks of may be gone.
    """
    decorate: Any = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        model_name=model_name,
        obj_field=pghistory.ObjForeignKey(db_constraint=False, on_delete=models.DO_NOTHING, related_name="history"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
    )

    def apply(model: type[_M]) -> type[_M]:
        return decorate(model)  # type: ignore[no-any-return]

    return apply
