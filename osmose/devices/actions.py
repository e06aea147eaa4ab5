"""What is done to screens: declared, paired, changed, withdrawn; and the staff room opened or closed to initials."""

from dataclasses import dataclass
from datetime import datetime

from osmose.devices import operations
from osmose.devices.events import ScreenBack, ScreenPaired, ScreenSetUp, StaffRoomClosed, StaffRoomOpened
from osmose.devices.models import Screen, StaffRoomOpening
from osmose.devices.policies import ISSUE, MANAGE, OPEN_STAFF_ROOM, SHOW
from osmose.devices.queries import digest
from osmose.devices.rules import DARK_AFTER, WORD_MAX, Room
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import action, personal_action
from osmose.kernel.audit.models import Verb
from osmose.kernel.base.refused import Refused
from osmose.kernel.base.text import clean
from osmose.kernel.events.record import EventSubject, record
from osmose.kernel.events.reference import ADDED, CHANGED, ENDED
from osmose.organisations.models import CareUnit


@dataclass(frozen=True, repr=False)
class Issued:
    """A screen and the code that lets it in, shown once and kept nowhere."""

    screen: Screen
    code: str

    def event_subject(self) -> EventSubject:
        return self.screen.event_subject()


@action(may=ISSUE, subject="unit", verb=Verb.CREATE)
def issue_screen(*, actor: Actor, unit: CareUnit, name: str, room: Room, theme: str, now: datetime) -> Issued:
    """A screen for this unit. Refused: no name, a name already taken, a room that may show nothing (`require_room`)."""
    name = clean(name)
    operations.require_room(unit, room)
    operations.require_free_name(unit, name)
    screen = Screen.objects.create(
        care_unit=unit, name=name, room=room.value, theme=theme, issued_at=now, issued_by=actor.id
    )
    code = operations.new_code(screen, now)
    record(ScreenSetUp(label=_named(screen), deed=ADDED, changes=[room.label]), subject=screen, actor=actor, at=now)
    return Issued(screen, code)


@action(may=MANAGE, subject="screen")
def renew_code(*, actor: Actor, screen: Screen, now: datetime) -> Issued:
    """Another code, for a screen that was not paired in time, or is replaced by another one."""
    screen = operations.lock(screen)
    code = operations.new_code(screen, now)
    told = ScreenSetUp(label=_named(screen), deed=CHANGED, changes=["nouveau code"])
    record(told, subject=screen, actor=actor, at=now)
    return Issued(screen, code)


@action(may=MANAGE, subject="screen")
def change_screen(*, actor: Actor, screen: Screen, name: str, theme: str, now: datetime) -> Screen:
    """Its name and its look. Refused: no name, or one already taken; nothing changed."""
    screen, name = operations.lock(screen), clean(name)
    operations.require_free_name(screen.care_unit, name, but=screen)
    if (screen.name, screen.theme) == (name, theme):
        raise Refused("Rien n’a changé.", code="unchanged", status=409)
    changes = [f"nom\u202f: {screen.name} → {name}"] if screen.name != name else []
    changes += ["affichage"] if screen.theme != theme else []
    screen.name, screen.theme = name, theme
    screen.save(update_fields=["name", "theme"])
    operations.look_again(screen)
    told = ScreenSetUp(label=_named(screen), deed=CHANGED, changes=changes)
    record(told, subject=screen, actor=actor, at=now)
    return screen


@action(may=MANAGE, subject="screen", verb=Verb.DELETE)
def revoke_screen(*, actor: Actor, screen: Screen, now: datetime) -> Screen:
    """The screen shows nothing more, from its very next question on."""
    screen = operations.lock(screen)
    screen.revoked_at, screen.revoked_by = now, actor.id
    screen.token_digest = screen.code_digest = screen.code_expires_at = None
    screen.save(update_fields=["revoked_at", "revoked_by", "token_digest", "code_digest", "code_expires_at"])
    operations.look_again(screen)
    record(ScreenSetUp(label=_named(screen), deed=ENDED), subject=screen, actor=actor, at=now)
    return screen


@action(may=SHOW, subject="screen", verb=Verb.LOGIN)
def pair_screen(*, actor: Actor, screen: Screen, code: str, now: datetime) -> str:
    """The code was typed on the screen: the token that it keeps. Refused: the code has just served, or expired."""
    screen = operations.lock(screen)
    if not screen.awaits_code(now) or bytes(screen.code_digest or b"") != digest("code", code):
        raise Refused("Ce code n’est plus valable\u202f: demandez-en un autre.", field="code", code="screen-code")
    token = operations.new_token(screen, now)
    operations.look_again(screen)
    record(ScreenPaired(label=_named(screen)), subject=screen, actor=actor, at=now)
    return token


@personal_action(may=SHOW, subject="screen")
def screen_seen(*, actor: Actor, screen: Screen, now: datetime) -> None:
    """The screen is on. If it had not been heard of for minutes, the journal says since when."""
    screen = operations.lock(screen)
    silent_since = screen.seen_at
    screen.seen_at = now
    screen.save(update_fields=["seen_at"])
    if silent_since is not None and now - silent_since > DARK_AFTER:
        record(ScreenBack(label=_named(screen), silent_since=silent_since), subject=screen, actor=actor, at=now)


@action(may=OPEN_STAFF_ROOM, subject="unit")
def open_staff_room(*, actor: Actor, unit: CareUnit, word: str, now: datetime) -> CareUnit:
    """Staff-room screens of this unit may show initials and states. Refused: no word; already open."""
    word = clean(word)
    if not word:
        raise Refused("Dites pourquoi, en quelques mots.", field="word", code="staff-room-word")
    if len(word) > WORD_MAX:
        raise Refused(f"Ce motif est trop long\u202f: {WORD_MAX} caractères au plus.", field="word", code="too-long")
    rows = CareUnit.objects.select_for_update(no_key=True)
    rows.get(pk=unit.pk)  # one at a time
    if StaffRoomOpening.objects.filter(care_unit=unit, closed_at=None).exists():
        raise Refused("La salle de soins est déjà ouverte.", code="unchanged", status=409)
    StaffRoomOpening.objects.create(care_unit=unit, word=word, opened_at=now, opened_by=actor.id)
    operations.staff_rooms_look_again(unit)
    record(StaffRoomOpened(label=unit.short_name, word=word), subject=unit, actor=actor, at=now)
    return unit


@action(may=OPEN_STAFF_ROOM, subject="unit")
def close_staff_room(*, actor: Actor, unit: CareUnit, now: datetime) -> CareUnit:
    """Its screens show no more than a corridor's, at once. Refused: not open."""
    closed = StaffRoomOpening.objects.filter(care_unit=unit, closed_at=None).update(closed_at=now, closed_by=actor.id)
    if not closed:
        raise Refused("La salle de soins est déjà fermée.", code="unchanged", status=409)
    operations.staff_rooms_look_again(unit)
    record(StaffRoomClosed(label=unit.short_name), subject=unit, actor=actor, at=now)
    return unit


def _named(screen: Screen) -> str:
    return f"{screen.name} ({screen.care_unit.short_name})"
