"""House rules of Python, each with its reason."""

import ast
from collections.abc import Iterable, Mapping

from tests.architecture.tree import Source, dotted

MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 50, 150
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "mixins", "services", "service", "core", "misc"})
CLOCK = "osmose/kernel/base/clock.py"
_CLOCKS = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "timezone.now",
    "timezone.localtime",
    "timezone.localdate",
    "time.time",
    "time.localtime",
)
_RUNS_SQL = ("execute", "executemany", "raw", "RawSQL", "RunSQL", "SQL", "extra")
_REASON = "# sql:"


def long_files(paths: Mapping[str, str], limit: int) -> list[str]:
    """A file that passes the limit becomes a folder, split by subject."""
    counted = {path: text.count("\n") for path, text in paths.items()}
    return [f"{path}: {lines} lines, {limit} at most." for path, lines in counted.items() if lines > limit]


def long_functions(sources: Iterable[Source]) -> list[str]:
    """Fifty lines, decorators and docstring included: one screen."""
    faults = []
    for source in sources:
        for function in source.functions():
            start = min([function.lineno, *(d.lineno for d in function.decorator_list)])
            lines = (function.end_lineno or start) - start + 1
            if lines > FUNCTION_LINES:
                faults.append(source.at(start, f"{function.name} has {lines} lines, {FUNCTION_LINES} at most."))
    return faults


def drawers(sources: Iterable[Source]) -> list[str]:
    """A drawer named `utils` imports the domain before long: a thing is put where its subject is."""
    return [f"{source.path}: « {name} » says nothing." for source in sources for name in DRAWERS & set(source.parts)]


def bare_saves(sources: Iterable[Source]) -> list[str]:
    """`.save()` writes the whole row back and undoes a neighbour's click: name the fields, or insert."""
    faults = []
    for source in sources:
        for call in source.calls():
            if not isinstance(call.func, ast.Attribute) or call.func.attr != "save" or call.args:
                continue
            on_super = isinstance(call.func.value, ast.Call) and dotted(call.func.value.func) == "super"
            if not on_super and not {k.arg for k in call.keywords} & {"update_fields", "force_insert"}:
                faults.append(source.at(call.lineno, "a bare .save(): name update_fields, or insert."))
    return faults


def glued_sql(sources: Iterable[Source]) -> list[str]:
    """SQL glued from pieces: values are parameters. Names quoted by `quote_name` may be, or `# sql: reason`."""
    faults = []
    for source in sources:
        for call in source.calls():
            if dotted(call.func).rpartition(".")[2] not in _RUNS_SQL or not call.args or not _is_glued(call.args[0]):
                continue
            spoken = source.lines[call.lineno - 1 : (call.end_lineno or call.lineno)]
            if not any(_REASON in line for line in spoken):
                faults.append(source.at(call.lineno, "SQL glued from pieces, and no « # sql: reason »."))
    return faults


def _is_glued(sql: ast.expr) -> bool:
    if isinstance(sql, ast.JoinedStr):
        values = [piece.value for piece in sql.values if isinstance(piece, ast.FormattedValue)]
        return not all(isinstance(v, ast.Call) and dotted(v.func).endswith("quote_name") for v in values)
    if isinstance(sql, ast.BinOp):
        return isinstance(sql.op, ast.Mod | ast.Add)
    return (
        isinstance(sql, ast.Call)
        and isinstance(sql.func, ast.Attribute)
        and sql.func.attr == "format"
        and (isinstance(sql.func.value, ast.Constant | ast.JoinedStr))
    )


def other_clocks(sources: Iterable[Source]) -> list[str]:
    """One clock, so that a test can hold it and a request has one instant."""
    return [
        source.at(call.lineno, f"« {dotted(call.func)} »: ask osmose.kernel.base.clock.")
        for source in sources
        if source.path != CLOCK
        for call in source.calls()
        if any(dotted(call.func) == clock or dotted(call.func).endswith(f".{clock}") for clock in _CLOCKS)
    ]


def banned_names(sources: Iterable[Source]) -> list[str]:
    """What takes a guard away: `pgtrigger.ignore` (triggers), fetch-then-check, signals (rules nobody sees)."""
    banned = {
        "pgtrigger.ignore": "no trigger is ever put aside",
        "pghistory.context": "the context is declared by the action runner",
        "django.shortcuts.get_object_or_404": "fetch through POLICY.rows(actor)",
        "django.shortcuts.get_list_or_404": "fetch through POLICY.rows(actor)",
        "django.dispatch.receiver": "lower layers reach upper ones through events",
        "django.dispatch.Signal": "lower layers reach upper ones through events",
        "django.db.models.signals": "lower layers reach upper ones through events",
    }
    faults = []
    for source in sources:
        uses = [(node.lineno, dotted(node)) for node in source.nodes if isinstance(node, ast.Attribute)]
        for line, name in sorted({*source.imports(), *uses}):
            for ban, reason in banned.items():
                if name == ban or name.startswith(f"{ban}."):
                    faults.append(source.at(line, f"« {name} »: {reason}."))
    return faults


def prints(sources: Iterable[Source]) -> list[str]:
    """Only the command line prints."""
    return [
        source.at(call.lineno, "print outside the command line.")
        for source in sources
        if not source.path.startswith("osmose/project/cli/")
        for call in source.calls()
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]


def sorts_of_secrets(sources: Iterable[Source], encrypted: frozenset[str]) -> list[str]:
    """Ciphertext has no order and no equality: neither `order_by` nor `distinct` nor `ordering` on it."""
    faults = []
    for source in sources:
        for call in source.calls():
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("order_by", "distinct"):
                faults += _secret_names(source, call.args, encrypted)
        for node in source.nodes:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List | ast.Tuple):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(dotted(target) == "ordering" for target in targets):
                    faults += _secret_names(source, node.value.elts, encrypted)
    return faults


def _secret_names(source: Source, given: Iterable[ast.expr], encrypted: frozenset[str]) -> list[str]:
    return [
        source.at(node.lineno, f"rows sorted by « {node.value} », which is encrypted.")
        for node in given
        if isinstance(node, ast.Constant) and str(node.value).lstrip("-").rpartition("__")[2] in encrypted
    ]


def ignored_imports(contract: str) -> list[str]:
    """A broken contract is a design question, never a line to add."""
    lines = enumerate(contract.split("\n"), 1)
    return [f"contract.ini:{number}: ignore_imports." for number, line in lines if line.startswith("ignore_imports")]
