"""Applications run on a channel, in its own greenlet: by its dialplan, or because a command says so."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from fsapp.switchboard.channel_work import Command, Interrupted

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel


def obey(channel: Channel) -> None:
    """The next command. Where the channel is taken away in the middle of it, the others are run off at once, unless
    it was broken off.
    """
    try:
        carry_out(channel, channel.commands.popleft())
    except Interrupted:
        while channel.commands and not (channel.cause or channel.broken):
            with suppress(Interrupted):
                carry_out(channel, channel.commands.popleft())
        raise


def carry_out(channel: Channel, command: Command) -> None:
    """A command whose turn has come; with the event lock none nests in it."""
    channel.locks += command.locks
    try:
        if command.headers.get("call-command") == "hangup":
            channel.hang_up(command.headers.get("hangup-cause", "NORMAL_CLEARING"))
        elif name := command.headers.get("execute-app-name"):
            channel.variables |= {"current_loop": "1", "total_loops": "1"}
            execute(channel, name, command.argument, command.headers.get("event-uuid", ""))
    finally:
        channel.locks -= command.locks
        channel.set("current_loop", None)
        channel.set("total_loops", None)


def execute(channel: Channel, name: str, argument: str = "", event_uuid: str = "") -> None:
    """Runs an application with its two events. One that nobody knows hangs the channel up, without events."""
    application = channel.switch.applications.get(name)
    if application is None:
        channel.hang_up("DESTINATION_OUT_OF_ORDER")
        raise Interrupted
    channel.acknowledge()
    argument = channel.expanded(argument)
    channel.broken = False
    channel.set("current_application_response", None)
    channel.set("current_application", name)
    channel.set("current_application_data", argument)
    head = {"Application": name} | ({"Application-Data": argument} if argument else {})
    tail = {"Application-UUID": event_uuid or str(uuid4())}
    channel.fire("CHANNEL_EXECUTE", after=head | tail)
    channel.depth += 1
    try:
        application(channel, argument)
    finally:
        channel.depth -= 1
        response = {"Application-Response": channel.variables.get("current_application_response", "_none_")}
        channel.fire("CHANNEL_EXECUTE_COMPLETE", after=head | response | tail)
