"""What a caller does along a virtual clock: keys with the second at which each is pressed, and the hanging up."""

from collections import deque
from collections.abc import Callable
from math import inf
from typing import Protocol

from fsapp.domain.clock import VirtualClock
from fsapp.domain.leg import FAX_TONE
from fsapp.switchboard.key_script import Act, FarEnd, FaxTurn, HangUp, QueueTurn

KEY_SECONDS = 0.3
"""From one key of a typed number to the next."""


class Caller(Protocol):
    """Who is at the other end: a key script, or a person at the terminal."""

    def during_prompt(self) -> Act | None:
        """What the caller does over the prompt that begins now, if anything."""
        ...

    def when_asked(self) -> Act:
        """What the caller does now that the call waits for keys, or records."""
        ...

    def far_end(self) -> FarEnd:
        """What becomes of the leg dialled now."""
        ...

    def during_dial(self, far_end: FarEnd) -> HangUp | None:
        """The caller's hanging up on that leg: `wait` seconds after dialling, or at the end of the talk if it is 0."""
        ...

    def fax(self) -> FaxTurn:
        """What becomes of the fax that comes or goes now."""
        ...

    def in_queue(self) -> QueueTurn:
        """What happens next to the caller who is in a queue."""
        ...


class VirtualCaller:
    """The acts of a `Caller` as time goes by. `on_key`, where it is set, is given each key as it is pressed."""

    def __init__(self, caller: Caller, clock: VirtualClock) -> None:
        self.script = caller
        self.hangs_up_at = inf
        self.on_key: Callable[[str], None] | None = None
        self.tone_is_heard = False
        """Whether somebody listens for a fax tone; else it is lost."""
        self._clock = clock
        self._keys: deque[tuple[float, str]] = deque()

    @property
    def now(self) -> float:
        return self._clock.monotonic()

    @property
    def gone(self) -> bool:
        """Whether the caller has hung up."""
        return self.hangs_up_at <= self.now

    def until_key(self) -> float:
        """Seconds until the next key; negative for one that was pressed already."""
        return self._keys[0][0] - self.now if self._keys else inf

    def take_key(self) -> str:
        return self._keys.popleft()[1]

    def next_is_one_of(self, keys: str) -> bool:
        return bool(self._keys) and self._keys[0][1] in keys

    def plan(self, act: Act, delay: float) -> None:
        """The act comes `delay` seconds on."""
        at = self.now + delay
        if isinstance(act, HangUp):
            self.hangs_up_at = at
        elif act.keys != FAX_TONE or self.tone_is_heard:
            self._keys.extend((at + index * KEY_SECONDS, key) for index, key in enumerate(act.keys))

    def ask(self, speaking: bool = False) -> float:
        """Lets the caller act, unless keys are under way already; the seconds until the caller falls silent."""
        if self._keys or self.hangs_up_at < inf:
            return 0.0
        act = self.script.when_asked()
        talk = act.talk if speaking else 0.0
        self.plan(act, talk + act.wait)
        return talk

    def drop_keys(self, since: float) -> None:
        """Keys pressed while nobody listened are lost; those typed ahead before stay."""
        self._keys = deque(pressed for pressed in self._keys if not since <= pressed[0] <= self.now)

    def forget_typed(self) -> None:
        """Keys typed ahead answer a question; here something else comes in between."""
        self.drop_keys(since=-inf)

    def pass_time(self, seconds: float) -> None:
        """Lets time go by, up to the caller's hanging up."""
        until = min(self.now + seconds, self.hangs_up_at)
        while self.on_key is not None and self._keys and self._keys[0][0] <= until:
            self._clock.advance(max(self.until_key(), 0.0))
            self.on_key(self.take_key())
        self._clock.advance(max(until - self.now, 0.0))
