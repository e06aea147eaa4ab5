"""Doses as people write them, and the one that is asked again because it is far from the usual: pure rules.

Nothing is ever blocked here. Osmose keeps what was given, it doesn't prescribe: a wrong figure is the writer's to see.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from osmose.kernel.base.french import NARROW
from osmose.kernel.base.refused import Refused

UNITS: Mapping[str, str] = {
    "mg": "mg",
    "g": "g",
    "ug": "µg",
    "ml": "mL",
    "gouttes": "gouttes",
    "ui": "UI",
    "meq": "mEq",
    "comprime": "comprimé",
    "gelule": "gélule",
    "sachet": "sachet",
    "bouffee": "bouffée",
    "lmin": "L/min",
}
ROUTES: Mapping[str, str] = {
    "po": "Orale",
    "sl": "Sublinguale",
    "im": "IM",
    "iv": "IV",
    "sc": "SC",
    "inh": "Inhalée",
    "in": "Nasale",
    "ir": "Rectale",
    "cut": "Cutanée",
    "autre": "Autre voie",
}
# How many micrograms: units of mass are compared with each other, the others with themselves.
_MASS = {"ug": Decimal(1), "mg": Decimal(1000), "g": Decimal(1_000_000)}
# Ten times the usual, or a tenth of it: a comma misplaced. A thousand: mg for µg.
FAR = 10
MOST = Decimal(1_000_000)


def read_dose(typed: str) -> Decimal | None:
    """« 0,5 », « 1 000 », « 2.5 » → the number; None where nothing is written. `Refused` on anything else."""
    text = "".join(typed.split()).replace(NARROW, "").replace(",", ".")
    if not text:
        return None
    try:
        dose = Decimal(text)
    except InvalidOperation:
        raise _refused("Écrivez la dose en chiffres, comme 0,5 ou 50.") from None
    if not dose.is_finite() or dose <= 0:
        raise _refused("La dose est un nombre plus grand que zéro.")
    if dose > MOST or -int(dose.as_tuple().exponent) > 4:
        raise _refused(f"Écrivez la dose de 0,0001 à 1 000 000{NARROW}: changez d’unité si besoin.")
    return dose


def dose_words(dose: Decimal | None, unit: str) -> str:
    """« 2,5 mg », « 1 000 mg »; empty without a dose."""
    if dose is None:
        return ""
    whole, _, part = f"{dose.normalize():f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", NARROW)
    return f"{grouped}{f',{part}' if part else ''}\u00a0{UNITS.get(unit, unit)}".rstrip()


def ratio(dose: Decimal, unit: str, usual: Decimal, usual_unit: str) -> Decimal | None:
    """How many times the usual; None where the two units can't be compared."""
    if unit == usual_unit:
        return dose / usual
    if unit in _MASS and usual_unit in _MASS:
        return dose * _MASS[unit] / (usual * _MASS[usual_unit])
    return None


def question(dose: Decimal, unit: str, usual: Decimal, usual_unit: str) -> str:
    """What is asked once more of a dose far from the usual; empty where nothing needs asking."""
    times = ratio(dose, unit, usual, usual_unit)
    if times is None or Decimal(1) / FAR < times < FAR:
        return ""
    said, known = dose_words(dose, unit), dose_words(usual, usual_unit)
    many = dose_words(times if times >= 1 else 1 / times, "").replace("\u00a0", "").split(",", maxsplit=1)[0]
    far = f"{many} fois la dose habituelle" if times >= 1 else f"la dose habituelle divisée par {many}"
    return f"{said}, c’est {far} ({known}). Vérifiez le chiffre et l’unité, puis confirmez si c’est bien cela."


def _refused(sentence: str) -> Refused:
    return Refused(sentence, field="dose", code="dose")
