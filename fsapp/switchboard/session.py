"""What a channel's greenlet does: the dialplan's actions in turn, and the `socket` application among them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gevent import socket, spawn, spawn_later

from fsapp.switchboard import ending
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.listener import Listener
from fsapp.switchboard.parking import park, stand_still

if TYPE_CHECKING:
    from gevent.socket import socket as Socket  # noqa: N812  # a class under a function's name

FIRST_COMMAND_SECONDS = 25.0
"""How long the engine may stay silent after the switch has connected (mod_event_socket.c, listener_run)."""

_CONNECT_SECONDS = 5.0


def live(channel: Channel) -> None:
    """Carries a channel through its actions to its end."""
    while not channel.cause:
        try:
            if wanted := channel.wanted:
                channel.wanted = None
                wanted()
            else:
                _go_on(channel)
        except Interrupted:
            channel.lost = False
    ending.report(channel)
    for listener in [each for each in channel.switch.listeners if each.channel is channel]:
        listener.channel_is_down()
    ending.destroy(channel)


def _go_on(channel: Channel) -> None:
    if channel.next_state != "CS_EXECUTE":
        channel.enter("CS_EXECUTE")
    if channel.actions:
        channel.execute(*channel.actions.popleft())
    else:
        channel.hang_up()


def socket_application(channel: Channel, argument: str) -> None:
    """`host:port[|host:port…] async full`: hands the channel to the engine, until it lets go or is lost.

    A channel that is transferred away leaves; the connection stays until the engine closes it.
    """
    hosts, *flags = argument.split(" ")
    sock = _connected(hosts)
    if sock is None:
        return
    channel.set("socket_host", hosts.partition(":")[0])
    listener = Listener(channel.switch, sock, channel, full="full" in flags)
    channel.listener = listener
    channel.switch.listeners.append(listener)
    listener.holds = True
    spawn(_serve, listener, channel)
    limit = spawn_later(FIRST_COMMAND_SECONDS * channel.switch.pace.patience, listener.give_up_waiting)
    try:
        channel.idle(until=lambda: listener.connected or listener.closed, resting=True)
        if not listener.closed:
            park(channel, lambda: listener.closed)
    finally:
        listener.holds = False
        limit.kill()
        if channel.lost:
            channel.next_state = "CS_EXECUTE"


def _serve(listener: Listener, channel: Channel) -> None:
    held = listener.serve()
    if held:
        channel.lose_engine()
    elif not channel.cause:
        _let_go_late(channel)


def _let_go_late(channel: Channel) -> None:
    """A connection that closes when its channel is elsewhere ends what parks that channel there; with `socket_resume`
    it leaves the channel in a state that nothing leads out of (mod_event_socket.c, listener_run).
    """
    if channel.variables.get("socket_resume") == "true":
        channel.take(partial(stand_still, channel))
    else:
        channel.parked = False
        channel.timeline.wake()


def _connected(hosts: str) -> Socket | None:
    for host in hosts.split("|"):
        name, _, port = host.rpartition(":")
        try:
            sock = socket.create_connection((name, int(port)), timeout=_CONNECT_SECONDS)
        except OSError:
            continue
        sock.settimeout(None)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    return None
