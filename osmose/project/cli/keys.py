"""`osmose keys status | rotate | rewrap`: the key-encryption keys, seen and renewed."""

import argparse

from osmose.project.cli import world
from osmose.project.environment import read


def run(arguments: list[str]) -> int:
    """Rotating adds a key; rewrapping wraps every data key again under it. Neither touches a patient's row."""
    parser = argparse.ArgumentParser(prog="osmose keys", description="Clés de chiffrement des clés de données.")
    parser.add_argument(
        "deed", choices=("status", "rotate", "rewrap"), metavar="status|rotate|rewrap",
        help="status : état ; rotate : ajoute une clé et rechiffre ; rewrap : rechiffre ce qui reste",
    )  # fmt: skip
    deed = parser.parse_args(arguments).deed
    world.choose_settings()
    world.find_database()
    world.ready_django()
    from osmose.kernel.crypto import keyset

    if deed == "rotate":
        keyset.current()  # creates the demonstration's when there is none
        env = read()
        added = keyset.rotate(env.keys_dir, env.keys_passphrase)
        print(f"Clé {added} ajoutée : elle chiffre désormais les clés de données.")
    if deed in ("rotate", "rewrap"):
        print(f"{_rewrap()} clé(s) de données rechiffrée(s).")
    return _status()


def _rewrap() -> int:
    from osmose.kernel.crypto import keys

    total = 0
    while done := keys.rewrap():
        total += done
    return total


def _status() -> int:
    from osmose.kernel.crypto import keyset
    from osmose.kernel.crypto.models import DataKey, KeyDestruction

    wrapping = keyset.refresh().wrapping
    print(f"Clés de chiffrement : {len(wrapping.ids)} (principale : {wrapping.primary_id}).")
    print(f"Clés de données : {DataKey.objects.count()} ; détruites : {KeyDestruction.objects.count()}.")
    return 0
