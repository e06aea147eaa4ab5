"""The list of a table: what is in use by default, and it says when it shows others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_list import items_for_result, result_headers
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.urls import reverse

from osmose.kernel.base.refused import Refused
from osmose.kernel.web.request import StaffRequest

# In the address after a deed, instead of a message in a cookie: which row it was, and whether two changes were merged.
DONE, MERGED = "fait", "reuni"


class ReferenceList(ChangeList):
    """Django's list, whose rows lead to our doors."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        return {name: value for name, value in super().get_filters_params(params).items() if name not in (DONE, MERGED)}

    def url_for_result(self, result: Any) -> str:
        return reverse(f"{self.model_admin.stem}_row", kwargs={"row_id": result.pk})  # type: ignore[attr-defined]


class InUse(admin.SimpleListFilter):
    """In use (the default), ended, or all."""

    title = "état"
    parameter_name = "etat"
    _LABELS = (("", "En service"), ("fin", "Hors service"), ("tout", "Les deux"))

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        return [pair for pair in self._LABELS if pair[0]]

    def queryset(self, request: Any, queryset: Any) -> Any:
        in_use = self.model_admin.in_use(request.now)
        chosen = self.value() or ""
        if chosen == "tout":
            return queryset
        return queryset.exclude(in_use) if chosen == "fin" else queryset.filter(in_use)

    def __init__(self, request: Any, params: Any, model: Any, model_admin: Any):
        self.model_admin = model_admin
        super().__init__(request, params, model, model_admin)

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self._LABELS:
            asked = {self.parameter_name: value or None}
            yield {
                "selected": (self.value() or "") == value,
                "query_string": changelist.get_query_string(asked, [DONE, MERGED]),
                "display": label,
            }


@dataclass(frozen=True)
class Row:
    """One line: its cells as Django draws them, whether it was just changed, whether it is ended."""

    pk: Any
    cells: list[Any]
    is_fresh: bool
    is_ended: bool


def list_of(request: StaffRequest, table: Any) -> ChangeList:
    """The list that a request asks for. `Refused` when its address asks for a filter that doesn't exist."""
    try:
        made: ChangeList = table.get_changelist_instance(request)
    except (IncorrectLookupParameters, SuspiciousOperation, ValidationError, ValueError):
        raise Refused("Ce filtre n’existe pas. Rouvrez la liste depuis l’administration.", code="filter") from None
    made.formset = None
    return made


def rows_of(request: StaffRequest, changes: ChangeList) -> list[Row]:
    """The lines to draw."""
    fresh, table = request.GET.get(DONE, ""), changes.model_admin
    return [
        Row(
            pk=row.pk,
            cells=list(items_for_result(changes, row, None)),
            is_fresh=str(row.pk) == fresh,
            is_ended=table.is_ended(row, request.now),  # type: ignore[attr-defined]
        )
        for row in changes.result_list
    ]


def headings_of(changes: ChangeList) -> list[str]:
    """The words at the head of the columns."""
    return [str(heading["text"]) for heading in result_headers(changes)]
