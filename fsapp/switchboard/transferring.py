"""Sending a channel to an extension of the dialplan (switch_ivr_session_transfer)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel

_FORWARDS = "70"


def transfer(channel: Channel, target: str) -> bool:
    """`extension [dialplan [context]]`: whatever it does ends. False where it has been transferred too often.

    Without a context, as a telephone's REFER has none, it is `force_transfer_context` or the one that it is in.
    """
    extension, _dialplan, context = [*target.split(" "), "", ""][:3]
    channel.switch.transferred.append((channel.uuid, target))
    if not _forwarded(channel):
        channel.hang_up("EXCHANGE_ROUTING_ERROR")
        return False
    profile = channel.profile
    context = context or channel.variables.get("force_transfer_context", "") or profile.context
    source = f"{channel.now // 1_000_000}:{channel.uuid[:8]}-cbd7-43d4-9e65-98d9c970e2c7:bl_xfer:"
    source += f"{extension}/{context}/XML"
    channel.profile = replace(
        profile,
        destination=extension,
        dialplan="XML",
        context=context,
        rdnis=profile.destination,
        transfer_source=source,
        index=profile.index + 1,
        created=channel.now,
    )
    _unbind(channel)
    channel.append("transfer_history", source)
    channel.set("transfer_source", source)
    channel.next_state = "CS_ROUTING"
    channel.take(partial(_route, channel))
    return True


def _forwarded(channel: Channel) -> bool:
    name = "max_session_transfers" if channel.variables.get("max_session_transfers") else "max_forwards"
    text = channel.variables.get(name, "")
    left = int(text) - 1 if text else int(_FORWARDS)
    if left <= 0:
        return False
    channel.set(name, str(left))
    return True


def _unbind(channel: Channel) -> None:
    channel.bond = None
    channel.set("signal_bond", None)
    if channel.talk:
        channel.talk.other(channel).set("signal_bond", None)


def _route(channel: Channel) -> None:
    """In the channel's own greenlet: from here on it does what the extension says."""
    profile = channel.profile
    channel.actions.clear()
    channel.call_state = "RINGING"
    channel.enter("CS_ROUTING")
    if not channel.hit_dialplan:
        channel.profile.flip()
        channel.hit_dialplan = True
    actions = channel.switch.dialplan(profile.context, profile.destination)
    if actions is None:
        channel.hang_up("NO_ROUTE_DESTINATION")
        return
    channel.actions.extend(actions)
    channel.call_state = "ACTIVE" if channel.answer_state == "answered" else "RINGING"


def transfer_after_bridge(channel: Channel, where: str) -> None:
    """`extension:dialplan:context`, which counts once."""
    channel.set("transfer_after_bridge", None)
    transfer(channel, where.replace(":", " "))
