"""A person at the terminal in the place of a telephone: on the stand-in, or on a leg without a network."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING, Protocol, TextIO

from gevent import spawn
from gevent.select import select

from fsapp.domain.arguments import Endpoint
from fsapp.domain.fax import FaxResult, ReceiveFax, SendFax
from fsapp.domain.leg import Dial, Dialled, MessageRecorded, RecordMessage, Utterance
from fsapp.switchboard.callers import ScriptCaller
from fsapp.switchboard.key_script import Act, FarEnd, FaxTurn, HangUp, KeyScript, QueueTurn, parsed
from fsapp.switchboard.screen import Screen
from fsapp.switchboard.telephone import SilentTelephone, caller_hangs_up

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

Words = Callable[[str], str]
"""The words that an audio file says; empty where nobody knows."""

LONG_SECONDS = 30.0
"""A tone that lasts longer is music, and no signal."""

HANG_UP_WORDS = ("hangup", "h", "q", "quit", "exit")
_CTRL_C, _CTRL_D = "\x03", "\x04"
_KEYS = re.compile(r"[0-9*#A-D]")
_HINT = "type keys; 'hangup' or Ctrl-C hangs up"
_QUEUE_HINT = "Enter: an agent answers; or a key, hangup, agent:60, timeout, closed, full, no_agents, move:QUEUE"


class _Killable(Protocol):
    """A greenlet, as far as we use it."""

    def kill(self, *, block: bool) -> None: ...


class Shown(SilentTelephone):
    """A telephone whose call is shown on a screen. `words` are those of what is played."""

    def __init__(self, words: Words, out: TextIO | None = None, hint: str = "") -> None:
        self._words = words
        self._out = out
        self._hint = hint
        self._screen: Screen | None = None

    def calling(self, channel: Channel) -> None:
        self._screen = Screen(lambda: channel.timeline.now, self._out)
        self._screen.note(f"{channel.profile.number} calls {channel.profile.destination}{self._hint}")

    def answered(self, channel: Channel) -> None:  # noqa: ARG002  # the protocol's
        self.screen.answered()

    def playing(self, channel: Channel, sound: str, seconds: float) -> None:  # noqa: ARG002  # the protocol's
        if spoken := " ".join(filter(None, map(self._words, _files(sound)))):
            self.screen.prompt(spoken)

        elif sound.startswith("tone_stream:") and seconds > LONG_SECONDS:
            self.screen.music()

    def talking(self, channel: Channel) -> None:
        if channel.talk is not None:
            other, _, _ = channel.talk.other(channel).profile.destination.partition("%")
            self.screen.talking(f"{other} answers: a talk")

    def recording(self, channel: Channel) -> float:  # noqa: ARG002  # the protocol's
        self.screen.recording("recording; a key ends it")
        return inf

    def dialling(self, channel: Channel, destination: str) -> FarEnd | None:  # noqa: ARG002  # the protocol's
        self.screen.note(f"dialling {destination}")
        return None

    def ended(self, channel: Channel, cause: str) -> None:  # noqa: ARG002  # the protocol's
        self.screen.ended(cause)

    @property
    def screen(self) -> Screen:
        if self._screen is None:
            raise RuntimeError("a telephone is told of its call before anything else")
        return self._screen


class ShownScript(Shown):
    """A key script at the telephone, its keys shown as it presses them."""

    def __init__(self, script: KeyScript, words: Words, out: TextIO | None = None) -> None:
        super().__init__(words, out)
        self._caller = ScriptCaller(script, self._pressing)

    def playing(self, channel: Channel, sound: str, seconds: float) -> None:
        super().playing(channel, sound, seconds)
        self._caller.playing(channel, sound, seconds)

    def asked(self, channel: Channel, prompt_seconds: float) -> None:
        self._caller.asked(channel, prompt_seconds)

    def recording(self, channel: Channel) -> float:
        super().recording(channel)
        return self._caller.recording(channel)

    def dialling(self, channel: Channel, destination: str) -> FarEnd | None:
        super().dialling(channel, destination)
        return self._caller.dialling(channel, destination)

    def _pressing(self, keys: str) -> None:
        self.screen.keys(keys)


class TerminalCaller(Shown):
    """A person: sends the keys typed once the call is answered, at once on a terminal, else line by line.

    The end of the input hangs up, as do Ctrl-C on a terminal and the word `hangup` on a line.
    """

    def __init__(self, words: Words, out: TextIO | None = None, stdin: int | None = None) -> None:
        super().__init__(words, out, f"; {_HINT}")
        self._stdin = sys.stdin.fileno() if stdin is None else stdin
        self._reader: _Killable | None = None

    def answered(self, channel: Channel) -> None:
        super().answered(channel)
        self._reader = spawn(self._read, channel)

    def ended(self, channel: Channel, cause: str) -> None:
        super().ended(channel, cause)
        if self._reader:
            self._reader.kill(block=False)

    def _read(self, channel: Channel) -> None:
        with _single_keys(self._stdin) as raw:
            for typed in _typed(self._stdin, raw):
                if typed in (_CTRL_C, _CTRL_D, *HANG_UP_WORDS):
                    break
                for key in _KEYS.findall(typed):
                    channel.press(key)
                    self.screen.keys(key)
        caller_hangs_up(channel)


def _files(sound: str) -> list[str]:
    if sound.startswith(("silence_stream://", "tone_stream://", "local_stream://")):
        return []
    return sound.removeprefix("file_string://").split("!")


def _typed(descriptor: int, raw: bool) -> Iterator[str]:
    """Single keys from a terminal, else lines, until the input ends."""
    pending = b""
    while True:
        select([descriptor], [], [])
        data = os.read(descriptor, 1024)
        if not data:
            return
        if raw:
            yield from data.decode("utf-8", "replace")
            continue
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace").strip()


@contextmanager
def _single_keys(descriptor: int) -> Iterator[bool]:
    """A terminal gives keys without waiting for Enter, and Ctrl-C as a key; whether there is a terminal."""
    if not os.isatty(descriptor):
        yield False
        return
    import termios
    import tty

    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        mode = termios.tcgetattr(descriptor)
        mode[3] &= ~termios.ISIG
        termios.tcsetattr(descriptor, termios.TCSANOW, mode)
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


class Person:
    """A person on a leg without a network: the Caller and the Observer of a VirtualLeg.

    Answers each request with a line: keys, nothing, or any words of a key script.
    """

    def __init__(self, screen: Screen, read_line: Callable[[], str] = input) -> None:
        self._screen = screen
        self._read_line = read_line
        self._said: list[str] = []
        self._leaving: HangUp | None = None

    @property
    def script(self) -> str:
        """What the person did, as a key script."""
        return " ".join(self._said)

    # The Caller.

    def during_prompt(self) -> Act | None:
        return None

    def when_asked(self) -> Act:
        while True:
            line = self._line()
            try:
                return self._said_in_words("hangup" if line in HANG_UP_WORDS else line or "-")
            except ValueError as error:
                self._screen.note(str(error))

    def during_dial(self, far_end: FarEnd) -> HangUp | None:  # noqa: ARG002  # the protocol's
        leaving, self._leaving = self._leaving, None
        return leaving

    def far_end(self) -> FarEnd:
        return KeyScript("").far_end()

    def fax(self) -> FaxTurn:
        return KeyScript("").fax()

    def in_queue(self) -> QueueTurn:
        """A line says what happens: nothing for an agent's answer, a key pressed while waiting, or a script's word."""
        self._screen.note(_QUEUE_HINT)
        while True:
            line = self._line()
            if line in HANG_UP_WORDS:
                self._said.append("wait:1 hangup")
                self._leaving = HangUp(wait=1.0)
                return QueueTurn("agent")
            word = f"key:{line}" if _KEYS.fullmatch(line) else line or "agent"
            try:
                turns = parsed(word).turns
            except ValueError as error:
                self._screen.note(str(error))
                continue
            if len(turns) == 1:
                self._said.append(word)
                return turns[0]
            self._screen.note(_QUEUE_HINT)

    def _line(self) -> str:
        try:
            return self._read_line().strip()
        except (EOFError, KeyboardInterrupt):
            return "hangup"

    def _said_in_words(self, line: str) -> Act:
        act = KeyScript(line.replace(" ", "") if _KEYS.match(line) else line).when_asked()
        self._said.append("hangup" if isinstance(act, HangUp) else act.keys or "-")
        return act

    # The Observer.

    def answered(self) -> None:
        self._screen.answered()

    def prompt(self, utterance: Utterance) -> None:
        self._screen.prompt(utterance.text)

    def pressed(self, keys: str) -> None:
        self._screen.keys(keys)

    def recorded(self, request: RecordMessage, result: MessageRecorded) -> None:  # noqa: ARG002  # the protocol's
        self._screen.recording(f"message of {result.seconds:.0f} s")

    def dialled(self, request: Dial, result: Dialled) -> None:
        self._screen.note(f"dialled {request.endpoint.number}: {result.end}, talked {result.talk_seconds:.0f} s")

    def faxed(self, request: ReceiveFax | SendFax, result: FaxResult) -> None:
        way = "sent" if isinstance(request, SendFax) else "received"
        self._screen.note(f"fax {way}: {result.pages} pages, {result.text}")

    def referred(self, endpoint: Endpoint) -> None:
        self._screen.note(f"referred to {endpoint.number}")

    def queued(self, news: str) -> None:
        self._screen.note(news)

    def ended(self, cause: str, party: str) -> None:
        self._screen.ended(f"{cause} by the {party}")
