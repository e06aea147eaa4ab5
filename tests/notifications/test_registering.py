"""Apps that come later register their notices; one that is too wide is bounded and written down."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from osmose.encounters import actions
from osmose.encounters.events import MotifChanged
from osmose.encounters.models import Encounter
from osmose.encounters.policies import READ
from osmose.kernel.access.notices import Addressed, Happened, Notice, register, unregister
from osmose.kernel.events import dispatch
from osmose.kernel.events.dispatch import unsubscribe
from osmose.notifications.models import Excess, Notification
from osmose.notifications.operations import telling
from tests.cast import Character, Hospitals
from tests.encounters.clicks import click, last
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.notifications.telling import notices, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def later(hospitals: Hospitals) -> Iterator[Notice]:
    """A notice of an app that this one has never heard of: a new motif, for the whole ward."""

    def ward(_happened: Happened) -> Addressed:
        return Addressed(units=frozenset({hospitals.sau.pk}))

    before = list(dispatch._subscriptions)
    notice = register(
        Notice(
            name="tests.motif", label="Motif changé", hint="Essai", icon="pencil", kinds=frozenset({MotifChanged.name}),
            to=ward, needs=lambda happened: ((READ, happened.subject_id),), is_hasty=True,
        )
    )  # fmt: skip
    yield notice
    unregister(notice)
    for subscription in dispatch._subscriptions[:]:
        if subscription not in before:
            unsubscribe(subscription)


def test_a_later_app_adds_its_own_without_touching_this_one(
    claire: Character, hugo: Character, pec: Encounter, later: Notice
) -> None:
    jobs = ProcrastinateJob.objects.count()
    click(actions.set_motif, claire, pec, motif="Agitation")
    assert ProcrastinateJob.objects.count() == jobs + 1
    run(last(pec, MotifChanged.name))
    assert notices(hugo) == ["tests.motif"]
    page = hugo.client().get("/notifications/").content.decode()
    assert "Motif changé" in page
    assert "Motif changé" in hugo.client().get("/notifications/reglages/").content.decode()


def test_a_notice_is_declared_once(later: Notice) -> None:
    with pytest.raises(TypeError, match="twice"):
        register(later)
    with pytest.raises(TypeError, match="hint"):
        replace(later, hint="")


def test_a_rule_that_would_tell_everybody_is_bounded_and_said_to_be(
    claire: Character,
    paul: Character,
    hospitals: Hospitals,
    pec: Encounter,
    later: Notice,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "MOST", 12)
    for user in UserFactory.create_batch(20):
        MembershipFactory(user=user, care_unit=hospitals.sau)
    click(actions.set_motif, claire, pec, motif="Agitation")
    run(last(pec, MotifChanged.name))
    assert Notification.objects.count() == 12
    row = Excess.objects.get()
    assert (row.notice, row.times) == ("tests.motif", 1)
    assert row.most > 20
    assert "would tell" in caplog.text
    page = paul.client().get("/notifications/envois/").content.decode()
    assert "Motif changé" in page


def test_a_feed_is_no_author_to_tell(pec: Encounter, hospitals: Hospitals) -> None:
    """What the admissions record passes through the same road, and nobody is told « transmis » for it."""
    run(last(pec, "encounters.patient_arrived"))
    assert not Notification.objects.filter(notice="passed_on").exists()
