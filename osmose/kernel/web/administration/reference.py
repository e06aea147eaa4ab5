"""One table of reference data in the administration: its list, its form, its end; each address a door."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, reverse

from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Policy
from osmose.kernel.actions.reference import Overtaken, Wanted, marks, read_marks, touched, written_marks
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.web.administration import listing
from osmose.kernel.web.administration.widgets import asked, dressed, text_field
from osmose.kernel.web.door import by_id, door
from osmose.kernel.web.request import Listing, StaffRequest

SEEN = "_seen"  # the marks of what the form showed


@dataclass(frozen=True)
class Ending:
    """What ending a row does, for who is about to: in words; why not, or empty; what must be ticked first, or empty."""

    facts: tuple[str, ...]
    blocked: str = ""
    confirm: str = ""


class ReferenceAdmin(admin.ModelAdmin[Any]):
    """Describes a table. Writes go through one action each: `add`, `revise`, `end` and `restore` call it.

    `stem` names the doors, `address` is the French word of the path, `may` the one policy; `related` is joined.
    """

    stem: ClassVar[str]
    address: ClassVar[str]
    may: ClassVar[Policy[Any]]
    icon: ClassVar[str] = "settings"
    intro: ClassVar[str] = ""
    plural: ClassVar[str] = ""
    new_words: ClassVar[str] = "Ajouter"
    end_words: ClassVar[str] = "Retirer"
    restore_words: ClassVar[str] = "Remettre en service"
    sample_template: ClassVar[str] = ""
    sample_note: ClassVar[str] = ""
    position: ClassVar[int] = 0
    related: ClassVar[tuple[str, ...]] = ()
    ended_field: ClassVar[str] = "ended_at"
    add_only: ClassVar[tuple[str, ...]] = ()

    actions = None
    empty_value_display = "–"
    list_filter: ClassVar[Any] = (listing.InUse,)
    list_per_page = 200
    sortable_by = ()

    # What a table says of itself.

    def add(self, *, actor: Actor, row: Any, now: datetime) -> Any:
        """One action."""
        raise NotImplementedError

    def revise(self, *, actor: Actor, row: Any, wanted: Wanted, now: datetime) -> Any:
        """One action."""
        raise NotImplementedError

    def end(self, *, actor: Actor, row: Any, is_confirmed: bool, now: datetime) -> Any:
        """One action."""
        raise NotImplementedError

    def restore(self, *, actor: Actor, row: Any, now: datetime) -> Any:
        """One action."""
        raise NotImplementedError

    def sample(self, row: Any, now: datetime) -> Mapping[str, Any]:  # noqa: ARG002 - for those that show none
        """What the preview is drawn from; `row` may not be saved."""
        return {}

    def ending(self, row: Any, now: datetime) -> Ending:  # noqa: ARG002 - for those that ask nothing
        return Ending(facts=("Ce qui l’utilise déjà garde son nom.",))

    def where(self, row: Any) -> str:  # noqa: ARG002
        """To whom or what the row belongs, beside the title."""
        return ""

    def in_use(self, now: datetime) -> Q:  # noqa: ARG002
        return Q(**{f"{self.ended_field}__isnull": True})

    def is_ended(self, row: Any, now: datetime) -> bool:  # noqa: ARG002
        return getattr(row, self.ended_field) is not None

    # Django's questions, answered by the policy.

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        return self.may.rows(request.actor, request.now).select_related(*self.related)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.may.allows(request.actor, obj, request.now)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: Any) -> bool:
        return self.may.allows(request.actor, None, request.now)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:  # noqa: ARG002
        return False  # what was used ends

    def get_changelist(self, request: Any, **options: Any) -> Any:  # noqa: ARG002
        return listing.ReferenceList

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Without the fields that are chosen once for all, on a row that exists."""
        given: Any = super().get_fieldsets(request, obj)
        kept = set(self.add_only) if obj is not None else set()
        groups = []
        for name, options in given:
            fields = [f for f in options["fields"] if f not in kept]
            if fields:
                groups.append((name, {**options, "fields": fields}))
        return groups

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """The house's fields: clean texts, plain widgets; Django's own ask for its scripts and its addresses."""
        if isinstance(db_field, models.ForeignKey):
            return self.formfield_for_foreignkey(db_field, request, **options)
        if type(db_field) is models.CharField and not db_field.choices:
            return text_field(db_field, help_text=options.get("help_text", ""))
        return asked(db_field.formfield(**options))

    # The doors.

    def doors(self, base: str, *, home: str) -> list[URLPattern]:
        """The addresses of the table; `home` is the name of the administration's first page."""
        self._home = home
        stem, at = self.stem, f"{base}{self.address}/"
        one: dict[str, Any] = {"may": self.may, "subject": by_id("row_id", *self.related)}
        return [
            door(at, name=stem, may=self.may, get=self.list_view, listing=self.listed, journal=Verb.LIST),
            door(
                f"{at}nouveau/",
                name=f"{stem}_new",
                may=self.may,
                get=self.new_view,
                post=self.added,
                replay=self.to_list,
                refused=self.add_refused,
            ),
            door(
                f"{at}<uuid:row_id>/",
                name=f"{stem}_row",
                **one,
                get=self.row_view,
                post=self.changed,
                journal=Verb.READ,
                replay=self.to_list,
                refused=self.change_refused,
            ),
            door(
                f"{at}<uuid:row_id>/retirer/",
                name=f"{stem}_end",
                **one,
                get=self.end_view,
                post=self.ended,
                journal=Verb.READ,
                replay=self.to_list,
                refused=self.end_refused,
            ),
            door(
                f"{at}<uuid:row_id>/remettre/",
                name=f"{stem}_restore",
                **one,
                post=self.restored,
                replay=self.to_list,
                refused=self.change_refused,
            ),
        ]

    def listed(self, request: StaffRequest, policy: Policy[Any], **_: Any) -> Listing:
        """The rows about to be shown, for the journal; who has no such role gets 404."""
        if not policy.allows(request.actor, None, request.now):
            raise NotVisible
        changes = listing.list_of(request, self)
        return Listing(subjects=tuple(row.pk for row in changes.result_list), persons=(), rows=changes)

    def list_view(self, request: StaffRequest, listed: Listing) -> HttpResponse:
        """The list; what is ended stays out of it until asked for."""
        context = {
            "cl": listed.rows,
            "rows": listing.rows_of(request, listed.rows),
            "headings": listing.headings_of(listed.rows),
            "new_url": reverse(f"{self.stem}_new"),
            "is_done": listing.DONE in request.GET,
            "is_merged": listing.MERGED in request.GET,
        }
        return self._page(request, "admin/change_list.html", context)

    def new_view(self, request: StaffRequest) -> HttpResponse:
        return self._draw(request, None, self._form_class(request, None)(initial=self.beginning(request)))

    def beginning(self, request: StaffRequest) -> dict[str, Any]:  # noqa: ARG002
        """What a new row's form is prefilled with."""
        return {}

    def row_view(self, request: StaffRequest, row: Any) -> HttpResponse:
        return self._draw(request, row, self._form_class(request, row)(instance=copy.copy(row)))

    def added(self, request: StaffRequest) -> HttpResponse:
        """Adds the row, or shows how it will look when only a preview is asked."""
        form = self._bound(request, None)
        if not form.is_valid():
            return self._draw(request, None, form, status=422)
        if "preview" in request.POST:
            return self._draw(request, None, form, is_preview=True)
        return self.to_list(request, self.add(actor=request.actor, row=form.instance, now=request.now))

    def changed(self, request: StaffRequest, row: Any) -> HttpResponse:
        """Writes what was changed and nothing else, or shows how it will look."""
        form = self._bound(request, row)
        if not form.is_valid():
            return self._draw(request, row, form, status=422)
        if "preview" in request.POST:
            return self._draw(request, row, form, is_preview=True)
        wanted = self._wanted(request, form)
        fresh = self.revise(actor=request.actor, row=row, wanted=wanted, now=request.now)
        apart = [name for name in wanted.seen if name in form.fields and name not in touched(wanted)]
        is_merged = any(mark != wanted.seen[name] for name, mark in marks(fresh, apart).items())
        return self.to_list(request, fresh, is_merged=is_merged)

    def to_list(self, request: StaffRequest, row: Any = None, *, is_merged: bool = False) -> HttpResponse:
        """The list, with the row marked."""
        asked = {listing.DONE: str(getattr(row, "pk", row) or "")}
        if is_merged:
            asked[listing.MERGED] = "1"
        if isinstance(row, models.Model) and self.is_ended(row, request.now):
            asked["etat"] = "tout"
        return HttpResponseRedirect(f"{reverse(self.stem)}?{urlencode(asked)}")

    def add_refused(self, request: StaffRequest, refusal: Refused) -> HttpResponse:
        return self._draw(request, None, self._with_refusal(self._bound(request, None), refusal))

    def change_refused(self, request: StaffRequest, row: Any, refusal: Refused) -> HttpResponse:
        """What is wrong on its field, all that was typed kept; after a conflict, both values."""
        if SEEN not in request.POST:  # a button of the page, not its form
            form = self._form_class(request, row)(instance=copy.copy(row))
            return self._draw(request, row, form, refusal=refusal)
        form = self._bound(request, row)
        if not isinstance(refusal, Overtaken):
            return self._draw(request, row, self._with_refusal(form, refusal), seen=request.POST[SEEN])
        form.is_valid()
        mine = {name: form.cleaned_data[name] for name in touched(self._wanted(request, form))}
        again = self._form_class(request, row)(instance=copy.copy(refusal.row), initial=mine)
        return self._draw(request, refusal.row, again, refusal=refusal)

    def end_view(self, request: StaffRequest, row: Any) -> HttpResponse:
        """What ending it would do, before doing it."""
        return self._end_page(request, row)

    def ended(self, request: StaffRequest, row: Any) -> HttpResponse:
        is_confirmed = bool(request.POST.get("confirm"))
        return self.to_list(request, self.end(actor=request.actor, row=row, is_confirmed=is_confirmed, now=request.now))

    def end_refused(self, request: StaffRequest, row: Any, refusal: Refused) -> HttpResponse:
        return self._end_page(request, row, refusal)

    def restored(self, request: StaffRequest, row: Any) -> HttpResponse:
        return self.to_list(request, self.restore(actor=request.actor, row=row, now=request.now))

    # How it is drawn.

    def _form_class(self, request: Any, row: Any) -> Any:
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        return self.get_form(request, row, change=row is not None, fields=fields)

    def _bound(self, request: StaffRequest, row: Any) -> Any:
        instance = copy.copy(row) if row is not None else None
        return self._form_class(request, row)(request.POST, instance=instance)

    def _wanted(self, request: StaffRequest, form: Any) -> Wanted:
        return Wanted(values=dict(form.cleaned_data), seen=read_marks(request.POST.get(SEEN, "")))

    def _with_refusal(self, form: forms.BaseForm, refusal: Refused) -> Any:
        if form.is_valid():
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return form

    def _draw(
        self,
        request: StaffRequest,
        row: Any,
        form: Any,
        *,
        refusal: Refused | None = None,
        is_preview: bool = False,
        seen: str = "",
        status: int = 200,
    ) -> HttpResponse:
        theirs = refusal.theirs if isinstance(refusal, Overtaken) else {}
        dressed(form, theirs)
        if row is not None:
            kept = request.POST.get(SEEN, "") if form.is_bound else ""
            seen = seen or kept or written_marks(row, list(form.fields))
        shown = form.instance if row is not None or is_preview else None
        has_sample = shown is not None and bool(self.sample_template) and (is_preview or not form.errors)
        context = {
            "row": row,
            "where": self.where(row) if row is not None else "",
            "adminform": helpers.AdminForm(form, self.get_fieldsets(request, row), {}, (), model_admin=self),
            "form": form,
            "seen": seen,
            "refusal": refusal,
            "is_preview": is_preview,
            "is_ended": row is not None and self.is_ended(row, request.now),
            "sample": self.sample(shown, request.now) if has_sample else None,
            "end_url": reverse(f"{self.stem}_end", kwargs={"row_id": row.pk}) if row is not None else "",
            "restore_url": reverse(f"{self.stem}_restore", kwargs={"row_id": row.pk}) if row is not None else "",
        }
        return self._page(request, "admin/change_form.html", context, status=status)

    def _end_page(self, request: StaffRequest, row: Any, refusal: Refused | None = None) -> HttpResponse:
        context = {
            "row": row,
            "where": self.where(row),
            "ending": self.ending(row, request.now),
            "is_ended": self.is_ended(row, request.now),
            "refusal": refusal,
            "row_url": reverse(f"{self.stem}_row", kwargs={"row_id": row.pk}),
        }
        return self._page(request, "admin/delete_confirmation.html", context)

    def _page(self, request: StaffRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {"table": self, "home_url": reverse(self._home), "list_url": reverse(self.stem)}
        return render(request, template, {**shared, **context}, status=status)
