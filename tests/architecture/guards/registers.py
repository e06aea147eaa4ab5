"""What is declared (policies, deeds, doors, event kinds) is used, and what is used is declared."""

import ast
import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

from osmose.kernel.events.kinds import Payload, Purge
from tests.architecture.tree import Source, dotted

_KIND = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_POLICY = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


def policies_read(sources: Iterable[Source]) -> set[tuple[str, str]]:
    """(app, constant) of each policy whose rows a query or a page reads: `READ.rows(…)`, `policies.READ.rows(…)`.

    The app is the one that declares it, found by the import; a policy of the same module's app otherwise.
    """
    found = set()
    for source in sources:
        imported = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in source.nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for call in source.calls():
            if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("rows", "allows"):
                continue
            first, _, rest = dotted(call.func.value).partition(".")
            module, name = imported.get(first, ("", ""))
            if module.endswith(".policies"):
                found.add((module, name))
            elif name == "policies" or name.endswith("_policies"):
                found.add((f"{module}.{name}", rest))
    return found


def unused_policies(declared: Iterable[str], named: Iterable[str]) -> list[str]:
    """A permission declared and used nowhere is a promise that nobody keeps."""
    return [f"policy {name}: no door, deed nor query names it." for name in sorted(set(declared) - set(named))]


def misnamed_policies(policies: Mapping[str, Any]) -> list[str]:
    """« app.verb », a French label, at least one role, words for the relation."""
    faults = []
    for name, policy in policies.items():
        if not _POLICY.fullmatch(name):
            faults.append(f"policy {name}: the name is « app.verb ».")
        if not policy.label or not policy.roles or not getattr(policy.relation, "words", ""):
            faults.append(f"policy {name}: label, roles and the relation's words are needed.")
    return faults


def deeds_without_policy(deeds: Mapping[str, Any], policies: Mapping[str, Any]) -> list[str]:
    """Every action names a registered policy; a personal one may have none."""
    return [
        f"deed {name}: its policy is not registered."
        for name, deed in deeds.items()
        if (deed.may is None and deed.verb is not None) or (deed.may is not None and deed.may.name not in policies)
    ]


def doors_without_policy(doors: Mapping[str, Any], policies: Mapping[str, Any]) -> list[str]:
    return [
        f"door {name}: its policy is not registered."
        for name, door in doors.items()
        if getattr(door.may, "name", None) not in policies
    ]


def shapeless_kinds(kinds: Mapping[str, type[Payload]], icons: Iterable[str]) -> list[str]:
    """An event kind: « app.past_participle » of its own app, a French sentence, a purge rule, a drawn icon."""
    drawn, faults = set(icons), []
    for name, payload in kinds.items():
        module = payload.__module__.removeprefix("osmose.").split(".")
        if not _KIND.fullmatch(name) or name.partition(".")[0] not in module:
            faults.append(f"event {name}: the name is « app.past_participle », of the app {module[0]}.")
        if payload.sentence is Payload.sentence:
            faults.append(f"event {name}: no French sentence.")
        if not isinstance(getattr(payload, "purge", None), Purge):
            faults.append(f"event {name}: no purge rule.")
        if payload.icon not in drawn:
            faults.append(f"event {name}: the icon « {payload.icon} » is not in icons.svg.")
    return faults


def unrecorded_kinds(kinds: Mapping[str, type[Payload]], sources: Iterable[Source]) -> list[str]:
    """Each kind is made somewhere in the rules: `record(NoteSigned(…))`, or by a table `{"triage": TriageChanged}`."""
    made = set()
    for source in sources:
        if source.room != "events":
            made |= {dotted(call.func).rpartition(".")[2] for call in source.calls()}
            tables = [node for node in ast.walk(source.tree) if isinstance(node, ast.Dict)]
            made |= {dotted(value).rpartition(".")[2] for table in tables for value in table.values}
    return [f"event {name}: nobody records it." for name, payload in kinds.items() if payload.__name__ not in made]


def unspoken(things: Iterable[Any]) -> list[str]:
    """Public functions of the rules say what they do."""
    return [f"{thing.__module__}.{thing.__name__}: no docstring." for thing in things if not inspect.getdoc(thing)]
