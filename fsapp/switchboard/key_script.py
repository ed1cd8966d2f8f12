"""Key scripts: what a scripted caller does, as one line of text.

A script is read as words, one for each time the call waits for the caller (keys asked for, or a message recorded):

    1 1234567890# hangup    press 1; when asked next, the account number; when asked again, hang up
    -                       press nothing this time
    !2                      press 2 over the next prompt, without hearing it out (`!hangup` too)
    wait:3 1                let three seconds of silence pass, then press 1
    talk:12 #               speak for twelve seconds (into a recording), then press #
    busy noanswer failed answer:90    what becomes of dialled legs, one word each, in order; else answered

Keys beyond what was asked for stay typed ahead, as with a real telephone.
"""

import re
from collections import deque
from dataclasses import dataclass, replace

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd

SPEECH_SECONDS = 5.0
"""How long a caller speaks into a recording where the script does not say."""

TALK_SECONDS = 60.0
"""How long an answered B-leg talks where the script does not say."""

PATIENCE = 10
"""Requests that a caller without further words leaves unanswered before hanging up."""

_KEYS = re.compile(r"[0-9*#A-D]+\Z")
_SECONDS = re.compile(r"(wait|talk|answer):([0-9]{1,6}(?:\.[0-9]{1,3})?)\Z")


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


class KeyScript:
    """A script under way: it gives the caller's next act each time the call comes to a point where one is due."""

    def __init__(self, text: str, patience: int = PATIENCE) -> None:
        """Raises ValueError, naming the word, where the script cannot be read."""
        acts, far_ends = parsed(text)
        self._acts = deque(acts)
        self._far_ends = deque(far_ends)
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


def parsed(text: str) -> tuple[list[Act], list[FarEnd]]:
    """The caller's acts and the far ends' answers, each in order. Raises ValueError, naming the word."""
    acts: list[Act] = []
    far_ends: list[FarEnd] = []
    prefix = Press("")
    for word in text.split():
        seconds = _SECONDS.match(word)
        if seconds and seconds[1] == "answer":
            far_ends.append(replace(_FAR_ENDS["answer"], talk=float(seconds[2])))
        elif seconds:
            prefix = _delayed(prefix, seconds[1], float(seconds[2]))
        elif word in _FAR_ENDS:
            far_ends.append(_FAR_ENDS[word])
        else:
            acts.append(_act(word, prefix))
            prefix = Press("")
    return ([*acts, prefix] if prefix != Press("") else acts), far_ends


def _delayed(prefix: Press, kind: str, seconds: float) -> Press:
    return replace(prefix, wait=seconds) if kind == "wait" else replace(prefix, talk=seconds)


def _act(word: str, prefix: Press) -> Act:
    body = word.removeprefix("!")
    over_prompt = body != word
    if body == "hangup":
        return HangUp(prefix.wait, prefix.talk, over_prompt)
    if word == "-":
        return prefix
    if _KEYS.match(body):
        return replace(prefix, keys=body, over_prompt=over_prompt)
    raise ValueError(
        f"{word[:40]!r} is no word of a key script: use keys, -, !keys, hangup, wait:S, talk:S, {_far_end_words()}"
    )


def _far_end_words() -> str:
    return ", ".join(_FAR_ENDS)
