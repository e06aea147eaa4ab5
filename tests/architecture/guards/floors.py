"""Nothing climbs: neither a foreign key, nor a template, nor an address, nor a dotted name in a string."""

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver

from tests.architecture.tree import Source, Template, app_of, dotted, is_climbing

_RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")
_MODULE = re.compile(r"osmose(\.\w+)+")
_CALLED_TEMPLATE = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"'#]+)")
_CALLED_COMPONENT = re.compile(r"<c-([a-z][\w.-]*)")
_CALLED_ADDRESS = re.compile(r"{%\s*url\s+[\"']([\w:-]+)[\"']")
_REVERSING = ("reverse", "reverse_lazy", "redirect", "resolve_url")
_SLOTS = ("slot", "vars")


def _named_model(call: ast.Call) -> str:
    """« patients.Patient » of `ForeignKey("patients.Patient")`; the user model by its setting."""
    given = call.args[:1] or [keyword.value for keyword in call.keywords if keyword.arg == "to"]
    if not given:
        return ""
    if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
        return given[0].value
    return "accounts.User" if dotted(given[0]).endswith("AUTH_USER_MODEL") else ""


def climbing_relations(sources: Iterable[Source], apps: Mapping[str, str]) -> list[str]:
    """Foreign keys and `get_model` by string to an app above or beside; `apps` gives the app of each label."""
    faults = []
    for source in sources:
        for call in source.calls():
            name = dotted(call.func).rpartition(".")[2]
            target = _named_model(call) if name in (*_RELATIONS, "get_model") else ""
            if is_climbing(source.app, apps.get(target.partition(".")[0], "")):
                faults.append(source.at(call.lineno, f"{name} to {target}, which stands above or beside."))
    return faults


def climbing_names(sources: Iterable[Source]) -> list[str]:
    """Dotted names in strings (`include("osmose.workspace.urls")`): an import that import-linter doesn't see."""
    return [
        source.at(line, f"« {text} » names an app above or beside.")
        for source in sources
        for line, text in source.strings()
        if _MODULE.fullmatch(text) and is_climbing(source.app, app_of(text))
    ]


def _component_path(name: str) -> str:
    return f"cotton/{name.replace('.', '/').replace('-', '_')}.html"


def _calls_of(template: Template) -> Iterable[str]:
    yield from _CALLED_TEMPLATE.findall(template.text)
    for name in _CALLED_COMPONENT.findall(template.text):
        if name not in _SLOTS:
            yield _component_path(name)


def owners_of(templates: Iterable[Template]) -> dict[str, str]:
    """The app of each template, by the name others call it; a component's name may be written with « - » or « _ »."""
    return {template.name.replace("-", "_"): template.app for template in templates}


def climbing_templates(templates: Iterable[Template], owners: Mapping[str, str]) -> list[str]:
    """Includes, extends and components of an app above or beside, or of nobody."""
    faults = []
    for template in templates:
        for name in _calls_of(template):
            owner = owners.get(name.replace("-", "_"))
            if owner is None:
                faults.append(f"{template.path}: « {name} » is no template of the house.")
            elif is_climbing(template.app, owner):
                faults.append(f"{template.path}: « {name} » belongs to {owner}, above or beside.")
    return faults


def climbing_drawings(sources: Iterable[Source], owners: Mapping[str, str]) -> list[str]:
    """Python that draws a template of an app above or beside."""
    faults = []
    for source in sources:
        for line, text in source.strings():
            owner = (
                owners.get(text.partition("#")[0].replace("-", "_")) if text.endswith(".html") or "#" in text else None
            )
            if owner and is_climbing(source.app, owner):
                faults.append(source.at(line, f"« {text} » belongs to {owner}, above or beside."))
    return faults


def addresses_of(entries: Iterable[URLPattern | URLResolver], module: str) -> dict[str, str]:
    """The app of each URL name: the one whose urls.py holds it; `module` is the one of these entries."""
    named: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, URLResolver):
            conf: Any = entry.urlconf_name
            named |= addresses_of(entry.url_patterns, getattr(conf, "__name__", module))
        elif entry.name:
            named[entry.name] = app_of(module)
    return named


def climbing_addresses(
    sources: Iterable[Source], templates: Iterable[Template], addresses: Mapping[str, str]
) -> list[str]:
    """`reverse` and `{% url %}` of an address of an app above or beside, or of nobody."""
    asked = [
        (f"{source.path}:{call.lineno}", source.app, str(call.args[0].value))
        for source in sources
        for call in source.calls()
        if dotted(call.func).rpartition(".")[2] in _REVERSING and call.args and isinstance(call.args[0], ast.Constant)
    ]
    asked += [
        (template.path, template.app, name) for template in templates for name in _CALLED_ADDRESS.findall(template.text)
    ]
    faults = []
    for where, app, name in asked:
        if name.startswith("/"):
            continue
        if name not in addresses:
            faults.append(f"{where}: no address is named « {name} ».")
        elif is_climbing(app, addresses[name]):
            faults.append(f"{where}: the address « {name} » belongs to {addresses[name]}, above or beside.")
    return faults
