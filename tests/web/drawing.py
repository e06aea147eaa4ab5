"""Drawing templates outside a view: a component from a string, a page with an actor."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from osmose.kernel.access.actor import Actor, Membership
from osmose.kernel.access.roles import Role

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


def component(source: str, **context: Any) -> str:
    """The HTML of a few components written in a string."""
    compiled = CottonCompiler().process("{% load osmose %}" + source)
    return str(engines["django"].from_string(compiled).render(context))


def membership(label: str, role: Role = Role.AGENT) -> Membership:
    return Membership(
        unit_id=uuid.uuid5(uuid.NAMESPACE_URL, label),
        establishment_id=uuid.uuid5(uuid.NAMESPACE_URL, "CH"),
        role=role,
        unit_label=label,
        unit_kind="emergency",
        starts_at=NOON,
    )


def claire(*units: str) -> Actor:
    """IDE Claire Morel, in the emergency department unless told otherwise."""
    held = tuple(membership(unit) for unit in units or ("Service d’accueil des urgences",))
    who = uuid.uuid5(uuid.NAMESPACE_URL, "claire")
    return Actor(id=who, name="IDE Claire Morel", function="IDE", memberships=held, acting=held[0])


def request(path: str = "/pec/", *, actor: Actor | None = None, theme: str = "") -> HttpRequest:
    asked: Any = RequestFactory().get(path)
    asked.user = AnonymousUser()
    asked.actor, asked.now, asked.visit = actor, NOON, None
    if theme:
        asked.COOKIES["theme"] = theme
    return asked


def page(name: str, *, actor: Actor | None = None, theme: str = "", **context: Any) -> str:
    """A whole page as a view would draw it."""
    return render_to_string(name, context, request=request(actor=actor, theme=theme))
