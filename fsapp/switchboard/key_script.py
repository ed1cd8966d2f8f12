"""Key scripts: what a scripted caller does, as one line of text.

A script is read as words, one for each time the call waits for the caller (keys asked for, or a message recorded):

    1 1234567890# hangup    press 1; when asked next, the account number; when asked again, hang up
    -                       press nothing this time
    !2                      press 2 over the next prompt, without hearing it out (`!hangup` too)
    wait:3 1                let three seconds of silence pass, then press 1
    talk:12 #               speak for twelve seconds (into a recording), then press #

Keys beyond what was asked for stay typed ahead, as with a real telephone. Beside the caller's words, and wherever they
stand among them, are the others', each kind in order:

    busy noanswer failed answer:90          what becomes of dialled legs; else they answer
    agent:60 timeout full closed no_agents  what becomes of a caller in a queue; else an agent answers
    wait:200 timeout                        after 200 seconds in the queue
    key:9 move:sales                        the caller presses 9 while waiting; is moved to another queue
    agent:30 send:verify_pin agent:20       the agent sends the caller to a label after 30 s, and talks on after it
    agent:30 transfer:main                  the agent sends the caller to a label for good
    fax:3 fax:1/3 nofax                     pages that come or go by fax; broken off after one of three; none
    fax                                     (a word of the caller's) the caller is a machine, and gives its tone
"""

import re
from collections import deque
from dataclasses import dataclass, field, replace

from fsapp.domain.causes import Cause
from fsapp.domain.leg import FAX_TONE, DialEnd

SPEECH_SECONDS = 5.0
"""How long a caller speaks into a recording where the script does not say."""

TALK_SECONDS = 60.0
"""How long an answered B-leg talks where the script does not say."""

PATIENCE = 10
"""Requests that a caller without further words leaves unanswered before hanging up."""

_KEYS = re.compile(r"[0-9*#A-D]+\Z")
_FAX = re.compile(r"fax:([0-9]{1,3})(?:/([0-9]{1,3}))?\Z")
_SECONDS = re.compile(r"(wait|talk|answer|agent):([0-9]{1,6}(?:\.[0-9]{1,3})?)\Z")
_NAMED = re.compile(r"(?:(key):([0-9*#])|(move|send|transfer):([a-z][a-z0-9_]*))\Z")
_EXITS = ("timeout", "full", "closed", "no_agents")


@dataclass(frozen=True, slots=True)
class Press:
    """The caller speaks for `talk` seconds, waits `wait` seconds, then presses `keys` (none: stays silent)."""

    keys: str
    wait: float = 0.0
    talk: float = SPEECH_SECONDS
    over_prompt: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller speaks for `talk` seconds, waits `wait` seconds, then hangs up."""

    wait: float = 0.0
    talk: float = SPEECH_SECONDS
    over_prompt: bool = False


Act = Press | HangUp


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What becomes of a dialled leg: its end, its hang-up cause, and the seconds of talk if it is answered."""

    end: DialEnd
    cause: Cause
    talk: float = 0.0


_FAR_ENDS = {
    "answer": FarEnd(DialEnd.ANSWERED, Cause.NORMAL_CLEARING, TALK_SECONDS),
    "busy": FarEnd(DialEnd.BUSY, Cause.USER_BUSY),
    "noanswer": FarEnd(DialEnd.NO_ANSWER, Cause.NO_ANSWER),
    "failed": FarEnd(DialEnd.FAILED, Cause.NORMAL_TEMPORARY_FAILURE),
}


@dataclass(frozen=True, slots=True)
class QueueTurn:
    """What happens next to a caller in a queue, `wait` seconds on (None: as long as is usual).

    `what` is agent, key, move, or an exit. `name` is the key, the queue, or the label that the agent sends the caller
    to at the end of the `talk` (seconds); `returns` says that the agent waits there.
    """

    what: str
    wait: float | None = None
    talk: float = TALK_SECONDS
    name: str = ""
    returns: bool = False


@dataclass(frozen=True, slots=True)
class FaxTurn:
    """What becomes of a fax: `pages` of `total` go over."""

    pages: int = 1
    total: int = 1


