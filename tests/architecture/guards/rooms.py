"""What each room may not hold, beyond what its imports tell."""

import ast
from collections.abc import Iterable

from tests.architecture.tree import Source, dotted

PURE = ("lifecycle", "scoring", "rules")
RULES = (*PURE, "models", "events", "policies", "queries", "operations", "actions")
_WEB = (
    "django.contrib.messages",
    "django.core.handlers",
    "django.forms",
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.urls",
    "django.utils.html",
    "django.utils.safestring",
    "django.views",
)
_WEB_OF_KERNEL = ("django.http", "django.shortcuts", "django.template", "django.urls", "django.views")
_ORM = (
    *(
        "aggregate",
        "annotate",
        "exclude",
        "filter",
        "in_bulk",
        "order_by",
        "prefetch_related",
        "raw",
        "refresh_from_db",
    ),
    *("rows", "select_for_update", "select_related", "values", "values_list"),
    *("bulk_create", "bulk_update", "delete", "get_or_create", "save", "update_or_create"),
)
# `values` of a form's lists, `update` of a dictionary: not the ORM's.
_WRITES = ("bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "update_or_create")


def _is_of(name: str, modules: Iterable[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def web_in_rules(sources: Iterable[Source]) -> list[str]:
    """Rules know neither HTTP nor form nor template; the kernel below `web` knows no HTTP."""
    faults = []
    for source in sources:
        in_kernel = source.app.startswith("kernel.")
        banned: tuple[str, ...] = ()
        if in_kernel and source.app != "kernel.web":
            banned = _WEB_OF_KERNEL
        elif not in_kernel and source.room in RULES:
            banned = _WEB
        faults += [source.at(line, f"rules import {name}.") for line, name in source.imports() if _is_of(name, banned)]
    return faults


def django_in_pure(sources: Iterable[Source]) -> list[str]:
    """Lifecycles, scores and rules are pure Python."""
    return [
        source.at(line, f"a pure room imports {name}.")
        for source in sources
        if source.room in PURE and not source.app.startswith("kernel.")
        for line, name in source.imports()
        if _is_of(name, ("django",))
    ]


def _is_screen(source: Source) -> bool:
    """Views, forms, presenters and urls, wherever they are (workspace has some in each of its folders)."""
    return bool({"views", "presenters", "forms", "urls"} & set(source.parts)) and source.app != "project"


def orm_in_screens(sources: Iterable[Source]) -> list[str]:
    """A view makes one call: it neither queries nor writes; presenters and forms even less."""
    faults = []
    for source in sources:
        if not _is_screen(source):
            continue
        for node in source.nodes:
            if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_meta"):
                faults.append(source.at(node.lineno, f"« .{node.attr} » in a room of the screen."))
        for call in source.calls():
            if isinstance(call.func, ast.Attribute) and call.func.attr in _ORM and not _is_harmless(call):
                faults.append(source.at(call.lineno, f"« .{call.func.attr}() » in a room of the screen."))
    return faults


def _is_harmless(call: ast.Call) -> bool:
    """`.values()` of a dictionary; `super().save(…)` of a third party's form."""
    value: ast.expr = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    on_super = isinstance(value, ast.Call) and dotted(value.func) == "super"
    return on_super or (dotted(call.func).endswith(".values") and not call.args and not call.keywords)


def writes_in_queries(sources: Iterable[Source]) -> list[str]:
    """Queries read."""
    return [
        source.at(call.lineno, f"« .{call.func.attr}() » in a query.")
        for source in sources
        if source.room in ("queries", "policies") and not source.app.startswith("kernel.")
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in _WRITES
    ]


def transactions_in_rules(sources: Iterable[Source]) -> list[str]:
    """Only @action and @personal_action open a transaction: an operation or a query that does splits a deed in two."""
    return [
        source.at(call.lineno, f"« {dotted(call.func)} » opens a transaction of its own.")
        for source in sources
        if source.room in ("operations", "queries", "policies", "models", "actions", "views", "forms")
        and not source.app.startswith("kernel.")
        for call in source.calls()
        if dotted(call.func).rpartition(".")[2] in ("atomic", "declared_transaction", "on_commit")
    ]


def actions_in_actions(sources: Iterable[Source]) -> list[str]:
    """A deed calls operations, never another deed: it would open a second transaction."""
    faults = []
    for source in sources:
        if source.room not in ("actions", "operations") or source.app.startswith("kernel."):
            continue
        faults += [
            source.at(line, f"a deed imports {name}.")
            for line, name in source.imports()
            if ".actions" in name and name.startswith("osmose.") and not name.startswith("osmose.kernel.")
            if not source.path.endswith("actions/__init__.py")  # the door of the folder
        ]
        deeds = {f.name for f in source.functions() if any(_is_action(d) for d in f.decorator_list)}
        faults += [
            source.at(call.lineno, f"« {call.func.id} » is called by another deed.")
            for call in source.calls()
            if isinstance(call.func, ast.Name) and call.func.id in deeds
        ]
    return faults


def _is_action(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return dotted(called).rpartition(".")[2] in ("action", "personal_action")


def shapeless_actions(sources: Iterable[Source]) -> list[str]:
    """`def deed(*, actor, …, now)`: keyword-only, the actor first, the clock passed in; every public one decorated."""
    faults = []
    for source in sources:
        if source.room != "actions" or source.app.startswith("kernel."):
            continue
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            names = [argument.arg for argument in node.args.kwonlyargs]
            if not any(_is_action(decorator) for decorator in node.decorator_list):
                faults.append(source.at(node.lineno, f"{node.name} is no @action."))
            elif node.args.args or node.args.vararg or names[:1] != ["actor"] or "now" not in names:
                faults.append(source.at(node.lineno, f"{node.name}: keyword-only, actor first, now passed in."))
    return faults
