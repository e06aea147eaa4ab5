"""`osmose hl7 load` and `replay`, as whoever runs them sees it."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from osmose.encounters.models import Encounter
from osmose.interop.hl7 import command, inbox
from osmose.interop.hl7.models import InboxMessage
from osmose.organisations.models import Location
from tests.cast import Hospitals
from tests.interop.hl7.feed import STORY, everything, pec
from tests.interop.hl7.samples import FOLDER, bent, sample

pytestmark = pytest.mark.django_db
Captured = pytest.CaptureFixture[str]


def _load(*files: Path | str) -> int:
    return command.run(["load", *(str(file) for file in files)])


def _lines(captured: Captured) -> list[str]:
    return captured.readouterr().out.splitlines()


def test_each_message_is_reported(hospitals: Hospitals, capsys: Captured) -> None:
    assert _load(*(FOLDER / name for name in STORY)) == 1
    assert _lines(capsys) == [
        "MSG0001 A04 appliqué",
        "MSG0002 A04 appliqué",
        "MSG0003 A02 appliqué",
        "MSG0004 A31 appliqué",
        "MSG0005 A08 appliqué",
        "MSG0006 Z99 appliqué",
        "MSG0007 A03 appliqué",
        "MSG0008 A11 refusé\u202f: Seule une prise en charge active peut être annulée.",
        "MSG0009 A13 appliqué",
        "MSG0010 A40 en attente de relecture",
        "10 messages\u202f: 8 appliqués, 1 en attente de relecture, 1 refusé",
    ]


def test_loaded_again_nothing_changes(hospitals: Hospitals, capsys: Captured) -> None:
    files = [FOLDER / name for name in STORY if not name.startswith("A11")]
    assert _load(*files) == 0
    before = everything()
    capsys.readouterr()
    assert _load(*files) == 0
    assert everything() == before
    assert _lines(capsys)[0] == "MSG0001 A04 déjà reçu (appliqué)"


def test_several_messages_in_a_file_of_any_shape(hospitals: Hospitals, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "lot.hl7"
    latin = bent("A02_changement_box.hl7", ("UNICODE UTF-8", "8859/1"), ("ESSAI", "ÉSSAI"), codec="latin-1")
    path.write_bytes(sample(STORY[0]).replace(b"\r", b"\r\n") + b"\n" + latin.replace(b"\r", b"\n") + sample(STORY[6]))
    assert _load(path) == 0
    assert _lines(capsys)[-1] == "3 messages\u202f: 3 appliqués"
    assert pec(hospitals.perpignan).status == "sortie"


def test_no_name_is_written(
    hospitals: Hospitals, tmp_path: Path, capsys: Captured, caplog: pytest.LogCaptureFixture
) -> None:
    shifted = tmp_path / "decale.hl7"
    shifted.write_bytes(bent(STORY[0], ("SAU^BOX^3", "FICTIVE LOUISE^^"), ("MSG0001", "MSG0501")))
    _load(*(FOLDER / name for name in STORY), shifted)
    out = capsys.readouterr()
    assert "Localisation inconnue\u202f: illisible" in out.out
    for word in ("FICTIVE", "LOUISE", "ESSAI", "0004512", "288079999900113", "INCONNU^"):
        assert word not in out.out + out.err + caplog.text


def test_a_conflicting_number_is_said(hospitals: Hospitals, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "autre.hl7"
    path.write_bytes(bent(STORY[0], ("SAU^BOX^3", "SAU^BOX^4")))
    _load(FOLDER / STORY[0], path)
    assert _lines(capsys)[1] == "MSG0001 A04 appliqué [même numéro qu’un autre message, contenu différent]"


def test_an_unknown_event_is_reported_with_its_reason(hospitals: Hospitals, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "a99.hl7"
    path.write_bytes(bent(STORY[0], ("ADT^A04", "ADT^A99")))
    assert _load(path) == 1
    assert _lines(capsys)[0] == "MSG0001 A99 refusé\u202f: Événement non pris en charge\u202f: A99"


def test_a_missing_file_is_one_sentence_and_the_others_are_read(
    hospitals: Hospitals, tmp_path: Path, capsys: Captured
) -> None:
    empty = tmp_path / "vide.hl7"
    empty.write_bytes(b"\n\n")
    assert _load(tmp_path / "absent.hl7", tmp_path, empty, FOLDER / STORY[0]) == 1
    out = capsys.readouterr()
    assert out.err.splitlines() == [
        f"osmose hl7\u202f: le fichier {tmp_path / 'absent.hl7'} n’existe pas.",
        f"osmose hl7\u202f: {tmp_path} est un dossier, pas un fichier.",
        f"osmose hl7\u202f: le fichier {empty} ne contient aucun message.",
    ]
    assert out.out.splitlines()[0] == "MSG0001 A04 appliqué"


def test_refused_messages_are_replayed_once_they_can_be(hospitals: Hospitals, capsys: Captured) -> None:
    _load(*(FOLDER / name for name in (STORY[6], STORY[2], STORY[0])))  # exit, move, arrival
    capsys.readouterr()
    assert command.run(["replay"]) == 0
    assert _lines(capsys)[-1] == "2 messages\u202f: 2 appliqués"
    assert pec(hospitals.perpignan).status == "sortie"
    assert command.run(["replay"]) == 0
    assert _lines(capsys) == ["0 message\u202f: rien"]


def test_a_place_added_meanwhile_lets_the_message_pass(hospitals: Hospitals, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "box12.hl7"
    path.write_bytes(bent(STORY[0], ("SAU^BOX^3", "SAU^BOX^12")))
    assert _load(path) == 1
    assert command.run(["replay", "MSG0001"]) == 1
    Location.objects.create(care_unit=hospitals.sau, code="BOX-12", label="Box 12", is_box=True)
    assert command.run(["replay", "MSG0001"]) == 0
    assert pec(hospitals.perpignan).status == "active"


def test_a_source_of_one_hospital_speaks_for_no_other(hospitals: Hospitals, capsys: Captured) -> None:
    assert command.run(["load", "--etablissement", "CH-C", str(FOLDER / STORY[0])]) == 1
    assert "Cette source n’est pas celle de cet établissement (MSH-4)." in _lines(capsys)[0]
    assert not Encounter.objects.exists()
    assert command.run(["load", "--etablissement", "CH-X", str(FOLDER / STORY[0])]) == 1
    assert "aucun établissement n’a ce code" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["load"], ["drop"]])
def test_a_wrong_command_is_explained(argv: list[str], capsys: Captured) -> None:
    assert command.run(argv) == 2
    assert "usage" in capsys.readouterr().err


def test_a_database_that_is_away_is_one_sentence(
    hospitals: Hospitals, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("server closed the connection: FICTIVE")

    monkeypatch.setattr(inbox.actions, "apply", away)
    assert _load(FOLDER / STORY[0]) == 1
    err = capsys.readouterr().err
    assert "la base de données ne répond pas" in err
    assert "FICTIVE" not in err
    assert InboxMessage.objects.get().state == "received"
    monkeypatch.undo()
    assert _load(FOLDER / STORY[0]) == 0
