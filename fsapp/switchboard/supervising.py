"""Listening to somebody else's talk, or joining it: eavesdrop and three_way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel


def eavesdrop(channel: Channel, uuid: str) -> None:
    """Until the other channel is gone. Keys are told; commands wait, and `uuid_break` is not heard.

    Keys 0 to 3 choose who hears the listener. `three_way` is the same with everybody hearing everybody.
    """
    target = channel.switch.channels.get(uuid)
    if target is None or target is channel:
        return
    target.listeners.append(channel)
    try:
        channel.idle(on_key=lambda _key: False, until=lambda: bool(target.cause), deaf=True)
    finally:
        target.listeners.remove(channel)
