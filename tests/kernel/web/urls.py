"""A few doors about one PEC, well and badly behaved, to try the guard on."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, include, path

from osmose.encounters.models import Encounter
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.web.door import by_id, door
from osmose.kernel.web.request import Listing, StaffRequest
from tests.kernel import world

PLAIN = "text/plain; charset=utf-8"
# What a test does in the middle of a save.
meanwhile: list[Any] = []


def text(said: str, status: int = 200) -> HttpResponse:
    return HttpResponse(said, status=status, content_type=PLAIN)


def show(request: StaffRequest, pec: Encounter) -> HttpResponse:
    return text(f"motif : {pec.motif} ; visite : {request.visit}")


def write(pec: Encounter) -> None:
    """As careless code would: with an actor, but under a GET."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('osmose.actor', gen_random_uuid()::text, true)")
        cursor.execute("UPDATE encounters_encounter SET version = 77 WHERE id = %s", [pec.pk])


def write_in_a_get(request: StaffRequest, pec: Encounter) -> HttpResponse:
    write(pec)
    return text("écrit")


def write_while_drawn(request: StaffRequest, pec: Encounter) -> HttpResponse:
    template = engines["django"].from_string("{{ late }}")
    return SimpleTemplateResponse(template, {"late": lambda: write(pec) or "écrit"}, content_type=PLAIN)  # type: ignore[func-returns-value]


def draw_late(request: StaffRequest, pec: Encounter) -> HttpResponse:
    return SimpleTemplateResponse(
        engines["django"].from_string("{{ transaction }}"), {"transaction": is_read_only}, content_type=PLAIN
    )


def is_read_only() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return str(cursor.fetchone()[0])


def stream(request: StaffRequest, pec: Encounter) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"secret"

    return StreamingHttpResponse(parts())


def fail(request: StaffRequest, pec: Encounter) -> HttpResponse:
    raise ZeroDivisionError(pec.motif)


def say_no(request: StaffRequest) -> HttpResponse:
    raise Refused("Tapez au moins trois lettres.", field="q")


def sign(request: StaffRequest, pec: Encounter) -> HttpResponse:
    """What a view does: one translation, one call."""
    typed = request.POST.get("text", "")
    if not typed:
        return text(f"à corriger ; motif : {pec.motif}", 422)
    if typed == "non":
        world.refuse(actor=request.actor, encounter=pec, now=request.now)
    then = meanwhile[0] if meanwhile else None
    world.note(actor=request.actor, encounter=pec, text=typed, now=request.now, then=then)
    return text(f"signé : {typed}")


def signed_again(request: StaffRequest, pec: Encounter) -> HttpResponse:
    return text(f"déjà signé : {len(world.told(pec))}")


def composer(request: StaffRequest, pec: Encounter, refused: Refused) -> HttpResponse:
    return text(f"{refused.sentence} [{refused.field}] vous aviez tapé : {request.POST.get('text')}")


def sign_elsewhere(request: StaffRequest) -> HttpResponse:
    """The view loads nothing: only its deed asks the policy."""
    pec = Encounter.objects.get(pk=request.POST["pec"])
    world.note(actor=request.actor, encounter=pec, text="x", now=request.now)
    return text("signé")


def listing(request: StaffRequest, policy: Any) -> Listing:
    rows = list(policy.rows(request.actor, request.now).order_by("pk"))
    if len(request.GET.get("q", "abc")) < 3:
        raise Refused("Tapez au moins trois lettres.", field="q")
    return Listing(
        subjects=tuple(r.pk for r in rows),
        persons=tuple(r.patient_id for r in rows),
        version=f"v{len(rows)}-{sum(r.version for r in rows)}",
        rows=rows,
    )


def show_list(request: StaffRequest, shown: Listing) -> HttpResponse:
    return text(f"visite : {request.visit} ; {shown.version} ; " + ", ".join(r.motif for r in shown.rows))


def undeclared(request: HttpRequest) -> HttpResponse:
    return text("jamais vu")


one = by_id("pec_id")
pec = {"may": world.READ, "subject": one, "journal": Verb.READ}
urlpatterns: list[URLPattern | URLResolver] = [
    door("pec/<uuid:pec_id>/", name="t.show", get=show, **pec),
    door("partie/<uuid:pec_id>/", name="t.part", get=show, fragment=True, **pec),
    door("ecrit/<uuid:pec_id>/", name="t.write", get=write_in_a_get, **pec),
    door("ecrit-tard/<uuid:pec_id>/", name="t.write_late", get=write_while_drawn, **pec),
    door("tard/<uuid:pec_id>/", name="t.late", get=draw_late, **pec),
    door("flux/<uuid:pec_id>/", name="t.stream", get=stream, **pec),
    door("panne/<uuid:pec_id>/", name="t.fail", get=fail, **pec),
    door("note/<uuid:pec_id>/", name="t.sign", get=show, post=sign, replay=signed_again, refused=composer, **pec),
    door("note-nue/<uuid:pec_id>/", name="t.sign_bare", get=show, post=sign, replay=signed_again, **pec),
    door("ailleurs/", name="t.elsewhere", may=world.STAFF, post=sign_elsewhere),
    door("limite/", name="t.limit", may=world.STAFF, get=say_no),
    door("agents/", name="t.agents", may=world.READ, get=lambda request: text("agents")),
    door("liste/", name="t.list", may=world.READ, get=show_list, listing=listing, journal=Verb.LIST, fragment=True),
    door(
        "recherche/", name="t.search", may=world.READ, post=show_list, listing=listing, journal=Verb.SEARCH,
        post_reads=True,
    ),
    path("ouvert/", undeclared, name="t.undeclared"),
    path("", include("osmose.project.urls")),  # what the pages of errors lead to
]  # fmt: skip
handler400 = "osmose.kernel.web.errors.bad_request"
handler403 = "osmose.kernel.web.errors.forbidden"
handler404 = "osmose.kernel.web.errors.not_found"
handler500 = "osmose.kernel.web.errors.server_error"
