"""The demonstration hospital on an evening, whatever the hour: everything relative to now, nothing left to chance."""

import random
from datetime import datetime

from django.db import connection

from osmose.accounts.queries import actor_for
from osmose.demo import (
    afterwards,
    evening,
    kinds,
    known,
    notes,
    notices,
    people,
    phone,
    presence,
    shift,
    treatments,
    words,
)
from osmose.demo.boxes import Boxes
from osmose.demo.identities import Identities
from osmose.demo.stage import Stage
from osmose.encounters.models import Encounter
from osmose.kernel.access.actor import FeedActor, SystemActor
from osmose.kernel.base import clock
from osmose.kernel.base.refused import Refused
from osmose.kernel.db.context import declared_transaction
from osmose.kernel.events.dispatch import silently

AUTHOR = SystemActor.named("démonstration")
_REGISTERING = ("perpignan", "narbonne")
# For which unit somebody who belongs to two works this evening.
_ACTING = {"agent8": "perpignan/UHCD"}


def seed(now: datetime | None = None, *, is_light: bool = False) -> list[Encounter]:
    """Fills an empty database: hospitals, accounts, reference data, then the patients of the evening.

    A light one has the told cases only, and neither shift nor phone.

    `Refused` where the demonstration is already there. What happened is dated before `now`; when it was recorded is
    the database's to say. Every deed follows the application's rules, by the account that would do it.
    """
    now = now or clock.now()
    stage = prepare(now)
    # A crash loses the demonstration, not a patient's record: a thousand flushes of the disk are not worth it.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        # What happened earlier this evening is news to nobody: no job is asked for.
        with silently():
            return _play(stage, is_light=is_light)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _play(stage: Stage, *, is_light: bool) -> list[Encounter]:
    if is_light:
        return stage.play([scene for scene in evening.scenes() if scene.is_told])
    scenes = evening.scenes()
    played = stage.play(scenes)
    known.play(stage)
    treatments.play(stage, {scene.key: pec for scene, pec in zip(scenes, played, strict=True)})
    shift.play(stage)
    phone.play(stage.now, stage.units, stage.actors)
    afterwards.play(stage, played)
    words.play(stage)
    presence.play(stage.now, stage.units, stage.users, AUTHOR)
    notices.play(stage)
    return played


def prepare(now: datetime) -> Stage:
    """The hospitals and their people, before any patient."""
    if people.exist():
        raise Refused("La démonstration est déjà dans cette base.", code="demo-exists", status=409)
    with declared_transaction(actor_id=AUTHOR.id):
        made = people.create(now=now)
        people.create_sectors(made.units)
        presence.create(made.units)
        notes.create(made.units)
        treatments.create_favourites(made.units)
        asked = kinds.create(made.establishments, made.units)
    acting = {account: made.units[key].pk for account, key in _ACTING.items()}
    return Stage(
        now=now,
        units=made.units,
        users=made.users,
        actors={a: actor_for(user, acting_unit_id=acting.get(a), now=now) for a, user in made.users.items()},
        admissions={
            key: FeedActor.named(f"Admissions {unit.short_name}", establishment_id=unit.pk)
            for key, unit in made.establishments.items()
            if key in _REGISTERING
        },
        kinds=asked,
        boxes=Boxes.of(made.units.values()),
        identities=Identities(now, random.Random(evening.SEED)),  # noqa: S311 - the same evening every time
    )
