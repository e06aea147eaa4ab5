"""`osmose hl7 …`: messages from files, and refused ones once more. No name is written, neither here nor in logs."""

import argparse
import sys
from pathlib import Path

from django.db import DatabaseError, InterfaceError

from osmose.interop.hl7 import inbox
from osmose.interop.hl7.inbox import Source
from osmose.interop.hl7.messages import split_file
from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.kernel.base.clock import now
from osmose.kernel.crypto.reading import readable
from osmose.organisations import queries as organisations

NARROW = "\u202f"
DONE, SOME_REFUSED, USAGE = 0, 1, 2
_WORDS = {
    MessageState.APPLIED: "appliqué",
    MessageState.QUEUED: "en attente de relecture",
    MessageState.REFUSED: "refusé",
    MessageState.RECEIVED: "reçu, pas encore appliqué",
}
_EPILOG = (
    "Code de sortie : 0 si tout a été appliqué, mis en attente ou déjà reçu ; 1 si un message a été refusé ou un "
    "fichier n’a pu être lu ; 2 si la commande est mal écrite."
)


class _Unreadable(Exception):
    """A file that can't be read, in one sentence."""


def run(argv: list[str]) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="osmose hl7", description="Messages HL7 v2 ADT.", epilog=_EPILOG)
    verbs = parser.add_subparsers(dest="verb", metavar="ACTION", required=True)
    load = verbs.add_parser("load", help="lit des fichiers de messages", epilog=_EPILOG)
    load.add_argument("files", nargs="+", metavar="FICHIER", type=Path)
    replay = verbs.add_parser("replay", help="applique de nouveau les messages refusés, dans l’ordre de réception")
    replay.add_argument("control_ids", nargs="*", metavar="NUMERO", help="MSH-10 ; tous les refusés sinon")
    for verb in (load, replay):
        verb.add_argument("--etablissement", metavar="CODE", help="le seul établissement accepté (MSH-4)")
    try:
        chosen = parser.parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        source = _source(chosen.etablissement)
        return _load(chosen.files, source) if chosen.verb == "load" else _replay(chosen.control_ids, source)
    except _Unreadable as problem:
        return _complain(str(problem))
    except (DatabaseError, InterfaceError):
        return _complain("la base de données ne répond pas. Relancez la commande : rien n’est appliqué deux fois.")


def _source(namespace: str | None) -> Source:
    if namespace is None:
        return Source("fichier")
    establishment = organisations.establishment_of(namespace)
    if establishment is None:
        raise _Unreadable("aucun établissement n’a ce code.")
    return Source(f"fichier {establishment.namespace}", establishment)


def _load(files: list[Path], source: Source) -> int:
    counts = dict.fromkeys(_WORDS.values(), 0)
    unread = 0
    for path in files:
        try:
            messages = _messages_of(path)
        except _Unreadable as problem:
            _complain(str(problem))
            unread += 1
            continue
        for raw in messages:
            received = inbox.take(raw, source=source, now=now())
            counts[_tell(received.message, is_repeat=not received.is_new)] += 1
    _summary(counts)
    return SOME_REFUSED if unread or counts[_WORDS[MessageState.REFUSED]] else DONE


def _messages_of(path: Path) -> list[bytes]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _Unreadable(f"le fichier {path} n’existe pas.") from None
    except IsADirectoryError:
        raise _Unreadable(f"{path} est un dossier, pas un fichier.") from None
    except OSError as error:
        raise _Unreadable(f"le fichier {path} ne peut être lu ({error.strerror}).") from None
    messages = split_file(content)
    if not messages:
        raise _Unreadable(f"le fichier {path} ne contient aucun message.")
    return messages


def _replay(control_ids: list[str], source: Source) -> int:
    """What was refused or left half-way, as long as a message of an earlier turn made another one possible."""
    rows = InboxMessage.objects.filter(
        state__in=[MessageState.REFUSED, MessageState.RECEIVED], raw__isnull=False
    ).order_by("received_at", "id")
    if control_ids:
        rows = rows.filter(control_id__in=control_ids)
    waiting, counts = list(rows), dict.fromkeys(_WORDS.values(), 0)
    settled: list[InboxMessage] = []
    is_moving = True
    while waiting and is_moving:
        done = [inbox.settle(message, source=source, now=now()) for message in waiting]
        settled += [message for message in done if message.state != MessageState.REFUSED]
        is_moving = len(done) > len([m for m in done if m.state == MessageState.REFUSED])
        waiting = [message for message in done if message.state == MessageState.REFUSED]
    for message in (*settled, *waiting):
        counts[_tell(message, is_repeat=False)] += 1
    _summary(counts)
    return SOME_REFUSED if waiting else DONE


def _tell(message: InboxMessage, *, is_repeat: bool) -> str:
    """One line a message: « MSG0001 A04 appliqué »; gives the word of its state."""
    word = _WORDS[MessageState(message.state)]
    line = f"déjà reçu ({word})" if is_repeat else word
    if message.state == MessageState.REFUSED:
        line += f"{NARROW}: {readable(message, 'error_sentence')}"
    if message.is_conflicting:
        line += " [même numéro qu’un autre message, contenu différent]"
    _say(f"{message.control_id or '(sans numéro)'} {message.event or '???'} {line}")
    return word


def _summary(counts: dict[str, int]) -> None:
    told = ", ".join(f"{count} {_agreed(word, count)}" for word, count in counts.items() if count)
    total = sum(counts.values())
    _say(f"{total} {_agreed('message', total)}{NARROW}: {told or 'rien'}")


def _agreed(word: str, count: int) -> str:
    """« 8 appliqués », « 2 en attente de relecture »."""
    return word if count < 2 or " " in word else f"{word}s"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _complain(sentence: str) -> int:
    sys.stderr.write(f"osmose hl7{NARROW}: {sentence}\n")
    return SOME_REFUSED
