"""The caller's channel as a flow sees it. Satisfies fsapp.flow.ports.Leg; drives a Channel over either connection.

At most one wait a request: whatever prepares or follows an application is written together with it.
"""

from collections.abc import Callable, Sequence
from typing import NoReturn

from fsapp.domain.arguments import Endpoint, SoundPath
from fsapp.domain.errors import EslError
from fsapp.domain.fax import FaxResult, ReceiveFax, SendFax
from fsapp.domain.leg import (
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
from fsapp.esl import arguments, dialling, faxing, keys, referring
from fsapp.esl.arguments import ANY_KEY, NO_KEY, Application, Read, Variable
from fsapp.esl.carriage import Carriage
from fsapp.esl.channel import Channel, Completed
from fsapp.esl.commands import Execute
from fsapp.esl.ending import Ending
from fsapp.esl.fax_ear import FaxEar
from fsapp.esl.keys import Reading
from fsapp.esl.music import Music
from fsapp.esl.playing import length_of, paths_of
from fsapp.esl.reading import KEYS_VARIABLES, outcome

MARGIN_SECONDS = 15.0
"""Beyond what an application should take by its own account."""

HANGUP_SECONDS = 3.0
"""For a hang-up to happen, which takes FreeSWITCH 20 ms."""

_NO_FILE = "DESTINATION_OUT_OF_ORDER"
"""How FreeSWITCH hangs up a caller whose message it cannot write (mod_dptools.c)."""

_SENSITIVE = Execute(Application.MULTISET, arguments.settings({Variable.SENSITIVE_DTMF: "true"}))


class EslLeg:
    """A leg over an event socket. Every request raises CallEnded once the caller is gone, EslError if the switch fails.

    One greenlet drives a leg. `carriage` changes what drives the channel while the caller waits.
    """

    def __init__(self, channel: Channel, carriage: Carriage | None = None) -> None:
        self._channel = channel
        self._carriage = carriage
        self._music = Music(channel)
        self._ear = FaxEar(channel)
        self._typed = ""
        self._terminators = ""

    def answer(self) -> None:
        """Answers the call, if it is not answered; does not wait, as whatever comes next waits its turn anyway."""
        if not self._channel.answered:
            self._channel.start(Execute(Application.ANSWER))
            self._channel.answered = True

    def play(self, utterances: Sequence[Utterance], *, barge_in: bool) -> PlayEnd:
        """Keys pressed end it if `barge_in`, and count for the next `collect`; else they are lost."""
        self._take_keys()
        self._music.stop()
        if barge_in and self._typed:
            return PlayEnd.BARGED_IN
        if not utterances:
            return PlayEnd.PLAYED
        if (paths := paths_of(utterances)) is None:
            return PlayEnd.UNPLAYABLE
        played = self._played(paths, length_of(utterances), barge_in=barge_in)
        if played.event.get("Application-Response") != "FILE PLAYED":
            return PlayEnd.UNPLAYABLE
        if not barge_in or not played.keys:
            return PlayEnd.PLAYED
        self._typed += played.keys
        return PlayEnd.BARGED_IN

    def collect(self, request: CollectKeys) -> KeysCollected:
        """Keys typed ahead count first: if they suffice nothing is played, and if they begin, only the rest is read."""
        if not request.barge_in and self.play(request.utterances, barge_in=False) is PlayEnd.UNPLAYABLE:
            return KeysCollected("", KeysEnd.UNPLAYABLE)
        self._take_keys()
        reading = keys.read(self._typed, request)
        while reading.result is None:
            prompt = request.utterances if request.barge_in and not self._typed else ()
            reading = self._read(request, prompt)
            self._typed = reading.left
        self._typed = reading.left
        if reading.result.end is KeysEnd.FULL and not reading.left:
            self._typed = self._channel.forgive(request.terminators)
        return reading.result

    def pause(self, seconds: float) -> None:
        """Silence; the parked channel reports the keys pressed meanwhile."""
        self._channel.pause(seconds)

    def record(self, request: RecordMessage) -> MessageRecorded:
        """A caller who hangs up has left a message too: this gives it, and the next request raises CallEnded.

        Raises EslError where the file cannot be written; FreeSWITCH has hung up then.
        """
        self._forget_keys()
        path = SoundPath(request.path)
        recorded = self._channel.run(
            Execute(Application.RECORD, arguments.record(path, request.max_seconds, request.silence_seconds)),
            before=(_unset(Variable.RECORD_MS), *self._ended_by(arguments.keys(request.terminators))),
            limit=request.max_seconds + MARGIN_SECONDS,
            outlives_hangup=True,
        ).event
        milliseconds = recorded.number("variable_record_ms")
        if not milliseconds and recorded.get("Hangup-Cause") == _NO_FILE:
            raise EslError(f"FreeSWITCH cannot write {path}")
        silence = request.silence_seconds if recorded.variable("silence_hits_exhausted") == "true" else 0
        seconds = max(milliseconds / 1000 - silence, 0.0)
        return MessageRecorded(seconds, recorded.variable("playback_terminator_used"))

    def dial(self, request: Dial) -> Dialled:
        """Calls the B-leg and waits for the end of the talk; keys pressed meanwhile are the talkers' own.

        A caller who ends the talk has talked: this gives the talk, and the next request raises CallEnded.
        """
        self._forget_keys()
        dialled = self._channel.run(
            Execute(Application.BRIDGE, arguments.dial_string(request.endpoint)),
            before=dialling.before(request),
            after=dialling.AFTER,
            limit=request.ring_timeout + dialling.TALK_SECONDS,
            outlives_hangup=True,
        )
        result = dialling.result(dialled.event)
        if result.end is not DialEnd.ANSWERED:
            self._channel.check()
        return result

    def fax_receive(self, request: ReceiveFax) -> FaxResult:
        """A sender who hangs up ends it too: this gives what came, and the next request raises CallEnded."""
        self._forget_keys()
        return faxing.receive(self._channel, request)

    def fax_send(self, request: SendFax) -> FaxResult:
        """As `fax_receive`."""
        self._forget_keys()
        return faxing.send(self._channel, request)

    def listen_for_fax(self) -> None:
        """From now on a fax tone raises FaxToneHeard from `play`, `collect` or the next request."""
        self._ear.listen()

    def refer(self, endpoint: Endpoint) -> None:
        """By REFER, or by 302 if the call is not answered. Raises EslError, and keeps the caller, if it is refused."""
        try:
            uri = arguments.sip_uri(endpoint, self._channel.peer)
        except ValueError as error:
            raise EslError(str(error)) from None
        hand_over = referring.refer if self._channel.answered else referring.redirect
        hand_over(self._channel, uri)

    def hang_up(self, cause: str) -> NoReturn:
        """Ends the call, waits until it has ended, and raises CallEnded."""
        raise self._channel.hang_up(Execute(Application.HANGUP, arguments.cause(cause)), HANGUP_SECONDS)

    def wait_apart(self, on_key: Callable[[str], None]) -> None:
        """Gives the call's own socket back, which costs the switch fifteen times what a waiting caller does."""
        self._forget_keys()
        self._channel.on_key = on_key
        self._ear.on_heard = lambda: on_key(FAX_TONE)
        if self._carriage is not None:
            self._carriage.go_apart()

    def music(self, path: str) -> None:
        """Until something else is played or asked."""
        self._music.play(SoundPath(path) if path else None)

    def come_back(self) -> None:
        """To the call's own socket."""
        self._music.stop()
        self._channel.on_key = self._ear.on_heard = None
        if self._carriage is not None:
            self._carriage.come_back()
            self._ear.moved()
        self._terminators = ""

    def ending(self) -> Ending:
        """How the call ended; to be asked after CallEnded. Waits a few seconds at most for the switch to say."""
        return self._channel.ending()

    def _played(self, paths: Sequence[SoundPath], seconds: float, *, barge_in: bool) -> Completed:
        """Plays, and plays again what nothing but a belated terminator has cut short."""
        while True:
            played = self._ear.run(
                Execute(Application.PLAYBACK, arguments.files(paths)),
                before=self._ended_by(ANY_KEY if barge_in else NO_KEY),
                limit=seconds + MARGIN_SECONDS,
            )
            if not barge_in or played.keys or not played.belated:
                return played

    def _read(self, request: CollectKeys, prompt: Sequence[Utterance]) -> Reading:
        if (paths := paths_of(prompt)) is None:
            return Reading(KeysCollected("", KeysEnd.UNPLAYABLE))
        first = request.digit_timeout if self._typed else request.first_timeout
        left = request.max_digits - len(self._typed)
        read = Read(paths, left, request.terminators, first, request.digit_timeout)
        hidden = request.sensitive
        completed = self._ear.run(
            Execute(Application.PLAY_AND_GET_DIGITS, arguments.play_and_get_digits(read)),
            before=(_unset(*KEYS_VARIABLES), *((_SENSITIVE,) if hidden else ())),
            after=(_unset(Variable.SENSITIVE_DTMF, *KEYS_VARIABLES),) if hidden else (),
            limit=length_of(prompt) + first + request.digit_timeout * left + MARGIN_SECONDS,
        )
        return outcome(completed, request, self._typed)

    def _take_keys(self) -> None:
        self._channel.check()
        self._ear.check()
        self._typed += self._channel.take_keys()

    def _forget_keys(self) -> None:
        """Keys typed ahead answer a question; here something else comes in between."""
        self._take_keys()
        self._typed = ""

    def _ended_by(self, terminators: str) -> tuple[Execute, ...]:
        """Sets the keys that end what is played or recorded, unless they are set."""
        if terminators == self._terminators:
            return ()
        self._terminators = terminators
        return (Execute(Application.MULTISET, arguments.settings({Variable.PLAYBACK_TERMINATORS: terminators})),)


def _unset(*variables: Variable) -> Execute:
    return Execute(Application.MULTIUNSET, arguments.names(variables))
