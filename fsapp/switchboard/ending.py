"""The last of a channel: its report, and the news that it is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fsapp.switchboard.report import report as variables_of_report

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel


def report(channel: Channel) -> None:
    """The events of a leg that is down, the last of which carries what a record needs."""
    channel.enter("CS_HANGUP")
    channel.profile.times["Channel-Hangup-Time"] = channel.now
    channel.call_state = "HANGUP"
    channel.enter("CS_REPORTING")
    channel.variables |= variables_of_report(channel)
    channel.fire("CHANNEL_HANGUP_COMPLETE", before={"Hangup-Cause": channel.cause})


def destroy(channel: Channel) -> None:
    """Nothing is left but the news of it."""
    channel.next_state = "CS_DESTROY"
    channel.set("call_uuid", channel.uuid)
    _forget(channel)


def never_was(channel: Channel) -> None:
    """Nobody could be called: a channel was made, and is gone."""
    channel.state, channel.next_state = "CS_NONE", "CS_NEW"
    channel.profile.channel_name = "N/A"
    _forget(channel)


def _forget(channel: Channel) -> None:
    channel.fire("CHANNEL_DESTROY")
    channel.switch.forget(channel)
