"""A modest day's traffic: callers of every kind who hang up when they please, agents who answer, refuse or do not.

Chance decides, by a seed. Nobody sleeps longer than a minute, so that all of it is over soon after it was stopped.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count

import gevent
from gevent.pool import Pool

from tests.live.bare_line import Line
from tests.live.bare_media import Mouth
from tests.live.bare_phones import BarePhone
from tests.live.switch import Switch

Person = Callable[[Mouth, Line], None]
"""What a caller does once the call is up."""

PATIENCE = 60.0
"""Seconds after which everybody hangs up."""


class Traffic:
    """Callers come by chance, `per_second` of them on average. `agents` have phones of the same number."""

    def __init__(self, switch: Switch, agents: Sequence[str], password: str, per_second: float, seed: int = 1) -> None:
        self.calls = 0
        self.answered: set[str] = set()
        """The numbers of callers whose call was answered; each calls once."""
        self.ends: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._rate = per_second
        self._outside = BarePhone("13900000000", switch.trunk)
        self._agents = [BarePhone(each, switch.registrar) for each in agents]
        for phone in self._agents:
            phone.register(password)
            phone.on_line = self._rings
        self._people = Pool(200)
        self._numbers = count(int(time.time()) % 10**6 * 10**4)
        self._kinds: Sequence[tuple[int, str, Person]] = (
            (2, "95598", self._presses_anything),
            (2, "20001", self._gives_a_password),
            (2, "20001", self._leaves_a_message),
            (1, "12345", self._presses_anything),
            (2, "20002", self._listens),
            (4, "7001", self._waits),
            (3, "7031", self._waits),
            (2, "7042", self._leaves_a_voicemail),
            (1, "7998", self._listens),
        )

    @property
    def under_way(self) -> int:
        return len(self._people)

    def run(self, seconds: float) -> None:
        """Until then somebody calls now and then; gives back when all of them are gone."""
        limit = time.monotonic() + seconds
        weights = [each[0] for each in self._kinds]
        while time.monotonic() < limit:
            gevent.sleep(self._chance.expovariate(self._rate))
            _, called, person = self._chance.choices(self._kinds, weights)[0]
            self._people.spawn(self._call, called, person)
        self._people.join(2 * PATIENCE)

    def close(self) -> None:
        for phone in [*self._agents, self._outside]:
            phone.close()

    # Callers.

    def _call(self, called: str, person: Person) -> None:
        number = f"1{next(self._numbers):010}"
        self.calls += 1
        line = self._outside.call(called, number)
        impatient = gevent.spawn_later(min(PATIENCE, self._chance.expovariate(1 / 25)), line.hang_up)
        try:
            with suppress(TimeoutError, ValueError):
                line.wait("up", 5)
                self.answered.add(number)
                person(Mouth(self._outside, line), line)
                line.wait("over", PATIENCE)
        finally:
            self.ends["never up" if line.up is None else "hung up" if line.ended_here else "ended"] += 1
            line.hang_up()
            impatient.kill()
            gevent.sleep(1)  # the last messages
            self._outside.forget(line)

    def _think(self, most: float = 3.0) -> None:
        gevent.sleep(self._chance.uniform(0.3, most))

    def _listens(self, mouth: Mouth, line: Line) -> None: ...

    def _waits(self, mouth: Mouth, line: Line) -> None:
        mouth.speak(self._chance.uniform(0, 4))

    def _presses_anything(self, mouth: Mouth, line: Line) -> None:
        while line.over is None:
            self._think()
            mouth.press(self._chance.choice(("1", "2", "3", "0", "9", "1234567890", "202611250001", "#", "*", "5")))

    def _gives_a_password(self, mouth: Mouth, line: Line) -> None:
        for keys in ("1", self._chance.choice(("73910462#", "12345678#", "99#"))):
            self._think()
            mouth.press(keys)

    def _leaves_a_message(self, mouth: Mouth, line: Line) -> None:
        self._think()
        mouth.press("2")
        self._think()
        self._say_something(mouth)

    def _leaves_a_voicemail(self, mouth: Mouth, line: Line) -> None:
        self._think(6)
        self._say_something(mouth)
        self._think(6)
        mouth.press(self._chance.choice("123"))

    def _say_something(self, mouth: Mouth) -> None:
        mouth.speak(self._chance.uniform(1, 6))
        if self._chance.random() < 0.8:
            mouth.press("#")

    # Agents.

    def _rings(self, line: Line) -> None:
        """One in ten refuses, one does not answer; who talks may put the caller on hold."""
        gevent.sleep(self._chance.uniform(0.2, 3))
        fate = self._chance.random()
        if fate < 0.1:
            line.refuse(486)
        elif fate < 0.9 and line.answer():
            self._talk(line)
        with suppress(TimeoutError):
            line.wait("over", PATIENCE)
        line.hang_up()

    def _talk(self, line: Line) -> None:
        phone = next(each for each in self._agents if line.call_id in each.lines)
        with suppress(ValueError):
            mouth = Mouth(phone, line)
            mouth.speak(self._chance.uniform(1, 4))
            if self._chance.random() < 0.2:
                mouth.press("*31")
                self._think()
                mouth.press("*31")
            self._think(15)
        line.hang_up()
