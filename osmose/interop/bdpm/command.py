"""`osmose medicines load DOSSIER`: the public medicines files become the list that a drug is chosen from."""

import argparse
import sys
from pathlib import Path

from osmose.handover.actions.medicines import load_medicines
from osmose.handover.operations.medicines import Speciality
from osmose.interop.bdpm import messages
from osmose.kernel.access.actor import SystemActor
from osmose.kernel.base.clock import now
from osmose.kernel.base.refused import Refused

NARROW = "\u202f"
DONE, REFUSED = 0, 1
SPECIALITIES, COMPOSITIONS = "CIS_bdpm.txt", "CIS_COMPO_bdpm.txt"
AUTHOR = SystemActor.named("liste publique des médicaments")


def run(argv: list[str]) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="osmose medicines", description="Liste publique des médicaments (fichiers de la BDPM)."
    )
    verbs = parser.add_subparsers(dest="verb", metavar="ACTION", required=True)
    load = verbs.add_parser("load", help=f"lit {SPECIALITIES} et, s’il y est, {COMPOSITIONS}")
    load.add_argument("folder", metavar="DOSSIER", type=Path)
    try:
        chosen = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        return _load(chosen.folder)
    except Refused as refusal:
        return _complain(refusal.sentence)
    except OSError as error:
        return _complain(f"{error.filename} ne peut être lu ({error.strerror}).")


def _load(folder: Path) -> int:
    table = messages.specialities((folder / SPECIALITIES).read_bytes())
    named = folder / COMPOSITIONS
    made_of = messages.substances(named.read_bytes()) if named.exists() else {}
    wanted = [
        Speciality(s.cis, s.label, s.form, s.routes, made_of.get(s.cis, ())) for s in table.specialities if s.is_on_sale
    ]
    loaded = load_medicines(actor=AUTHOR, specialities=wanted, now=now())
    sys.stdout.write(
        f"{loaded.known} médicaments commercialisés{NARROW}: {loaded.added} de plus, {loaded.ended} retirés, "
        f"{table.set_aside} lignes écartées.\n"
    )
    return DONE


def _complain(sentence: str) -> int:
    sys.stderr.write(f"osmose medicines{NARROW}: {sentence}\n")
    return REFUSED