class KeyScript:
    """A script under way: it gives the caller's next act each time the call comes to a point where one is due."""

    def __init__(self, text: str, patience: int = PATIENCE) -> None:
        """Raises ValueError, naming the word, where the script cannot be read."""
        script = parsed(text)
        self._acts = deque(script.acts)
        self._far_ends = deque(script.far_ends)
        self._turns = deque(script.turns)
        self._faxes = deque(script.faxes)
        self._patience = patience

    def during_prompt(self) -> Act | None:
        """The act for a prompt that begins now, if the script's next word is to be done over it."""
        if self._acts and self._acts[0].over_prompt:
            return self._acts.popleft()
        return None

    def when_asked(self) -> Act:
        """The act for a request: the next word, or silence, or hanging up once patience is at its end."""
        if self._acts:
            return self._acts.popleft()
        self._patience -= 1
        return Press("") if self._patience >= 0 else HangUp()

    def during_dial(self, far_end: FarEnd) -> HangUp | None:
        """The caller's hanging up on a dialled leg: a next word `hangup`, if it is answered or after a wait."""
        act = self._acts[0] if self._acts else None
        if isinstance(act, HangUp) and (act.wait or far_end.end is DialEnd.ANSWERED):
            self._acts.popleft()
            return act
        return None

    def far_end(self) -> FarEnd:
        """What becomes of the leg dialled now."""
        return self._far_ends.popleft() if self._far_ends else _FAR_ENDS["answer"]

    def fax(self) -> FaxTurn:
        """What becomes of the fax that comes or goes now."""
        return self._faxes.popleft() if self._faxes else FaxTurn()

    def in_queue(self) -> QueueTurn:
        """What happens next to the caller who is in a queue."""
        return self._turns.popleft() if self._turns else QueueTurn("agent")


@dataclass(frozen=True, slots=True)
class Script:
    """A script's words: the caller's acts, what becomes of dialled legs and faxes, what happens in queues, in order."""

    acts: list[Act] = field(default_factory=list)
    far_ends: list[FarEnd] = field(default_factory=list)
    turns: list[QueueTurn] = field(default_factory=list)
    faxes: list[FaxTurn] = field(default_factory=list)


def parsed(text: str) -> Script:
    """Reads a script. Raises ValueError, naming the word."""
    script = Script()
    prefix = Press("")
    for word in text.split():
        if (seconds := _SECONDS.match(word)) and seconds[1] in ("wait", "talk"):
            prefix = _delayed(prefix, seconds[1], float(seconds[2]))
        elif far_end := _far_end(word):
            script.far_ends.append(far_end)
        elif fax := _fax(word):
            script.faxes.append(fax)
        elif turn := _turn(word, prefix, script.turns):
            script.turns.append(turn)
            prefix = Press("")
        else:
            script.acts.append(_act(word, prefix))
            prefix = Press("")
    if prefix != Press(""):
        script.acts.append(prefix)
    return script


def _delayed(prefix: Press, kind: str, seconds: float) -> Press:
    return replace(prefix, wait=seconds) if kind == "wait" else replace(prefix, talk=seconds)


def _far_end(word: str) -> FarEnd | None:
    seconds = _SECONDS.match(word)
    if seconds and seconds[1] == "answer":
        return replace(_FAR_ENDS["answer"], talk=float(seconds[2]))
    return _FAR_ENDS.get(word)


def _fax(word: str) -> FaxTurn | None:
    if word == "nofax":
        return FaxTurn(0)
    pages = _FAX.match(word)
    return FaxTurn(int(pages[1]), int(pages[2] or pages[1])) if pages else None


def _turn(word: str, prefix: Press, before: list[QueueTurn]) -> QueueTurn | None:
    wait = prefix.wait or None
    if (seconds := _SECONDS.match(word)) and seconds[1] == "agent":
        return QueueTurn("agent", wait, float(seconds[2]))
    if word in ("agent", *_EXITS):
        return QueueTurn(word, wait)
    named = _NAMED.match(word)
    if not named:
        return None
    what, name = named[1] or named[3], named[2] or named[4]
    if what in ("key", "move"):
        return QueueTurn(what, wait, name=name)
    if not before or before[-1].what != "agent":
        raise ValueError(f"{word!r} comes after an agent's word, such as `agent:30 {word}`")
    return replace(before.pop(), name=name, returns=what == "send")


def _act(word: str, prefix: Press) -> Act:
    body = word.removeprefix("!")
    over_prompt = body != word
    if body == "hangup":
        return HangUp(prefix.wait, prefix.talk, over_prompt)
    if word == "-":
        return prefix
    if body == "fax":
        return replace(prefix, keys=FAX_TONE, over_prompt=over_prompt)
    if _KEYS.match(body):
        return replace(prefix, keys=body, over_prompt=over_prompt)
    raise ValueError(
        f"{word[:40]!r} is no word of a key script: use keys, -, !keys, hangup, wait:S, talk:S, "
        f"{', '.join(_FAR_ENDS)}, agent:S, {', '.join(_EXITS)}, key:K, move:QUEUE, send:LABEL, transfer:LABEL, fax, "
        "fax:PAGES, fax:PAGES/TOTAL, nofax"
    )
