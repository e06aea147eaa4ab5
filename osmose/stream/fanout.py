"""The hub of one process: what is heard becomes turns, one at a time; what a turn finds goes to every screen.

All of its state belongs to the loop; a turn reads the database and writes the journal in a thread of its own.
"""

import asyncio
import contextlib
import itertools
import logging
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection

from osmose.kernel.base.clock import now
from osmose.kernel.base.ids import new_id
from osmose.kernel.db.pool import drop_dead
from osmose.stream import displayed, heard, render, told
from osmose.stream.company import Company
from osmose.stream.displayed import Display
from osmose.stream.frames import Packet
from osmose.stream.listen import Listener
from osmose.stream.looking import Sight, Viewer, midnight_after
from osmose.stream.render import Asked, Change, Found, Shown
from osmose.stream.screens import Crowd, Screen

BEAT, TICK = 10, 10.0  # seconds
OPENINGS = 50  # at once: a thousand screens that come back together don't hold the others up
PER_USER = 250
GRACE = 60.0  # a session whose last screen left is still the same display for so long
logger = logging.getLogger(__name__)


class Hub:
    """Screens come by `admit` and go by `leave`; `run` is its life."""

    def __init__(self) -> None:
        self.listener = Listener(partial(heard.take, self), self._rejoin)
        self.crowds: dict[Sight, Crowd] = {}
        self.by_user: dict[uuid.UUID, set[Screen]] = {}
        self.displays: dict[str, Display] = {}
        self.company = Company()
        self.names: dict[uuid.UUID, str] = {}
        self.epoch, self.process = "", new_id()
        self._beats: list[set[Screen]] = [set() for _ in range(BEAT)]
        self._asked = Asked()
        self._opening: dict[Screen, asyncio.Future[str]] = {}
        self._ended: list[Display] = []
        self._leaving: dict[str, float] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._next_change: datetime | None = None
        self._is_healthy = False
        self._tasks: list[asyncio.Task[None]] = []

    # Its life

    async def start(self) -> None:
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stream")
        lives = (self.listener.run(), self._work(), self._sweep(), displayed.keep(self, self._thread))
        self._tasks = [asyncio.create_task(life) for life in lives]

    async def stop(self) -> None:
        """Says goodbye to every screen, closes what the journal holds open, and ends."""
        if not self._tasks:
            return
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        bye = told.goodbye("shutdown")
        for screen in [screen for screens in self.by_user.values() for screen in screens]:
            screen.close(bye)
        for waiting in self._opening.values():
            if not waiting.done():
                waiting.set_result("busy")
        ended = [*self._ended, *self.displays.values()]
        loop = asyncio.get_running_loop()
        with contextlib.suppress(Exception):  # the database may be gone first; nothing more can be done for it
            await asyncio.wait_for(loop.run_in_executor(self._thread, displayed.write, self.process, {}, ended), 3)
        self._thread.shutdown(wait=False, cancel_futures=True)

    # Who comes and goes

    async def admit(self, screen: Screen) -> str:
        """« open », once the journal says so; else « refused », « many » or « busy »."""
        theirs = self.by_user.setdefault(screen.user_id, set())
        if len(theirs) >= PER_USER:
            return "many"
        # Known from now on: a revocation told while its session is being read is not lost.
        theirs.add(screen)
        self._leaving.pop(screen.session_key, None)  # they are back: their display goes on
        waiting = self._opening[screen] = asyncio.get_running_loop().create_future()
        self._wake.set()
        try:
            return await asyncio.wait_for(waiting, 30)
        except TimeoutError:
            return "busy"
        finally:
            self._opening.pop(screen, None)

    def leave(self, screen: Screen) -> None:
        """Its socket is closed, whoever closed it."""
        self._detach(screen)
        self._beats[screen.beat].discard(screen)
        theirs = self.by_user.get(screen.user_id, set())
        theirs.discard(screen)
        if not theirs:
            self.by_user.pop(screen.user_id, None)
        if screen.session_key in self.displays and not any(s.session_key == screen.session_key for s in theirs):
            self._leaving[screen.session_key] = time.monotonic() + GRACE

    def _detach(self, screen: Screen) -> None:
        crowd = self.crowds.get(screen.viewer.sight) if screen.viewer else None
        if crowd is not None:
            crowd.screens.discard(screen)  # an empty crowd goes at the end of a turn, never during one

    # What is heard

    def _rejoin(self) -> None:
        """What was told while nobody listened is lost: everything is compared again, sessions included."""
        self.ask(Asked(is_everything=True, sessions=self.sessions()))

    def ask(self, asked: Asked) -> None:
        """For the next turn."""
        self._asked.add(asked)
        self._wake.set()

    def sessions(self, user_id: uuid.UUID | None = None) -> dict[str, uuid.UUID]:
        """The sessions that have a screen; those of one user only."""
        of = self.by_user.values() if user_id is None else [self.by_user.get(user_id, set())]
        return {screen.session_key: screen.user_id for screens in of for screen in screens}

    # Turns

    async def _work(self) -> None:
        loop, pause = asyncio.get_running_loop(), 0.2
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), TICK)
            self._wake.clear()
            if not (self.by_user or self._ended):
                self._asked, self.crowds = Asked(), {}  # what nobody looks at is not followed
                continue
            asked, self._asked = self._asked, Asked()
            opening = [screen for screen in self._opening if screen.viewer is None][:OPENINGS]
            asked.sessions |= {screen.session_key: screen.user_id for screen in opening}
            ended, self._ended = self._ended, []
            try:
                found, displays = await loop.run_in_executor(
                    self._thread, self._turn_alone, asked, dict(self.crowds), opening, ended
                )
            except Exception as problem:
                logger.warning("A turn of the stream failed (%s): tried again.", type(problem).__name__)
                self._is_healthy = False
                self._asked.add(asked)
                self._ended += ended
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
                self._wake.set()
                continue
            pause, self._is_healthy = 0.2, self._applied(asked, found, displays)
            if any(screen.viewer is None for screen in self._opening):
                self._wake.set()

    def _turn(
        self, asked: Asked, crowds: Mapping[Sight, Crowd], opening: list[Screen], ended: list[Display]
    ) -> tuple[Found, dict[str, Display]]:
        """In its thread: reads, draws, and writes the journal before anything is given back."""
        shown = {sight: crowd.shown for sight, crowd in crowds.items()}
        watching = set(self.by_user) - {sight.user_id for sight in crowds}
        found = render.turn(asked, shown, watching, now())
        origins = {screen.session_key: screen.origin for screen in opening if screen.is_entitled(found.viewers)}
        changed = {
            screen.session_key: change.shown
            for sight, change in found.changes.items()
            if change.shown.keys() != shown.get(sight, change.shown).keys()
            for screen in list(crowds[sight].screens)
        }
        displays, watched = displayed.compared(self.displays, found, shown, origins, changed)
        displayed.write(self.process, watched, ended)
        return found, displays

    def _turn_alone(self, *arguments: Any) -> tuple[Found, dict[str, Display]]:
        """A turn with a connection of the pool, given back; after a fault, the dead ones are replaced at once."""
        try:
            return self._turn(*arguments)
        except Exception:
            connection.close()
            with contextlib.suppress(Exception):
                drop_dead()
            raise
        finally:
            connection.close()

    # What a turn found

    def _applied(self, *found: Any) -> bool:
        """Half told is worse than not told: after a fault every screen is closed, comes back and compares."""
        try:
            self._apply(*found)
        except Exception as problem:
            logger.warning("What a turn found was not told (%s): every screen starts anew.", type(problem).__name__)
            self.crowds = {}
            for screen in [screen for screens in self.by_user.values() for screen in screens]:
                screen.viewer = None
                screen.close(told.goodbye("shutdown"))
            return False
        return True

    def _apply(self, asked: Asked, found: Found, displays: Mapping[str, Display]) -> None:
        instant, self.epoch = now(), self.epoch or found.epoch
        self.names |= found.names
        self.displays |= displays
        # Whoever no longer sees the same leaves first: nothing drawn for what they saw before reaches them.
        moving = {
            screen: self._set_aside(screen)
            for key in asked.sessions
            for screen in self._of_session(key, asked)
            if not self._stays(screen, found.viewers.get(key))
        }
        for sight, change in found.changes.items():
            self._tell(sight, change, instant)
        for screen, was_shown in moving.items():
            self._place(screen, found.viewers.get(screen.session_key), was_shown)
        for sight in [sight for sight, crowd in self.crowds.items() if not crowd.screens]:
            del self.crowds[sight]
        for person in found.favoured:
            self.ask(Asked(sessions=self.sessions(person)))
        self._tell_presence(found.partners, instant)
        self._turn_the_page(found.epoch)
        if found.is_dated:
            self._next_change = found.next_change
        self._set_alarm()
        for record in [record for person in found.names for record in self.company.of(person)]:
            self.tell_company(record)

    def _of_session(self, key: str, asked: Asked) -> list[Screen]:
        return [screen for screen in self.by_user.get(asked.sessions[key], ()) if screen.session_key == key]

    def _stays(self, screen: Screen, viewer: Viewer | None) -> bool:
        """Looked at again, and sees the same: where they are, with what the clock will change for them now."""
        if viewer is None or screen.viewer is None or screen.viewer.sight != viewer.sight:
            return False
        if screen.viewer.until <= now():  # what was withheld since is compared, at a greeting
            return False
        if not screen.is_entitled({screen.session_key: viewer}):
            return False
        screen.viewer = viewer
        self.crowds[viewer.sight].add(screen)
        return True

    def _set_aside(self, screen: Screen) -> Shown | None:
        """Out of its crowd, with what it was last told; None for one that just came."""
        crowd = self.crowds.get(screen.viewer.sight) if screen.viewer else None
        if crowd is None:
            return None
        crowd.screens.discard(screen)
        return crowd.shown

    def _tell(self, sight: Sight, change: Change, instant: datetime) -> None:
        """One packet for all the screens of a sight."""
        crowd = self.crowds.setdefault(sight, Crowd(sight, change.shown, word=change.word))
        packet = told.change(change, crowd.word)
        crowd.shown, crowd.word = change.shown, change.word
        if packet is not None:
            crowd.send(packet, instant)
        if change.is_whole:
            crowd.send(self._greeting(crowd), instant)
        for pk in change.gone:
            if self.company.lose(pk, {screen.user_id for screen in crowd.screens}):
                self.tell_company(pk)

    def _place(self, screen: Screen, viewer: Viewer | None, was_shown: Shown | None) -> None:
        """Among those who now see the same; or out, when the session is over or its unit left."""
        waiting = self._opening.get(screen)
        if viewer is None or not screen.is_entitled({screen.session_key: viewer}):
            self._put_out(screen, waiting, viewer, was_shown)
            return
        if screen.viewer is None:
            screen.beat = min(range(BEAT), key=lambda beat: len(self._beats[beat]))
            self._beats[screen.beat].add(screen)
        screen.viewer = viewer
        crowd = self.crowds[viewer.sight]
        crowd.add(screen)
        self._lose(screen, was_shown, crowd.shown)
        screen.send(self._greeting(crowd))
        if waiting is not None and not waiting.done():
            waiting.set_result("open")

    def _put_out(
        self, screen: Screen, waiting: asyncio.Future[str] | None, viewer: Viewer | None, was_shown: Shown | None
    ) -> None:
        if waiting is not None and not waiting.done():
            waiting.set_result("refused")
            return
        self._lose(screen, was_shown, self.crowds[viewer.sight].shown if viewer else {})
        screen.close(told.goodbye("ticket" if viewer else "logout"))

    def _lose(self, screen: Screen, was_shown: Shown | None, shown: Shown) -> None:
        """What one saw and may no longer see; a wall is told of nobody."""
        if (lost := [pk for pk in was_shown or () if pk not in shown]) and not screen.is_wall:
            screen.send(told.lost(lost))
            for pk in lost:
                if self.company.lose(pk, {screen.user_id}):
                    self.tell_company(pk)

    def _greeting(self, crowd: Crowd) -> Packet:
        return told.greeting(crowd.sight, crowd.shown, self.epoch, crowd.word)

    def _turn_the_page(self, epoch: str) -> None:
        """The reference data or the day changed: every list is asked again, in its own time."""
        is_new, self.epoch = bool(self.epoch) and epoch != self.epoch, epoch
        if is_new:
            self.names.clear()
            for crowd in self.crowds.values():
                crowd.send(self._greeting(crowd), now())
            self.ask(Asked(is_everything=True, is_quiet=True, sessions=self.sessions()))

    def _tell_presence(self, partners: Mapping[uuid.UUID, frozenset[uuid.UUID]], instant: datetime) -> None:
        for unit, theirs in partners.items():
            packet = told.presence(unit)
            for crowd in self.crowds.values():
                if crowd.sight.establishments & theirs:
                    crowd.send(packet, instant)

    # What is personal

    def tell_personal(self, topic: str, whom: uuid.UUID) -> None:
        """A count or a fragment to ask again: of one user, or of everybody who cares in a unit."""
        packet = told.personal(topic)
        for screen in self.by_user.get(whom, ()):
            screen.send(packet)
        for crowd in self.crowds.values():
            if whom in crowd.sight.units:
                crowd.send(packet, now())

    def tell_company(self, record: uuid.UUID, to: uuid.UUID | None = None) -> None:
        """To each of those who have the record open (or one), who else has; names come with a turn where they lack."""
        here = self.company.at(record)
        if lacking := here.keys() - self.names.keys():
            self.ask(Asked(people=set(lacking)))
            return
        for person in here if to is None else (to,):
            others = [(self.names[pk], doing) for pk, doing in here.items() if pk != person and self.names[pk]]
            packet = told.company(record, others)
            for screen in self.by_user.get(person, ()):
                if screen.viewer is not None:
                    screen.send(packet)

    # What the clock does

    def _set_alarm(self) -> None:
        """The next instant when access changes without anybody's deed, or the day."""
        instants = (self._next_change, midnight_after(now()), *(crowd.until for crowd in self.crowds.values()))
        due = min(at for at in instants if at)
        if self._alarm is not None:
            self._alarm.cancel()
        seconds = max(0.0, (due - now()).total_seconds()) + 0.01
        self._alarm = asyncio.get_running_loop().call_later(min(seconds, 3600.0), self._ring)

    def _ring(self) -> None:
        """Grants are compared again, and whoever's own time has come is looked at again."""
        instant, sessions = now(), dict[str, uuid.UUID]()
        for crowd in self.crowds.values():
            if crowd.until is not None and crowd.until <= instant:
                later = [s.viewer.until for s in crowd.screens if s.viewer and s.viewer.until > instant]
                crowd.until = min(later, default=None)
                for screen in crowd.screens:
                    if screen.viewer and screen.viewer.until <= instant:
                        sessions[screen.session_key] = screen.user_id
        self.ask(Asked(is_everything=True, sessions=sessions))

    async def _sweep(self) -> None:
        """Every second: a tenth of the heartbeats, tickets out of date, displays that ended, readers who went."""
        for second in itertools.cycle(range(BEAT)):
            await asyncio.sleep(1)
            if self.listener.is_listening and self._is_healthy:
                beat = told.beat()
                for screen in self._beats[second]:
                    screen.send(beat)
            instant = now()
            for screen in [s for s in self._beats[second] if s.ticket.expires_at <= instant]:
                screen.close(told.goodbye("ticket"))
            self._end_displays(time.monotonic())
            for record in self.company.sweep(time.monotonic()):
                self.tell_company(record)

    def _end_displays(self, instant: float) -> None:
        for key in [key for key, until in self._leaving.items() if until <= instant]:
            del self._leaving[key]
            if (display := self.displays.pop(key, None)) is not None:
                self._ended.append(display)
                self._wake.set()
