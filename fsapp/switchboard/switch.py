"""A stand-in for FreeSWITCH on the real wire: it calls the engine, and does what the engine says.

    switch = Switch(Pace(media=1.0))
    port = switch.listen("127.0.0.1", 0, password)      # the event socket for clients, if wanted
    channel = switch.call("127.0.0.1:8084", CallParameters("13800138000", "95598"), telephone)
    switch.wait(channel)                                # until the call is over

Held to wire captures of FreeSWITCH 1.11.1 by tests/switchboard/test_captures.py. It works in gevent greenlets.
"""

import time
from collections.abc import Callable, Mapping
from itertools import count
from uuid import uuid4

from gevent import spawn
from gevent.event import Event
from gevent.server import StreamServer
from gevent.socket import socket as Socket  # noqa: N812  # a class under a function's name

from fsapp.switchboard import api, event_text
from fsapp.switchboard.applications import APPLICATIONS
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.channel_headers import Profile
from fsapp.switchboard.dialplan import Actions, Dialplan, by_extension
from fsapp.switchboard.event_text import SwitchEvent
from fsapp.switchboard.listener import Listener
from fsapp.switchboard.parameters import CallParameters
from fsapp.switchboard.phone_book import PhoneBook
from fsapp.switchboard.phones import DialString, Phones, by_name
from fsapp.switchboard.session import live
from fsapp.switchboard.sip_variables import stage
from fsapp.switchboard.sounds import Sounds, on_disk
from fsapp.switchboard.telephone import SilentTelephone, Telephone
from fsapp.switchboard.timeline import Pace, Timeline

__all__ = ["Actions", "CallParameters", "Switch"]


