"""Callers who follow a key script on a channel of the stand-in. For a person, see terminal.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from fsapp.switchboard.key_script import Act, FarEnd, HangUp, KeyScript
from fsapp.switchboard.phones import RING_SECONDS
from fsapp.switchboard.telephone import SilentTelephone, hang_up_after, press_keys

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

KEY_SECONDS = 0.3
"""From one key of a typed number to the next."""

_JUST_BEFORE = 0.01


class ScriptCaller(SilentTelephone):
    """Spends a word of the script at each request for keys, once the prompt has been heard out.

    Keys that are still typed ahead answer a request by themselves. Without words left the caller is silent, and hangs
    up when the script's patience is at its end.
    """

    def __init__(self, script: KeyScript, pressing: Callable[[str], None] = lambda _keys: None) -> None:
        """`pressing` is told the keys of each act as the first of them is pressed."""
        self._script = script
        self._pressing = pressing
        self._busy_until = -inf

    def playing(self, channel: Channel, sound: str, seconds: float) -> None:  # noqa: ARG002  # the protocol's
        if (act := self._script.during_prompt()) is not None:
            self._do(channel, act, act.wait)

    def asked(self, channel: Channel, prompt_seconds: float) -> None:
        if channel.keys or channel.timeline.now < self._busy_until:
            return
        act = self._script.when_asked()
        self._do(channel, act, act.wait + (0.0 if act.over_prompt else prompt_seconds))

    def recording(self, channel: Channel) -> float:
        if channel.keys or channel.timeline.now < self._busy_until:
            return 0.0
        act = self._script.when_asked()
        self._do(channel, act, act.talk + act.wait)
        return act.talk

    def dialling(self, channel: Channel, destination: str) -> FarEnd | None:  # noqa: ARG002  # the protocol's
        far_end = self._script.far_end()
        if (act := self._script.during_dial(far_end)) is not None and act.wait:
            hang_up_after(channel, act.wait)
        elif act is not None:
            hang_up_after(channel, RING_SECONDS + far_end.talk - _JUST_BEFORE)
        return far_end

    def _do(self, channel: Channel, act: Act, delay: float) -> None:
        if isinstance(act, HangUp):
            self._busy_until = inf
            hang_up_after(channel, delay)
            return
        if act.keys:
            channel.timeline.after(delay, partial(self._pressing, act.keys))
        press_keys(channel, act.keys, delay, KEY_SECONDS)
        if act.keys:
            self._busy_until = channel.timeline.now + delay + KEY_SECONDS * (len(act.keys) - 1)
