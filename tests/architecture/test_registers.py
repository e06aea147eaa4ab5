"""Policies, deeds, doors and event kinds: what is declared is used, what is used is declared."""

import dataclasses
import importlib
import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from osmose.kernel.access import policy
from osmose.kernel.actions import deeds
from osmose.kernel.events import kinds
from osmose.kernel.events.kinds import Payload, Purge
from osmose.kernel.web import doors
from osmose.project.environment import ROOT
from tests.architecture import tree
from tests.architecture.guards import registers
from tests.architecture.tree import Source
from tests.architecture.verdict import none

# Made on the way by third parties' machinery or the street door: nothing is declared there.
_NOT_IMPORTED = ("osmose/project/__main__.py", "osmose/project/settings/", "osmose/project/wsgi.py")


def _import_the_house() -> None:
    """Registers are filled by imports: all of them, or a policy could hide in a module that no test touches."""
    for source in tree.house():
        if not source.path.startswith(_NOT_IMPORTED):
            importlib.import_module(".".join(source.parts).removesuffix(".__init__"))


def _ours(register: dict[str, Any]) -> dict[str, Any]:
    """What the house declares; tests declare some of their own."""
    return {
        name: thing
        for name, thing in register.items()
        if not (name.startswith("tests.") or _module_of(thing).startswith("tests"))
    }


def _module_of(thing: Any) -> str:
    views = [view for view in (getattr(thing, "get", None), getattr(thing, "post", None)) if callable(view)]
    return str(views[0].__module__ if views else getattr(thing, "__module__", ""))


def _policies() -> dict[str, Any]:
    _import_the_house()
    named = {p.name for p in _declared_policies().values()}
    return {name: p for name, p in policy.registry().items() if name in named}


def _declared_policies() -> dict[tuple[str, str], Any]:
    """(module, constant) → policy, for each policies.py of the house."""
    found = {}
    for source in tree.house():
        if "policies" in source.parts:
            module = importlib.import_module(".".join(source.parts).removesuffix(".__init__"))
            for name, value in vars(module).items():
                if isinstance(value, policy.Policy):
                    found[(module.__name__, name)] = value
    return found


def _named() -> set[str]:
    declared = _declared_policies()
    read = {declared[key].name for key in registers.policies_read(tree.house()) if key in declared}
    by_doors = {door.may.name for door in doors.doors().values()}
    return read | by_doors | {deed.may.name for deed in deeds.registry().values() if deed.may}


def test_every_policy_is_named_by_a_door_a_deed_or_a_query() -> None:
    none(registers.unused_policies(_policies(), _named()))


def test_an_unused_policy_is_seen() -> None:
    assert registers.unused_policies(["a.read", "b.read"], ["a.read"]) == [
        "policy b.read: no door, deed nor query names it."
    ]


def test_reading_through_a_policy_names_it() -> None:
    text = "from osmose.handover.policies import READ\nREAD.rows(actor, now)\n"
    assert registers.policies_read([Source("osmose/handover/queries.py", text)]) == {
        ("osmose.handover.policies", "READ")
    }
    text = "from osmose.handover import policies\npolicies.SIGN.allows(actor, x, now)\n"
    assert registers.policies_read([Source("osmose/workspace/board/page.py", text)]) == {
        ("osmose.handover.policies", "SIGN")
    }


def test_policies_are_named_and_worded() -> None:
    none(registers.misnamed_policies(_policies()))


def test_a_misnamed_policy_is_seen() -> None:
    bad = SimpleNamespace(label="", roles=frozenset(), relation=SimpleNamespace(words=""))
    assert len(registers.misnamed_policies({"Read": bad})) == 2


def test_every_deed_names_a_registered_policy() -> None:
    _import_the_house()
    assert deeds.registry()
    none(registers.deeds_without_policy(_ours(deeds.registry()), policy.registry()))


def test_a_deed_without_policy_is_seen() -> None:
    assert registers.deeds_without_policy({"a.b": SimpleNamespace(may=None, verb="change")}, {})
    assert registers.deeds_without_policy({"a.b": SimpleNamespace(may=SimpleNamespace(name="a.x"), verb=None)}, {})
    assert not registers.deeds_without_policy({"a.b": SimpleNamespace(may=None, verb=None)}, {})


def test_every_door_names_a_registered_policy() -> None:
    none(registers.doors_without_policy(doors.doors(), policy.registry()))


def test_a_door_without_policy_is_seen() -> None:
    assert registers.doors_without_policy({"a": SimpleNamespace(may=None)}, {})


def _icons() -> list[str]:
    return re.findall(r'<symbol id="([^"]+)"', (ROOT / "osmose/kernel/web/static/web/icons.svg").read_text("utf-8"))


def _kinds() -> dict[str, type[Payload]]:
    _import_the_house()
    return _ours(kinds.all_kinds())


def test_every_event_kind_has_its_sentence_purge_rule_and_icon() -> None:
    assert _kinds()
    none(registers.shapeless_kinds(_kinds(), _icons()))


def test_every_event_kind_speaks_french_from_its_defaults() -> None:
    """A sentence must not fail on what an older version left out; names and hours are added by the timeline."""
    for name, payload in _kinds().items():
        if not _required(payload):
            sentence = payload.from_json({}).sentence()
            assert not sentence.endswith("."), name


def _required(payload: Any) -> list[str]:
    fields = dataclasses.fields(payload)
    missing = dataclasses.MISSING
    return [f.name for f in fields if f.default is missing and f.default_factory is missing]


def test_a_shapeless_event_kind_is_seen() -> None:
    @dataclass(frozen=True)
    class Mute(Payload):
        pass

    Mute.icon = "no-such-icon"
    assert len(registers.shapeless_kinds({"Mute": Mute}, ["circle"])) == 4


def test_every_event_kind_is_recorded_somewhere() -> None:
    none(registers.unrecorded_kinds(_kinds(), tree.house()))


def test_an_event_that_nobody_records_is_seen() -> None:
    @dataclass(frozen=True)
    class Forgotten(Payload):
        purge = Purge.KEEP

    assert registers.unrecorded_kinds({"a.forgotten": Forgotten}, [Source("osmose/a/events.py", "Forgotten()")])
    assert not registers.unrecorded_kinds({"a.forgotten": Forgotten}, [Source("osmose/a/actions.py", "Forgotten()")])


def test_deeds_and_policies_say_what_they_do() -> None:
    _import_the_house()
    functions = []
    for name, deed in _ours(deeds.registry()).items():
        module, _, function = f"osmose.{name}".rpartition(".")
        functions.append(getattr(importlib.import_module(module), function))
        assert deed.name == name
    none(registers.unspoken(functions))


def test_a_silent_function_is_seen() -> None:
    def silent() -> None:
        pass

    assert registers.unspoken([silent])
