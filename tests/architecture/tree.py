"""The source tree as the guards read it: plain values, so that a test can plant a fault in a string."""

import ast
import configparser
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from osmose.project.environment import ROOT

CONTRACT = ROOT / "contract.ini"


@dataclass(frozen=True)
class Source:
    """One Python file: where it is (« osmose/patients/models.py ») and its text."""

    path: str
    text: str

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @functools.cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @functools.cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.removesuffix(".py").split("/"))

    @property
    def app(self) -> str:
        """« patients », « kernel.web », « interop »: what stands on one floor."""
        return app_of(self.path)

    @property
    def room(self) -> str:
        """« models », « operations »…: the file or folder of the app that it belongs to."""
        depth = 3 if self.parts[1] == "kernel" else 2
        return self.parts[depth] if len(self.parts) > depth else "__init__"

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of each name imported, « django.http.HttpResponse »."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

    def strings(self) -> Iterator[tuple[int, str]]:
        """(line, value) of each string constant."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value

    def at(self, line: int, sentence: str) -> str:
        return f"{self.path}:{line}: {sentence}"


@dataclass(frozen=True)
class Template:
    """One template: where it is, its text, and the name by which others call it."""

    path: str
    text: str

    @property
    def app(self) -> str:
        return app_of(self.path)

    @property
    def name(self) -> str:
        return self.path.partition("/templates/")[2]


def app_of(path: str) -> str:
    """The app of a path or dotted name: « kernel.web » for what is under osmose/kernel/web."""
    parts = path.removesuffix(".py").replace("/", ".").split(".")
    if len(parts) > 2 and parts[1] == "kernel":
        return f"kernel.{parts[2]}"
    return parts[1] if len(parts) > 1 else ""


def dotted(node: ast.AST) -> str:
    """« django.utils.timezone.now » of an attribute chain; empty where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f".{node.attr}"
    return ""


def _source(path: Path) -> Source:
    return Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))


def _files(folder: str, ending: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob(f"*{ending}") if "__pycache__" not in path.parts)


@functools.cache
def everything() -> tuple[Source, ...]:
    """Every Python file of the house, migrations included."""
    return tuple(
        Source(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in _files("osmose", ".py")
    )


@functools.cache
def house() -> tuple[Source, ...]:
    """Every Python file that people write: migrations are the machine's."""
    return tuple(source for source in everything() if not source.is_migration)


@functools.cache
def rest() -> tuple[Source, ...]:
    """Tests and benchmarks, which keep the same sizes and names."""
    files = [*_files("tests", ".py"), *_files("bench", ".py")]
    return tuple(_source(path) for path in files)


@functools.cache
def templates() -> tuple[Template, ...]:
    files = [path for path in _files("osmose", "") if "/templates/" in str(path) and path.is_file()]
    return tuple(Template(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in files)


@functools.cache
def floors() -> dict[str, int]:
    """The height of each app in the contract; « kernel.web » stands above « kernel.base », both below the rest."""
    contract = configparser.ConfigParser()
    contract.read(CONTRACT)
    kernel = _layers(contract["importlinter:contract:kernel"]["layers"])
    heights = {f"kernel.{name}": height for height, row in enumerate(reversed(kernel)) for name in row}
    above = len(kernel)
    for height, row in enumerate(reversed(_layers(contract["importlinter:contract:floors"]["layers"]))):
        heights |= dict.fromkeys(row, above + height)
    return heights


def _layers(text: str) -> list[list[str]]:
    rows = [line.strip() for line in text.strip().split("\n")]
    rows = [row for row in rows if row and not row.startswith("#")]
    return [[name.strip(" ()") for name in row.replace(":", "|").split("|")] for row in rows]


def is_climbing(lower: str, upper: str) -> bool:
    """True where `lower` would know `upper`, which stands above it or beside it."""
    heights = floors()
    if lower == upper or lower not in heights or upper not in heights:
        return False
    return heights[upper] >= heights[lower]