class Switch:
    """The stand-in. What it was told stays readable: `transferred`, `referred`, `expanded` (API calls in `${…}`)."""

    def __init__(
        self,
        pace: Pace | None = None,
        *,
        sounds: Sounds = on_disk,
        phones: Phones = by_name,
        extensions: Mapping[str, Actions] | None = None,
        dialplan: Dialplan | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.pace = pace or Pace()
        self.sounds = sounds
        self.phones = phones
        self.applications = APPLICATIONS
        self.core_uuid = str(uuid4())
        self.channels: dict[str, Channel] = {}
        self.listeners: list[Listener] = []
        self.calls_placed = 0
        self.notices_first = False
        self.refuses_refer = False
        self.transferred: list[tuple[str, str]] = []
        self.referred: list[str] = []
        self.expanded: list[str] = []
        self.dialplan = dialplan or by_extension(extensions or {})
        self.phone_book = PhoneBook()
        self.globals: dict[str, str] = {}
        self._wall = wall
        self._sequence = count(1)
        self._over: dict[str, Event] = {}
        self._server: StreamServer | None = None

    # Calls.

    def call(self, engine: str, parameters: CallParameters, telephone: Telephone | None = None) -> Channel:
        """A call comes in and is handed to the engine at `host:port[|host:port…]`."""
        return self.place(parameters, (("socket", f"{engine} async full"),), telephone)

    def dial_in(
        self, parameters: CallParameters, context: str = "trunks", telephone: Telephone | None = None
    ) -> Channel:
        """A call comes in to a context of the dialplan. Raises LookupError where that does not know the number."""
        actions = self.dialplan(context, parameters.dnis)
        if actions is None:
            raise LookupError(f"context {context} has no extension for {parameters.dnis}")
        return self.place(parameters, actions, telephone, context)

    def place(
        self,
        parameters: CallParameters,
        actions: Actions,
        telephone: Telephone | None = None,
        context: str = "public",
    ) -> Channel:
        """A call comes in and runs these dialplan actions."""
        channel = self.incoming(parameters, telephone or SilentTelephone())
        channel.profile.context = context
        channel.actions.extend(actions)
        self._over[channel.uuid] = Event()
        self.calls_placed += 1
        channel.telephone.calling(channel)
        channel.fire("CHANNEL_CREATE")
        channel.state = channel.next_state = "CS_EXECUTE"
        channel.call_state = "RINGING"
        spawn(live, channel)
        return channel

    def wait(self, channel: Channel, seconds: float | None = None) -> bool:
        """Until the call is over; False where that takes longer than `seconds`."""
        over = self._over.get(channel.uuid)
        return over is None or over.wait(seconds)

    def incoming(self, parameters: CallParameters, telephone: Telephone) -> Channel:
        """The channel of a call that comes in; it does nothing yet."""
        started = self.now()
        gateway = parameters.gateway or "internal"
        profile = Profile(
            uuid=parameters.uuid or str(uuid4()),
            channel_name=f"sofia/{gateway}/{parameters.ani}@127.0.0.1",
            direction="inbound",
            number=parameters.ani,
            name=parameters.name.replace("${", "%{"),
            destination=parameters.dnis,
            username=parameters.ani,
            dialplan="XML",
            network_address="127.0.0.1",
            created=started,
            times={"Channel-Created-Time": started},
        )
        variables = stage("inbound", started=str(started), **self.filled_in(profile)) | dict(parameters.variables)
        timeline = Timeline(self.pace.media)
        return self._known(Channel(self, profile, telephone, started, variables, timeline, hit_dialplan=True))

    def new_leg(self, caller: Profile | None, dialled: DialString) -> Channel:
        """A leg that the switch places: for `bridge` (with its caller) or `originate`."""
        started = self.now()
        variables = dialled.variables
        registers = self.phone_book.phone(dialled) is not None
        destination = dialled.address if registers else dialled.user
        profile = Profile(
            uuid=variables.get("origination_uuid") or str(uuid4()),
            channel_name="sofia/"
            + (f"phones/{dialled.user}" if registers else f"internal/{destination}@127.0.0.1:5060"),
            direction="outbound",
            number=variables.get("origination_caller_id_number", caller.number if caller else "0000000000"),
            name=variables.get("origination_caller_id_name", caller.name if caller else ""),
            destination=destination,
            username=caller.username if caller else "",
            dialplan=caller.dialplan if caller else "",
            callee_name="Outbound Call",
            callee_number=destination,
            network_address="127.0.0.1" if caller else "",
            source="mod_sofia" if caller else "src/switch_ivr_originate.c",
            context=caller.context if caller else "default",
            created=started,
            times={"Channel-Created-Time": started},
        )
        initial = stage("outbound", **self.filled_in(profile)) | dict(variables)
        leg = Channel(self, profile, SilentTelephone(), started, initial, Timeline(self.pace.media), has_codec=False)
        return self._known(leg)

    def _known(self, channel: Channel) -> Channel:
        self.channels[channel.uuid] = channel
        return channel

    def filled_in(self, profile: Profile) -> dict[str, str]:
        """What the templates of SIP variables need to know of a leg."""
        return {"uuid": profile.uuid, "ani": profile.number, "dnis": profile.destination, "name": profile.name}

    def forget(self, channel: Channel) -> None:
        """The channel is over and reported."""
        self.channels.pop(channel.uuid, None)
        if over := self._over.pop(channel.uuid, None):
            over.set()

    # Events.

    def now(self) -> int:
        """Microseconds since 1970."""
        return int(self._wall() * 1_000_000)

    def next_sequence(self) -> int:
        return next(self._sequence)

    def is_heard(self, name: str) -> bool:
        """Whether any connection listens to events of this name."""
        return any(listener.subscription.hears(name) for listener in self.listeners)

    def fire(self, event: SwitchEvent) -> None:
        for listener in self.listeners:
            listener.tell(event)

    # Clients.

    def run(self, line: str) -> str:
        """Runs an API command; its answer."""
        return api.run(self, line)

    def run_in_background(self, line: str, job: str, owner: Channel | None) -> str:
        """Runs an API command that ends with an event; the reply that names the job."""
        return api.run_in_background(self, line, job, owner)

    def listen(self, host: str, port: int, password: str) -> int:
        """Opens the event socket for clients; the port it got."""
        self._server = StreamServer((host, port), lambda sock, _address: self._serve_client(sock, password))
        self._server.start()
        return int(self._server.address[1])

    def _serve_client(self, sock: Socket, password: str) -> None:
        sock.sendall(b"Content-Type: auth/request\n\n")
        line = b""
        while not line.endswith(b"\n\n"):
            if not (data := sock.recv(1)):
                return
            line += data
        if line.decode("utf-8", "replace").strip() != f"auth {password}":
            sock.sendall(event_text.reply("-ERR invalid") + event_text.disconnect_notice())
            return
        sock.sendall(event_text.reply("+OK accepted"))
        listener = Listener(self, sock)
        self.listeners.append(listener)
        listener.serve()

    def drop(self, listener: Listener) -> None:
        if listener in self.listeners:
            self.listeners.remove(listener)

    def close(self) -> None:
        """Cuts every connection and stops listening, as a switch that dies."""
        if self._server is not None:
            self._server.stop()
        for listener in list(self.listeners):
            listener.cut()
        for channel in list(self.channels.values()):
            channel.hang_up("SYSTEM_SHUTDOWN")
