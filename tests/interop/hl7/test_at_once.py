"""Several processes at the same messages, and one killed in the middle: really committed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from osmose.encounters.models import Encounter, Movement
from osmose.interop.hl7.models import InboxMessage, MessageState
from osmose.kernel.events.models import Event
from osmose.patients.models import Patient
from osmose.project.environment import ROOT
from tests.cast import Hospitals
from tests.interop.hl7.feed import pec, places, take
from tests.interop.hl7.samples import bent, sample

pytestmark = pytest.mark.django_db(transaction=True)
APPLIED = MessageState.APPLIED
_KILLED = """
import os, signal, sys
import django
django.setup()
from osmose.interop.hl7 import actions, inbox
from osmose.kernel.base import clock

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv[2]
if where == "between":
    actions.apply = die
elif where == "inside":
    actions.ack.accept = die
inbox.take(open(sys.argv[1], "rb").read(), source=inbox.Source("essai"), now=clock.now())
os.kill(os.getpid(), signal.SIGKILL)
"""


def _at_once(*deeds: Callable[[], object]) -> list[object]:
    start, results = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        try:
            start.wait()
            results.append(deed())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(results) == len(deeds)
    return results


def test_one_message_at_once_is_applied_once(hospitals: Hospitals) -> None:
    results = _at_once(*[lambda: take("A04_arrivee.hl7").message] * 4)
    assert {(m.pk, m.state, m.answer) for m in results} == {
        (m.pk, APPLIED, m.answer) for m in InboxMessage.objects.all()
    }
    assert (Encounter.objects.count(), Patient.objects.count(), InboxMessage.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(kind="hl7.message_applied").count() == 1


def test_one_visit_announced_by_several_messages_at_once_has_one_pec(hospitals: Hospitals) -> None:
    raws = [bent("A04_arrivee.hl7", ("MSG0001", f"MSG9{n}")) for n in range(4)]
    results = _at_once(*[lambda raw=raw: take(raw).message.state for raw in raws])
    assert results == [APPLIED] * 4
    assert (Encounter.objects.count(), Patient.objects.count(), Movement.objects.count()) == (1, 1, 1)


def test_different_messages_of_one_visit_at_once_are_all_applied(hospitals: Hospitals) -> None:
    take("A04_arrivee.hl7")
    raws = [
        bent("A31_maj_identite.hl7", ("ESSAI^LOUISE", "NOUVEAU^LOUISE")),
        bent("A08_maj_venue_international.hl7", ("ESSAI^LOUISE", "AUTRE^LOUISE")),
        sample("A02_changement_box.hl7"),
        sample("Z99_maj_mouvement_FR.hl7"),
        bent("A04_arrivee.hl7", ("MSG0001", "MSG0099")),
    ]
    results = _at_once(*[lambda raw=raw: take(raw).message.state for raw in raws])
    assert results == [APPLIED] * len(raws)
    assert places(pec(hospitals.perpignan))[1] == ("11:20", "UHCD CH2-1")


@pytest.mark.parametrize(("where", "left"), [("between", "received"), ("inside", "received"), ("after", "applied")])
def test_a_process_killed_at_any_point_leaves_all_or_nothing(
    hospitals: Hospitals, tmp_path: Path, where: str, left: str
) -> None:
    path = tmp_path / "a04.hl7"
    path.write_bytes(sample("A04_arrivee.hl7"))
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "osmose.project.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path), where], cwd=ROOT, env=environ, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    message = InboxMessage.objects.get()
    assert message.state == left
    assert Encounter.objects.count() == Patient.objects.count() == int(left == "applied")
    answered = message.answer
    again = take("A04_arrivee.hl7").message
    assert (again.pk, again.state, Encounter.objects.count()) == (message.pk, APPLIED, 1)
    assert answered in (None, again.answer)
