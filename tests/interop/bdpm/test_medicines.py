"""The public medicines files, on a small sample made by hand in their documented form."""

from pathlib import Path

import pytest

from osmose.handover.models import Medicine
from osmose.handover.queries import medicines_like
from osmose.interop.bdpm import command
from osmose.interop.bdpm.messages import specialities, substances
from osmose.kernel.base import clock
from osmose.kernel.events.models import Event
from tests.cast import Character


def line(*columns: str) -> str:
    return "\t".join(columns)


def speciality(cis: str, label: str, routes: str = "orale", *, status: str = "Autorisation active", state: str) -> str:
    form = label.partition(", ")[2]
    return line(
        cis, label, form, routes, status, "Procédure nationale", state, "12/03/1998", "", "", " LABO FICTIF", "Non"
    )


SOLD, ENDED = "Commercialisée", "Non commercialisée"
SAMPLE = "\r\n".join(
    [
        speciality("60000001", "FICTAPAC 50 mg/2 ml, solution injectable", "intramusculaire", state=SOLD),
        speciality("60000002", "ÉTHÉROL 10 mg, comprimé", "orale;sublinguale", state=SOLD),
        speciality("60000003", "ANCIENOL 5 mg, comprimé", state=ENDED),
        speciality("60000004", "ABROGEOL 5 mg, comprimé", status="Autorisation abrogée", state=SOLD),
        "",
        line("pas un code", "NIMPORTE QUOI"),
    ]
)
COMPOSITIONS = "\r\n".join(
    [
        line("60000001", "solution", "00001", "SUCCINATE DE FICTAPINE", "68 mg", "2 ml", "SA", "1"),
        line("60000001", "solution", "00002", "FICTAPINE", "50 mg", "2 ml", "FT", "1"),
        line("60000002", "comprimé", "00003", "ÉTHÉRAMIDE", "10 mg", "un comprimé", "SA", "1"),
    ]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "CIS_bdpm.txt").write_bytes(SAMPLE.encode("cp1252"))
    (tmp_path / "CIS_COMPO_bdpm.txt").write_bytes(COMPOSITIONS.encode("cp1252"))
    return tmp_path


@pytest.mark.parametrize("charset", ["cp1252", "utf-8"])
def test_the_lines_are_read_whatever_their_character_set(charset: str) -> None:
    table = specialities(SAMPLE.encode(charset))
    assert [row.cis for row in table.specialities if row.is_on_sale] == ["60000001", "60000002"]
    assert table.specialities[1].label == "ÉTHÉROL 10 mg, comprimé"
    assert table.specialities[1].routes == ("orale", "sublinguale")
    assert table.set_aside == 1


def test_what_acts_is_said_rather_than_its_salt() -> None:
    assert substances(COMPOSITIONS.encode("cp1252")) == {"60000001": ("FICTAPINE",), "60000002": ("ÉTHÉRAMIDE",)}


@pytest.mark.django_db
def test_the_list_is_loaded_then_found_by_name_or_substance(
    claire: Character, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(["load", str(folder)]) == command.DONE
    assert "2 médicaments commercialisés\u202f: 2 de plus, 0 retirés, 1 lignes écartées" in capsys.readouterr().out
    assert Event.objects.filter(kind="handover.medicines_loaded").count() == 1
    for typed in ("ether", "éthéram", "Éthérol 10"):
        assert [m.cis for m in medicines_like(typed, claire.actor, clock.now())] == ["60000002"]
    assert not medicines_like("pac", claire.actor, clock.now()), "a word is found by its beginning"


@pytest.mark.django_db
def test_a_medicine_that_the_next_files_leave_out_is_ended_and_may_come_back(claire: Character, folder: Path) -> None:
    command.run(["load", str(folder)])
    whole = (folder / "CIS_bdpm.txt").read_bytes()
    (folder / "CIS_bdpm.txt").write_bytes(whole.split(b"\r\n")[0])
    assert command.run(["load", str(folder)]) == command.DONE
    assert Medicine.objects.get(cis="60000002").ended_at is not None
    assert not medicines_like("ether", claire.actor, clock.now())
    (folder / "CIS_bdpm.txt").write_bytes(whole)
    command.run(["load", str(folder)])
    assert Medicine.objects.get(cis="60000002").ended_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"<html>Service indisponible</html>", None])
def test_files_that_name_no_medicine_change_nothing(
    folder: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    command.run(["load", str(folder)])
    path = folder / "CIS_bdpm.txt"
    path.unlink() if content is None else path.write_bytes(content)
    assert command.run(["load", str(folder)]) == command.REFUSED
    assert "osmose medicines" in capsys.readouterr().err
    assert Medicine.objects.filter(ended_at=None).count() == 2
