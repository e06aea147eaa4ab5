"""The guard of every door: actor, subject through the policy, journal committed, then (and only then) the view."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse

from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.submission import Replayed, Submission, submitted
from osmose.kernel.audit import journal
from osmose.kernel.audit.models import AccessEntry, Outcome, Verb
from osmose.kernel.base.clock import now
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.base.text import clean
from osmose.kernel.crypto.blind import subkey
from osmose.kernel.crypto.errors import Unreadable
from osmose.kernel.db.context import read_only
from osmose.kernel.web import errors
from osmose.kernel.web.doors import Door, View
from osmose.kernel.web.request import Listing, StaffRequest, is_htmx

UNREADABLE = "Dossier illisible\u202f: rien n’a été enregistré. Prévenez l’administrateur."
TOKEN = "_token"  # noqa: S105 - the name of a form field
# Never part of what a submission says: the CSRF token changes from page to page.
_UNSAID = frozenset({"csrfmiddlewaretoken", TOKEN, "visit", "next"})

_resolve_actor: Callable[[HttpRequest, Any], Actor | None] | None = None


def actors_come_from(resolve: Callable[[HttpRequest, Any], Actor | None]) -> None:
    """Told once by `accounts`, which lies above: who is behind a request."""
    global _resolve_actor  # noqa: PLW0603 - one hook, set when the accounts are ready
    _resolve_actor = resolve


def guarded(door: Door) -> Callable[..., HttpResponse]:
    """The view of a door."""

    def run(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        is_get = request.method in ("GET", "HEAD")
        view = door.get if is_get else door.post if request.method == "POST" else None
        if view is None:
            allowed = [verb for verb, exists in (("GET", door.get), ("POST", door.post)) if exists]
            return errors.not_allowed(request, HttpResponseNotAllowed(allowed))
        actor = _actor(request, door)
        if actor is None:
            return door.visitors.stranger(request) if door.visitors else to_login(request)
        staff: Any = request
        staff.actor, staff.door, staff.visit, staff.refusal, staff.listed = actor, door, None, None, None
        if is_get or door.post_reads:
            return _read(staff, door, view, kwargs)
        return _write(staff, door, view, kwargs)

    return run


def _actor(request: HttpRequest, door: Door) -> Actor | None:
    """The actor of the request, evaluated before any transaction: a stale session is flushed here, not in a GET."""
    staff: Any = request
    staff.now = now()
    if door.visitors is not None:
        return door.visitors.actor(request, staff.now)
    if _resolve_actor is None:
        raise RuntimeError("Nobody says who acts: osmose.accounts is not installed.")
    return _resolve_actor(request, staff.now)


def to_login(request: HttpRequest) -> HttpResponse:
    """The login page; a fragment request is told to load it whole, or it would be swapped into a row."""
    if is_htmx(request):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = "/login"
        return response
    target = "/login"
    if request.method == "GET":
        target = f"/login?next={quote(request.path)}"
    return HttpResponseRedirect(target)


_REFUSED = object()
_UNCHANGED = object()


def _read(request: StaffRequest, door: Door, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    """Journal first, in a transaction of its own; then the view, drawn whole in a read-only one."""
    arguments: list[Any] = []
    try:
        with transaction.atomic(durable=True):
            subject = _journaled_subject(request, door, kwargs)
        if subject is _UNCHANGED:
            return HttpResponse(status=204)
        if subject is _REFUSED:
            return _hidden(request, door, kwargs)
        arguments = [] if subject is None else [subject]
        with read_only():
            return _drawn(view(request, *arguments, **({} if arguments else kwargs)))
    except NotVisible as hidden:
        return _hidden(request, door, kwargs, is_journaled=hidden.is_journaled)
    except Refused as refused:
        return _refused(request, door, arguments, refused)


def _journaled_subject(request: StaffRequest, door: Door, kwargs: dict[str, Any]) -> Any:
    """What the view is about to show, through the policy, with its line in the journal."""
    if door.listing is not None:
        listing = door.listing(request, door.may, **kwargs)
        if _is_unchanged(request, listing):
            return _UNCHANGED
        _journal_listing(request, door, listing)
        return listing
    if door.subject is None:
        return None if door.may.allows(request.actor, None, request.now) else _REFUSED
    subject = door.subject(request, door.may, **kwargs)
    if subject is None:
        return _REFUSED
    verb = door.journal or Verb.READ
    if not (door.fragment and _belongs_to_visit(request, verb, subject)):
        request.visit = _append(request, door, verb, _ids(subject)).uid
    return subject


def _write(request: StaffRequest, door: Door, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    """The subject through the policy, then the view, whose one action opens its own transaction."""
    arguments: list[Any] = []
    if door.subject is not None:
        subject = door.subject(request, door.may, **kwargs)
        if subject is None:
            return _hidden(request, door, kwargs)
        arguments = [subject]
        _belongs_to_visit(request, Verb.READ, subject)  # the page that posts names its visit: its fragments keep it
    elif not door.may.allows(request.actor, None, request.now):
        return _hidden(request, door, kwargs)
    try:
        with submitted(_submission(request, door)), journal.noting() as lines:
            response = _drawn(view(request, *arguments, **({} if arguments else kwargs)))
        return _accounted(request, door, arguments, response, lines.about)
    except Replayed as replay:
        return _replayed(request, door, arguments or [replay.subject_id])
    except NotVisible as hidden:
        return _hidden(request, door, kwargs, is_journaled=hidden.is_journaled)
    except (Refused, Unreadable) as problem:
        return _refused(request, door, arguments, _said(problem))


def _said(problem: Refused | Unreadable) -> Refused:
    """A destroyed key or an altered row is a refusal too: nothing was written, what was typed is given back."""
    return problem if isinstance(problem, Refused) else Refused(UNREADABLE, code="unreadable", status=409)


def _accounted(
    request: StaffRequest, door: Door, arguments: list[Any], response: HttpResponse, noted: set[uuid.UUID]
) -> HttpResponse:
    """A post that shows the subject without having changed it (a form drawn again) is a reading, and journaled."""
    if not arguments or not response.content or 300 <= response.status_code < 400:
        return response
    ids = _ids(arguments[0])
    if not {*ids[0], *ids[1]} <= noted and not _belongs_to_visit(request, Verb.READ, arguments[0]):
        with transaction.atomic(durable=True):
            request.visit = _append(request, door, Verb.READ, ids).uid
    return response


def _replayed(request: StaffRequest, door: Door, arguments: list[Any]) -> HttpResponse:
    """What a submission already carried out did, drawn again under today's rights."""
    if door.replay is None:
        raise TypeError(f"{door.name}: a door whose post records events says how to show them again (replay).")
    return _shown(request, door, door.replay, arguments)


