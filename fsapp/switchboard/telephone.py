"""The telephone at the caller's end of a channel: what it hears, and what it can do."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Protocol

from fsapp.switchboard.key_script import FarEnd

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel


class Telephone(Protocol):
    """Told by the channel, in the channel's greenlet; acts by `press_keys` and `hang_up_after`, or `channel.press`."""

    def calling(self, channel: Channel) -> None:
        """The call goes out."""
        ...

    def answered(self, channel: Channel) -> None: ...

    def playing(self, channel: Channel, sound: str, seconds: float) -> None:
        """A sound begins that lasts `seconds` (inf: endless) unless something ends it."""
        ...

    def asked(self, channel: Channel, prompt_seconds: float) -> None:
        """The channel begins to wait for keys; its prompt will be over in `prompt_seconds`."""
        ...

    def recording(self, channel: Channel) -> float:
        """The channel records: for how many seconds does the caller speak?"""
        ...

    def dialling(self, channel: Channel, destination: str) -> FarEnd | None:
        """What becomes of the leg dialled now; None where the switch's own phones decide."""
        ...

    def talking(self, channel: Channel) -> None:
        """The channel is connected to another one."""
        ...

    def ended(self, channel: Channel, cause: str) -> None: ...


class SilentTelephone:
    """Somebody who listens and never does anything."""

    def calling(self, channel: Channel) -> None: ...
    def answered(self, channel: Channel) -> None: ...
    def playing(self, channel: Channel, sound: str, seconds: float) -> None: ...
    def asked(self, channel: Channel, prompt_seconds: float) -> None: ...

    def recording(self, channel: Channel) -> float:  # noqa: ARG002  # the protocol's
        return 0.0

    def dialling(self, channel: Channel, destination: str) -> FarEnd | None:  # noqa: ARG002  # the protocol's
        return None

    def talking(self, channel: Channel) -> None: ...
    def ended(self, channel: Channel, cause: str) -> None: ...


class Talker(SilentTelephone):
    """Somebody who talks for some seconds, then hangs up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def talking(self, channel: Channel) -> None:
        hang_up_after_talk(channel, self._seconds)


def press_keys(channel: Channel, keys: str, after: float, spacing: float = 0.3) -> None:
    """Presses keys, the first one `after` seconds from now in the channel's time."""
    for index, key in enumerate(keys):
        channel.timeline.after(after + index * spacing, lambda key=key: channel.press(key))  # type: ignore[misc]


def hang_up_after(channel: Channel, seconds: float) -> None:
    """The caller hangs up `seconds` from now in the channel's time: a BYE, or a CANCEL before answer."""
    channel.timeline.after(seconds, lambda: caller_hangs_up(channel))


def caller_hangs_up(channel: Channel) -> None:
    """The caller hangs up now."""
    answered = channel.answer_state == "answered"
    channel.hang_up("NORMAL_CLEARING" if answered else "ORIGINATOR_CANCEL", by_caller=True)


def hang_up_after_talk(channel: Channel, seconds: float) -> None:
    """Hangs up after so many seconds of the talk that begins now; inf: never."""
    talk = channel.talk

    def hang_up() -> None:
        if channel.talk is talk:
            caller_hangs_up(channel)

    if seconds < inf:
        channel.timeline.after(seconds, hang_up)
