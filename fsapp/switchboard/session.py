"""What a channel's greenlet does: the dialplan's actions in turn, and the `socket` application among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gevent import socket, spawn, spawn_later

from fsapp.switchboard.channel import Channel
from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.listener import Listener

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
            elif channel.actions:
                channel.execute(*channel.actions.popleft())
            else:
                channel.hang_up()
        except Interrupted:
            channel.lost = False
    channel.report()
    if channel.listener:
        channel.listener.channel_is_down()
    channel.switch.forget(channel)


def socket_application(channel: Channel, argument: str) -> None:
    """`host:port[|host:port…] async full`: hands the channel to the engine, until it lets go or is lost."""
    hosts, *flags = argument.split(" ")
    sock = _connected(hosts)
    if sock is None:
        return
    channel.set("socket_host", hosts.partition(":")[0])
    listener = Listener(channel.switch, sock, channel, full="full" in flags)
    channel.listener = listener
    channel.switch.listeners.append(listener)
    spawn(_serve, listener, channel)
    limit = spawn_later(FIRST_COMMAND_SECONDS * channel.switch.pace.patience, listener.give_up_waiting)
    try:
        channel.idle(until=lambda: listener.connected or listener.closed, resting=True)
    finally:
        limit.kill()
    if not listener.closed:
        channel.park(lambda: listener.closed)


def _serve(listener: Listener, channel: Channel) -> None:
    listener.serve()
    channel.lose_engine()


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