def _refused(request: StaffRequest, door: Door, arguments: list[Any], refused: Refused) -> HttpResponse:
    """The refusal on its field, the typed text kept; what was already so is simply shown again."""
    if refused.code == "unchanged" and door.replay is not None:
        return _shown(request, door, door.replay, arguments)
    request.refusal = refused
    if door.refused is None:
        response = errors.refused(request, refused)
    else:
        response = _shown(request, door, door.refused, arguments, refused)
    response.status_code = refused.status
    return response


def _shown(request: StaffRequest, door: Door, view: View, arguments: list[Any], *more: Any) -> HttpResponse:
    with read_only():
        response = _drawn(view(request, *arguments, *more))
    if request.listed is not None:
        with transaction.atomic(durable=True):
            _journal_listing(request, door, request.listed)
    return _accounted(request, door, arguments, response, set())


def _drawn(response: HttpResponseBase) -> HttpResponse:
    """Rendered here and now: a lazy template would be drawn after the transaction, free to write."""
    if not isinstance(response, HttpResponse):
        raise TypeError("A view behind a door doesn't stream: nothing may be read after the journal's transaction.")
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response


def _ids(subject: Any) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """The subject's and the person's id, as the journal keeps them; empty for what is about no patient."""
    if isinstance(subject, uuid.UUID):
        return [subject], []
    tell = getattr(subject, "event_subject", None)
    if not callable(tell):
        return ([subject.pk] if isinstance(getattr(subject, "pk", None), uuid.UUID) else []), []
    about = tell()
    return [i for i in (about.subject_id,) if i], [i for i in (about.person_id,) if i]


