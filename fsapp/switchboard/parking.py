"""A channel that waits for commands (switch_ivr_park)."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel


def park(channel: Channel, until: Callable[[], bool] = lambda: False) -> None:
    """Keys pressed meanwhile are told and lost. `park_timeout=seconds[:cause]` is read once, and with it
    `park_after_bridge` is forgotten. A channel that is parked already is not parked again.
    """
    if channel.parked:
        return
    timeout, _, cause = channel.variables.get("park_timeout", "").partition(":")
    if timeout:
        channel.set("park_timeout", None)
        channel.set("park_after_bridge", None)
    ends_at = channel.timeline.now + float(timeout or inf)
    channel.parked = True
    channel.fire("CHANNEL_PARK")
    try:
        while channel.parked and not until() and not channel.cause:
            _wait(channel, ends_at, until)
            if channel.timeline.now >= ends_at:
                channel.hang_up(cause.upper() or "NORMAL_CLEARING")
    finally:
        channel.parked = False
        channel.fire("CHANNEL_UNPARK")


def _wait(channel: Channel, ends_at: float, until: Callable[[], bool]) -> None:
    channel.broken = False
    channel.idle(
        ends_at - channel.timeline.now,
        on_key=lambda _key: False,
        until=lambda: until() or not channel.parked,
        resting=True,
    )


def park_session(channel: Channel) -> None:
    """Takes the channel out of what it does and parks it (switch_ivr_park_session)."""

    def parked() -> None:
        channel.enter("CS_PARK")
        park(channel)
        stand_still(channel)

    channel.next_state = "CS_PARK"
    channel.take(parked)


def stand_still(channel: Channel) -> None:
    """A state that nothing leads out of but a hang-up, a transfer or a bridge."""
    channel.idle(resting=True, deaf=True)
