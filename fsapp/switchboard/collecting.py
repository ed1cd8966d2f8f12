"""Playing and reading keys, with the outcomes of FreeSWITCH's playback, read and play_and_get_digits.

The odd corners are the switch's own (switch_ivr_play_say.c, switch_ivr.c): variables stay from one read to the next,
and a terminator as the only key of a one-key read leaves neither digits nor `read_terminator_used`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.sounds import seconds_of
from fsapp.switchboard.transferring import transfer

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

_ANY_KEY = "1234567890*#"


def play(channel: Channel, sound: str, ends_at_key: bool = False) -> str | None:
    """Plays a sound to its end, a break, or a key; None where it does not exist, else that key (or nothing)."""
    seconds = seconds_of(sound, channel.switch.sounds)
    if seconds is None:
        return None
    channel.telephone.playing(channel, sound, seconds)
    return _heard(channel, seconds, "any" if ends_at_key else "none")


def _only_waits(channel: Channel, sound: str) -> bool:
    """The silence of the context `waiting` is there for the engine: it stands still where time does."""
    return channel.profile.context == "waiting" and channel.depth == 1 and sound.startswith("silence_stream://")


def _heard(channel: Channel, seconds: float, terminators: str, *, resting: bool = False) -> str:
    pressed: list[str] = []

    def on_key(key: str) -> bool:
        if key in (_ANY_KEY if terminators == "any" else terminators):
            pressed.append(key)
        return bool(pressed)

    began = channel.timeline.now
    try:
        channel.idle(seconds, on_key if terminators != "none" else None, resting=resting)
    finally:
        _note_length(channel, channel.timeline.now - began)
    return "".join(pressed)


def _note_length(channel: Channel, seconds: float) -> None:
    samples = round(seconds * 8000)
    channel.set("playback_last_offset_pos", str(samples))
    channel.set("playback_seconds", str(samples // 8000))
    channel.set("playback_ms", str(samples // 8))
    channel.set("playback_samples", str(samples))


def playback(channel: Channel, sound: str) -> None:
    """The application: keys of `playback_terminators` (default `*`) end it, other keys are lost."""
    channel.set("playback_terminator_used", None)
    seconds = seconds_of(sound, channel.switch.sounds)
    if seconds is None:
        channel.set("current_application_response", "FILE NOT FOUND")
        return
    terminators = channel.variables.get("playback_terminators", "*")
    channel.telephone.playing(channel, sound, seconds)
    try:
        wanted = "" if terminators == "none" else terminators
        key = _heard(channel, seconds, wanted, resting=_only_waits(channel, sound))
    except Interrupted:
        channel.set("current_application_response", "PLAYBACK ERROR")
        raise
    channel.set("playback_terminator_used", key)
    channel.set("current_application_response", "FILE PLAYED")


@dataclass(frozen=True, slots=True)
class Reading:
    """The arguments of play_and_get_digits and read; times in seconds."""

    minimum: int
    maximum: int
    tries: int
    timeout: float
    terminators: str
    prompt: str
    bad_input: str
    variable: str
    pattern: str
    digit_timeout: float


def play_and_get_digits(channel: Channel, argument: str) -> None:
    """The application. Raises IndexError where FreeSWITCH would read beyond what it was given."""
    words = [*argument.split(" "), *[""] * 11]
    maximum = max(int(words[1] or 0), int(words[0]))
    timeout = max(int(words[3] or 0), 1000) / 1000
    reading = Reading(
        minimum=int(words[0]),
        maximum=maximum,
        tries=int(words[2] or 1),
        timeout=timeout,
        terminators=_set_of_keys(words[4]),
        prompt=words[5],
        bad_input=words[6],
        variable=words[7],
        pattern=words[8],
        digit_timeout=int(words[9] or 0) / 1000 or timeout,
    )
    channel.set(f"{reading.variable}_invalid", None)
    for _ in range(reading.tries):
        if _attempt(channel, reading):
            return
        play(channel, reading.bad_input)
    if words[10]:
        transfer(channel, words[10])


def read(channel: Channel, argument: str) -> None:
    """The application `read`: one attempt, any keys."""
    words = [*argument.split(" "), *[""] * 7]
    timeout = int(words[4] or 1000) / 1000
    reading = Reading(
        minimum=int(words[0]),
        maximum=int(words[1]),
        tries=1,
        timeout=timeout,
        terminators=_set_of_keys(words[5]),
        prompt=words[2],
        bad_input="",
        variable=words[3],
        pattern="",
        digit_timeout=int(words[6] or 0) / 1000 or timeout,
    )
    _read(channel, reading)


def _set_of_keys(word: str) -> str:
    """`none`, `any`, or the keys themselves; nothing stands for `#`."""
    return {"none": "", "any": _ANY_KEY, "": "#"}.get(word, word)


def _attempt(channel: Channel, reading: Reading) -> bool:
    """One try; True where it gave digits that fit."""
    digits, complete = _read(channel, reading)
    if reading.minimum == 0 and not digits and "read_terminator_used" in channel.variables:
        return True
    if not complete or not digits:
        return False
    if not reading.pattern or re.search(reading.pattern, digits):
        return True
    channel.set(reading.variable, None)
    channel.set(f"{reading.variable}_invalid", digits)
    return False


def _read(channel: Channel, reading: Reading) -> tuple[str, bool]:
    """The digits, and whether there are as many as were wanted at least."""
    channel.set("read_result", None)
    channel.set(reading.variable, None)
    prompt = 0.0 if reading.prompt in ("", "silence") else seconds_of(reading.prompt, channel.switch.sounds)
    if prompt is None:
        return "", False
    channel.telephone.asked(channel, 0.0 if prompt == inf else prompt)
    first = play(channel, reading.prompt, ends_at_key=True) if prompt else ""
    digits, terminator, timed_out = _collect(channel, reading, first or "")
    channel.set("read_terminator_used", terminator or channel.variables.get("read_terminator_used"))
    complete = len(digits) >= reading.minimum and not (timed_out and not digits)
    result = "failure" if len(digits) < reading.minimum else "timeout" if timed_out else "success"
    channel.set("read_result", result)
    if reading.maximum == 1 and len(digits) == 1 and digits in reading.terminators:
        digits = ""
    channel.set(reading.variable, digits or channel.variables.get(reading.variable))
    return digits, complete


def _collect(channel: Channel, reading: Reading, digits: str) -> tuple[str, str, bool]:
    """Further keys up to the maximum, a terminator or a timeout: digits, terminator, whether time ran out."""
    if digits and digits in reading.terminators and len(digits) < reading.maximum:
        return "", digits, False
    while len(digits) < reading.maximum:
        pressed: list[str] = []

        def on_key(key: str, pressed: list[str] = pressed) -> bool:
            pressed.append(key)
            return True

        channel.broken = False
        channel.idle(reading.digit_timeout if digits else reading.timeout, on_key)
        if not pressed:
            return digits, "", True
        if pressed[0] in reading.terminators:
            return digits, pressed[0], False
        digits += pressed[0]
    return digits, "", False
