"""Django's fields and widgets in the dress of the house: no script, no inline style, sentences in French."""

from collections.abc import Mapping
from typing import Any

from django import forms

from osmose.kernel.web.fields import CleanText


def text_field(described: Any, *, help_text: str = "") -> CleanText:
    """The house's text field for a column of text."""
    label = str(described.verbose_name)
    name = label[:1].upper() + label[1:]
    return CleanText(
        label=name,
        required=not described.blank,
        max_length=described.max_length,
        help_text=help_text,
        too_long=f"{name}\u202f: {described.max_length} caractères au plus.",
        error_messages={"required": "Remplissez ce champ."},
    )


def asked(field: Any) -> Any:
    """A list of choices that asks for one in words, instead of Django's dashes."""
    choices = list(getattr(field, "choices", None) or ())
    if choices and choices[0][0] == "" and set(str(choices[0][1])) == {"-"}:
        field.choices = [("", "Choisissez"), *choices[1:]]
    return field


def dressed(form: Any, theirs: Mapping[str, str]) -> None:
    """Gives each control its class and tells, on its field, the value that somebody else wrote meanwhile."""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs["class"] = "check-box"
        elif not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
            field.widget.attrs["class"] = "input"
            field.widget.attrs["autocomplete"] = "off"
        field.theirs = theirs.get(name, "")
