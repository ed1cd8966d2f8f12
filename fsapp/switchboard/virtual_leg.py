"""A leg without a telephone: for calls at the terminal and for flow tests, on a virtual clock, without a network.

Time passes only on the clock it is given. What the caller will do is kept as a timeline: keys with the second at which
each is pressed, and perhaps the second of hanging up; every request moves the clock along it.
"""

from collections import deque
from collections.abc import Collection, Sequence
from itertools import count
from math import inf
from typing import NoReturn, Protocol

from fsapp.domain.arguments import Endpoint
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import (
    BELATED_SECONDS,
    CollectKeys,
    Dial,
    DialEnd,
    Dialled,
    KeysCollected,
    KeysEnd,
    MessageRecorded,
    PlayEnd,
    RecordMessage,
    Utterance,
)
from fsapp.switchboard.key_script import Act, FarEnd, HangUp
from fsapp.switchboard.observer import HIDDEN_KEY, Observer, Unobserved
from fsapp.switchboard.sounds import spoken_seconds

KEY_SECONDS = 0.3
"""From one key of a typed number to the next."""

RING_SECONDS = 5.0
"""How long a leg rings that is answered in the end."""


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


class VirtualLeg:
    """Satisfies fsapp.flow.ports.Leg. `missing` are paths of prompts whose file is not there."""

    def __init__(
        self,
        caller: Caller,
        clock: VirtualClock,
        observer: Observer | None = None,
        missing: Collection[str] = (),
    ) -> None:
        self._caller = caller
        self._clock = clock
        self._observer: Observer = observer or Unobserved()
        self._missing = missing
        self._keys: deque[tuple[float, str]] = deque()
        self._hang_up_at = inf
        self._ended: CallEnded | None = None
        self._answered = False
        self._leg_numbers = count(1)

    # The requests of a flow.

    def answer(self) -> None:
        self._check()
        if not self._answered:
            self._answered = True
            self._observer.answered()

    def play(self, utterances: Sequence[Utterance], *, barge_in: bool) -> PlayEnd:
        self._check()
        began = self._clock.monotonic()
        for utterance in utterances:
            end = self._play_one(utterance, barge_in)
            if end is not PlayEnd.PLAYED:
                return end
        if not barge_in:
            self._drop_keys(since=began)
        return PlayEnd.PLAYED

    def collect(self, request: CollectKeys) -> KeysCollected:
        if self.play(request.utterances, barge_in=request.barge_in) is PlayEnd.UNPLAYABLE:
            return KeysCollected("", KeysEnd.UNPLAYABLE)
        self._ask()
        result = self._read(request)
        keys = result.digits + result.terminator
        if keys:
            self._observer.pressed(HIDDEN_KEY * len(keys) if request.sensitive else keys)
        return result

    def pause(self, seconds: float) -> None:
        self._check()
        self._pass(seconds)

    def record(self, request: RecordMessage) -> MessageRecorded:
        """A caller who hangs up has left a message too; the next request raises CallEnded."""
        self._check()
        self._forget_typed()
        began = self._clock.monotonic()
        silent_from = began + self._ask(speaking=True)
        hang_up_at, self._hang_up_at = self._hang_up_at, inf
        ends_at = min(silent_from + request.silence_seconds, began + request.max_seconds, hang_up_at)
        terminator = self._terminator_before(ends_at, request.terminators)
        self._hang_up_at = hang_up_at
        ended = self._clock.monotonic()
        in_silence = not terminator and ended >= silent_from + request.silence_seconds
        result = MessageRecorded((silent_from if in_silence else ended) - began, terminator)
        self._observer.recorded(request, result)
        if self._clock.monotonic() >= hang_up_at:
            self._note_end("NORMAL_CLEARING", "caller")
        return result

    def dial(self, request: Dial) -> Dialled:
        self._check()
        self._forget_typed()
        began = self._clock.monotonic()
        far_end = self._caller.far_end()
        act = self._caller.during_dial(far_end)
        if act:
            self._schedule(act, act.wait or RING_SECONDS + far_end.talk)
        result = self._dialled(request, far_end)
        self._drop_keys(since=began)
        self._observer.dialled(request, result)
        return result

    def refer(self, endpoint: Endpoint) -> None:
        self._check()
        self._observer.referred(endpoint)

    def hang_up(self, cause: str) -> NoReturn:
        self._check()
        self._end(cause, "engine")

    # The timeline.

    def _check(self) -> None:
        if self._ended is not None:
            raise self._ended
        if self._hang_up_at <= self._clock.monotonic():
            self._end("NORMAL_CLEARING", "caller")

    def _end(self, cause: str, party: str) -> NoReturn:
        raise self._note_end(cause, party)

    def _note_end(self, cause: str, party: str) -> CallEnded:
        self._ended = CallEnded(cause)
        self._observer.ended(cause, party)
        return self._ended

    def _pass(self, seconds: float) -> None:
        """Lets time go by, up to the caller's hanging up."""
        left = self._hang_up_at - self._clock.monotonic()
        if left <= seconds:
            self._clock.advance(max(left, 0.0))
            self._end("NORMAL_CLEARING", "caller")
        self._clock.advance(seconds)

    def _until_key(self) -> float:
        """Seconds until the next key; negative for one that was pressed already."""
        return self._keys[0][0] - self._clock.monotonic() if self._keys else inf

    def _schedule(self, act: Act, delay: float) -> None:
        at = self._clock.monotonic() + delay
        if isinstance(act, HangUp):
            self._hang_up_at = at
        else:
            self._keys.extend((at + index * KEY_SECONDS, key) for index, key in enumerate(act.keys))

    def _ask(self, speaking: bool = False) -> float:
        """Lets the caller act, unless keys are under way already; the seconds until the caller falls silent."""
        if self._keys or self._hang_up_at < inf:
            return 0.0
        act = self._caller.when_asked()
        talk = act.talk if speaking else 0.0
        self._schedule(act, talk + act.wait)
        return talk

    def _forget_typed(self) -> None:
        """Keys typed ahead answer a question; here something else comes in between."""
        self._drop_keys(since=-inf)

    def _drop_keys(self, since: float) -> None:
        """Keys pressed while nobody listened are lost; those typed ahead before stay."""
        now = self._clock.monotonic()
        self._keys = deque(pressed for pressed in self._keys if not since <= pressed[0] <= now)

    # Parts of the requests.

    def _play_one(self, utterance: Utterance, barge_in: bool) -> PlayEnd:
        if utterance.path in self._missing:
            return PlayEnd.UNPLAYABLE
        if barge_in and self._until_key() <= 0:
            return PlayEnd.BARGED_IN  # typed ahead: nothing is played
        self._observer.prompt(utterance)
        if (act := self._caller.during_prompt()) is not None:
            self._schedule(act, act.wait)
        seconds = spoken_seconds(utterance)
        until_key = self._until_key()
        if barge_in and until_key < seconds:
            self._pass(max(until_key, 0.0))
            return PlayEnd.BARGED_IN
        self._pass(seconds)
        return PlayEnd.PLAYED

    def _read(self, request: CollectKeys) -> KeysCollected:
        digits = ""
        timeout = request.first_timeout
        while len(digits) < request.max_digits:
            key = self._key_within(timeout)
            if not key:
                return KeysCollected(digits, KeysEnd.TIMEOUT if digits else KeysEnd.NOTHING)
            if key in request.terminators:
                return KeysCollected(digits, KeysEnd.TERMINATOR, key)
            digits += key
            timeout = request.digit_timeout
        self._drop_belated(request.terminators)
        return KeysCollected(digits, KeysEnd.FULL)

    def _drop_belated(self, terminators: str) -> None:
        """A terminator pressed right after a full number still belongs to it."""
        if self._keys and self._keys[0][1] in terminators and self._until_key() <= BELATED_SECONDS:
            self._keys.popleft()

    def _key_within(self, timeout: float) -> str:
        """The next key, or empty where none comes in time."""
        until_key = self._until_key()
        if until_key > timeout:
            self._pass(timeout)
            return ""
        self._pass(max(until_key, 0.0))
        return self._keys.popleft()[1]

    def _terminator_before(self, ends_at: float, terminators: str) -> str:
        while key := self._key_within(ends_at - self._clock.monotonic()):
            if key in terminators:
                return key
        return ""

    def _dialled(self, request: Dial, far_end: FarEnd) -> Dialled:
        if far_end.end is DialEnd.NO_ANSWER:
            self._pass(request.ring_timeout)
        if far_end.end is not DialEnd.ANSWERED:
            return Dialled(far_end.end, far_end.cause)
        self._pass(RING_SECONDS)
        talk = min(far_end.talk, self._hang_up_at - self._clock.monotonic())
        self._clock.advance(talk)
        return Dialled(far_end.end, far_end.cause, f"virtual-{next(self._leg_numbers)}", talk)