def _append(
    request: StaffRequest,
    door: Door,
    verb: Verb,
    ids: tuple[list[uuid.UUID], list[uuid.UUID]],
    *,
    outcome: Outcome = Outcome.ALLOWED,
    parent: uuid.UUID | None = None,
) -> AccessEntry:
    return journal.append(
        actor=request.actor,
        verb=verb,
        door=door.name,
        policy=door.may.name,
        subjects=ids[0],
        persons=ids[1],
        outcome=outcome,
        parent=parent,
    )


def _named_visit(request: HttpRequest) -> uuid.UUID | None:
    """The page visit that a fragment says it belongs to."""
    try:
        return uuid.UUID(request.GET.get("visit", "") or request.POST.get("visit", ""))
    except ValueError:
        return None


def _belongs_to_visit(request: StaffRequest, verb: Verb, subject: Any) -> bool:
    """True for a part of a page whose showing of this subject is already in the journal, under the same verb."""
    visit = _named_visit(request)
    ids = set(_ids(subject)[0])
    if visit is None or not ids:
        return False
    known = journal.shown_by_visit(actor=request.actor, verb=verb, visit=visit, now=request.now)
    if known is None or not ids <= known:
        return False
    request.visit = visit
    return True


def _is_unchanged(request: StaffRequest, listing: Listing) -> bool:
    return bool(listing.version) and request.GET.get("version") == listing.version


def _journal_listing(request: StaffRequest, door: Door, listing: Listing) -> None:
    """The ids shown; a refresh adds only what its page had not shown yet."""
    verb = door.journal or Verb.LIST
    if door.display and journal.displayed_by(request.actor, verb) == set(listing.subjects):
        return
    visit = _named_visit(request) if door.fragment else None
    known = None
    if visit is not None:
        known = journal.shown_by_visit(actor=request.actor, verb=verb, visit=visit, now=request.now)
    if known is None:
        request.visit = _append(request, door, verb, (list(listing.subjects), list(listing.persons))).uid
        return
    request.visit = visit
    if fresh := [n for n, subject in enumerate(listing.subjects) if subject not in known]:
        persons = [listing.persons[n] for n in fresh if n < len(listing.persons)]
        _append(request, door, verb, ([listing.subjects[n] for n in fresh], persons), parent=visit)


def _hidden(request: StaffRequest, door: Door, kwargs: dict[str, Any], *, is_journaled: bool = False) -> HttpResponse:
    """404 for what does not exist and for what is not theirs alike, and a line in the journal."""
    if not is_journaled:
        named = [value for value in kwargs.values() if isinstance(value, uuid.UUID)]
        verb = door.journal or (Verb.CHANGE if request.method == "POST" else Verb.READ)
        with transaction.atomic(durable=True):
            _append(request, door, verb, (named, []), outcome=Outcome.REFUSED)
    return errors.not_found(request)


def _submission(request: StaffRequest, door: Door) -> Submission | None:
    """The token of the page and a keyed digest of what was typed."""
    token = clean(request.POST.get(TOKEN, ""))[:64]
    if not token:
        return None
    said = sorted((name, value) for name, values in request.POST.lists() if name not in _UNSAID for value in values)
    body = json.dumps([request.path, said]).encode()
    digest = hmac.new(subkey("idempotency"), body, hashlib.sha256).digest()
    return Submission(token=token, door=door.name, body_digest=digest)


def request_identity(request: HttpRequest, actor: Actor) -> Actor:
    """The actor with where the request comes from, for the journal."""
    return actor.seen_from(
        address=_address(request.META.get("REMOTE_ADDR", "")),
        workstation=clean(request.COOKIES.get("poste", ""))[:40],
        request_id=new_id(),
    )


def _address(remote: str) -> str:
    """Empty where the server listens on a socket that has no address."""
    try:
        return str(ip_address(remote))
    except ValueError:
        return ""
