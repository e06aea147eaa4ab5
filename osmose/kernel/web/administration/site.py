"""The administration: Django's admin, each of whose addresses is a door. Nothing is mounted that isn't declared here.

Django's own addresses (login, deletion, its log, a catch-all…) are left out: an AdminSite that mounts only doors has no
other way in.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, reverse

from osmose.kernel.access.policy import Policy
from osmose.kernel.web.administration.reference import ReferenceAdmin
from osmose.kernel.web.door import door
from osmose.kernel.web.request import StaffRequest

ADDRESS = "administration/"


@dataclass(frozen=True)
class Section:
    """One card of the first page: where it leads, in words."""

    label: str
    url_name: str
    icon: str
    intro: str
    may: Policy[Any]
    position: int = 0

    @property
    def url(self) -> str:
        return reverse(self.url_name)


class AdministrationSite(admin.AdminSite):
    """The tables that an administrator may edit, and the pages of the same kind that an app made by hand."""

    def __init__(self, name: str):
        super().__init__(name)
        self._pages: list[Section] = []

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Refuses what isn't behind the guard: Django's own ModelAdmin would open its addresses to `is_staff`."""
        if not (isinstance(admin_class, type) and issubclass(admin_class, ReferenceAdmin)):
            raise TypeError("The administration only shows tables described by a ReferenceAdmin.")
        super().register(model_or_iterable, admin_class, **options)

    def add_page(self, section: Section) -> None:
        """A page made by hand, told beside the tables."""
        if section not in self._pages:
            self._pages.append(section)

    def tables(self) -> list[ReferenceAdmin]:
        return [table for table in self._registry.values() if isinstance(table, ReferenceAdmin)]

    def sections(self) -> list[Section]:
        """What the first page shows, in order."""
        told = [
            Section(table.plural, table.stem, table.icon, table.intro, table.may, table.position)
            for table in self.tables()
        ]
        return sorted([*told, *self._pages], key=lambda section: section.position)

    def doors(self, *, name: str, may: Policy[Any]) -> list[URLPattern]:
        """Every address of the administration; `may` opens the first page."""
        first = door(ADDRESS, name=name, may=may, get=self.first_page)
        return [first, *(pattern for table in self.tables() for pattern in table.doors(ADDRESS, home=name))]

    def first_page(self, request: StaffRequest) -> HttpResponse:
        """What can be set here, in words."""
        sections = [section for section in self.sections() if section.may.allows(request.actor, None, request.now)]
        return render(request, "admin/index.html", {"sections": sections})


administration = AdministrationSite("administration")
