"""`osmose`: one command, each of its verbs in a module of its own, imported only when it is asked for."""

import argparse
import sys
from importlib import import_module

from osmose.project.cli.refusal import Refusal

# verb: what it does, in the words of `osmose --help`. The module of the same name has `run(arguments) -> int`.
VERBS = {
    "demo": "lance la démonstration complète sur ce poste",
    "serve": "sert les pages",
    "stream": "pousse les changements vers les écrans ouverts",
    "worker": "exécute les tâches de fond",
    "prepare": "crée les rôles et met à jour les tables de la base de données",
    "hl7": "reçoit des messages HL7 v2",
    "medicines": "charge la liste publique des médicaments",
    "keys": "état et renouvellement des clés de chiffrement",
    "check": "vérifie la configuration (--deploy : avant la mise en service)",
    "manage": "commandes de Django",
}


def main(argv: list[str] | None = None) -> int:
    """Run one verb; a refusal is one sentence on the standard error and exit code 1."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="osmose", description="Osmose, le lien entre les urgences et la psychiatrie.")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMANDE", required=True)
    for verb, sentence in VERBS.items():
        verbs.add_parser(verb, help=sentence, add_help=False)
    chosen = parser.parse_args(words[:1]).verb
    try:
        return int(import_module(f"osmose.project.cli.{chosen}").run(words[1:]) or 0)
    except Refusal as refusal:
        print(f"osmose : {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
