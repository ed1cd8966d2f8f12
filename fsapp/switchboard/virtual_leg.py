"""A leg without a telephone: for calls at the terminal and for flow tests, on a virtual clock, without a network.

Time passes only on the clock it is given; every request moves it along what the caller does (see virtual_caller).
"""

from collections.abc import Callable, Collection, Sequence
from itertools import count
from typing import NoReturn

from fsapp.domain.arguments import Endpoint
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded, FaxToneHeard
from fsapp.domain.fax import FaxEnd, FaxResult, ReceiveFax, SendFax
from fsapp.domain.leg import (
    BELATED_SECONDS,
    FAX_TONE,
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
from fsapp.switchboard.key_script import FarEnd
from fsapp.switchboard.observer import HIDDEN_KEY, Observer, Unobserved
from fsapp.switchboard.sounds import spoken_seconds
from fsapp.switchboard.virtual_caller import Caller, VirtualCaller

FAX_PAGE_SECONDS = 20.0
"""How long a page takes at 14,400 bit/s."""

RING_SECONDS = 5.0
"""How long a leg rings that is answered in the end."""


class VirtualLeg:
    """Satisfies fsapp.flow.ports.Leg. `missing` are paths of prompts whose file is not there."""

    def __init__(
        self,
        caller: Caller,
        clock: VirtualClock,
        observer: Observer | None = None,
        missing: Collection[str] = (),
    ) -> None:
        self.caller = VirtualCaller(caller, clock)
        self._clock = clock
        self._observer: Observer = observer or Unobserved()
        self._missing = missing
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
            self.caller.drop_keys(since=began)
        return PlayEnd.PLAYED

    def collect(self, request: CollectKeys) -> KeysCollected:
        if self.play(request.utterances, barge_in=request.barge_in) is PlayEnd.UNPLAYABLE:
            return KeysCollected("", KeysEnd.UNPLAYABLE)
        self.caller.ask()
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
        self.caller.forget_typed()
        began = self._clock.monotonic()
        silent_from = began + self.caller.ask(speaking=True)
        ends_at = min(silent_from + request.silence_seconds, began + request.max_seconds, self.caller.hangs_up_at)
        terminator = self._terminator_before(ends_at, request.terminators)
        ended = self._clock.monotonic()
        in_silence = not terminator and ended >= silent_from + request.silence_seconds
        result = MessageRecorded((silent_from if in_silence else ended) - began, terminator)
        self._observer.recorded(request, result)
        if self.caller.gone:
            self._note_end("NORMAL_CLEARING", "caller")
        return result

    def dial(self, request: Dial) -> Dialled:
        self._check()
        self.caller.forget_typed()
        began = self._clock.monotonic()
        far_end = self.caller.script.far_end()
        act = self.caller.script.during_dial(far_end)
        if act:
            self.caller.plan(act, act.wait or RING_SECONDS + far_end.talk)
        result = self._dialled(request, far_end)
        self.caller.drop_keys(since=began)
        self._observer.dialled(request, result)
        return result

    def fax_receive(self, request: ReceiveFax) -> FaxResult:
        return self._faxed(request)

    def fax_send(self, request: SendFax) -> FaxResult:
        return self._faxed(request)

    def listen_for_fax(self) -> None:
        self._check()
        self.caller.tone_is_heard = True

    def refer(self, endpoint: Endpoint) -> None:
        self._check()
        self._observer.referred(endpoint)

    def hang_up(self, cause: str) -> NoReturn:
        self._check()
        self._end(cause, "engine")

    def wait_apart(self, on_key: Callable[[str], None]) -> None:
        self._check()
        self.caller.forget_typed()
        self.caller.on_key = on_key

    def music(self, path: str) -> None:  # noqa: ARG002  # the protocol's: nobody hears it
        self._check()

    def come_back(self) -> None:
        self._check()
        self.caller.on_key = None

    # Its end, and time.

    def linger(self, seconds: float) -> None:
        """Lets time go by. Raises CallEnded where the caller hangs up meanwhile."""
        self._check()
        self._pass(seconds)

    def _check(self) -> None:
        if self._ended is not None:
            raise self._ended
        if self.caller.gone:
            self._end("NORMAL_CLEARING", "caller")

    def _end(self, cause: str, party: str) -> NoReturn:
        raise self._note_end(cause, party)

    def _note_end(self, cause: str, party: str) -> CallEnded:
        self._ended = CallEnded(cause)
        self._observer.ended(cause, party)
        return self._ended

    def _pass(self, seconds: float) -> None:
        self.caller.pass_time(seconds)
        if self.caller.gone:
            self._end("NORMAL_CLEARING", "caller")
        if self.caller.until_key() <= 0 and self.caller.next_is_one_of(FAX_TONE):
            self.caller.take_key()
            raise FaxToneHeard

    # Parts of the requests.

    def _play_one(self, utterance: Utterance, barge_in: bool) -> PlayEnd:
        if utterance.path in self._missing:
            return PlayEnd.UNPLAYABLE
        if barge_in and self.caller.until_key() <= 0:
            return PlayEnd.BARGED_IN  # typed ahead: nothing is played
        self._observer.prompt(utterance)
        if (act := self.caller.script.during_prompt()) is not None:
            self.caller.plan(act, act.wait)
        seconds = spoken_seconds(utterance)
        until_key = self.caller.until_key()
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
        if self.caller.next_is_one_of(terminators) and self.caller.until_key() <= BELATED_SECONDS:
            self.caller.take_key()

    def _key_within(self, timeout: float) -> str:
        """The next key, or empty where none comes in time."""
        until_key = self.caller.until_key()
        if until_key > timeout:
            self._pass(timeout)
            return ""
        self._pass(max(until_key, 0.0))
        return self.caller.take_key()

    def _terminator_before(self, ends_at: float, terminators: str) -> str:
        """The key that ends a recording; empty where it ends by itself, or by the caller's hanging up."""
        while self.caller.until_key() <= ends_at - self._clock.monotonic():
            self.caller.pass_time(max(self.caller.until_key(), 0.0))
            key = self.caller.take_key()
            if key in terminators:
                return key
        self.caller.pass_time(ends_at - self._clock.monotonic())
        return ""

    def _faxed(self, request: ReceiveFax | SendFax) -> FaxResult:
        self._check()
        self.caller.forget_typed()
        turn = self.caller.script.fax()
        self.caller.pass_time(max(1, turn.total) * FAX_PAGE_SECONDS)
        success = 0 < turn.pages == turn.total
        text = "OK" if success else "The call dropped prematurely"
        result = FaxResult(success, turn.pages, 14_400, "+86 571 1234", ecm=request.line.ecm, text=text)
        self._observer.faxed(request, result)
        if result.end is not FaxEnd.DONE and self.caller.gone:
            self._note_end("NORMAL_CLEARING", "caller")
        return result

    def _dialled(self, request: Dial, far_end: FarEnd) -> Dialled:
        if far_end.end is DialEnd.NO_ANSWER:
            self._pass(request.ring_timeout)
        if far_end.end is not DialEnd.ANSWERED:
            return Dialled(far_end.end, far_end.cause)
        self._pass(RING_SECONDS)
        began = self._clock.monotonic()
        self.caller.pass_time(far_end.talk)
        talk = self._clock.monotonic() - began
        return Dialled(far_end.end, far_end.cause, f"virtual-{next(self._leg_numbers)}", talk)
