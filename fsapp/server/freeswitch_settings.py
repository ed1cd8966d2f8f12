"""What an operator says about FreeSWITCH: the section `freeswitch` of conf/fsapp.yaml."""

import re
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyAddress, IPvAnyNetwork, model_validator

from fsapp.domain.arguments import Name, Number, SoundPath
from fsapp.files.models import Settings

ENGINE_LIST = "engines"
"""FreeSWITCH's list of the addresses that may connect to its event socket."""

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,253}(:[0-9]{1,5})?\Z")
_LOOPBACK = ip_address("127.0.0.1")


def _host(text: str) -> str:
    if not _HOST.match(text):
        raise ValueError(f"{text[:60]!r} is no host or host:port")
    return text


def _not_public(address: IPvAnyAddress) -> IPvAnyAddress:
    if address.is_unspecified or not (address.is_loopback or address.is_private):
        raise ValueError("this stays on a loopback or private address: whoever gets in owns the switch")
    return address


NameText = Annotated[str, AfterValidator(Name)]
NumberText = Annotated[str, BeforeValidator(str), AfterValidator(Number)]
SoundText = Annotated[str, AfterValidator(SoundPath)]
HostText = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=1, le=65535)]


class LogLevel(StrEnum):
    """How much FreeSWITCH writes down. From `info` on that is every key a caller presses, sensitive ones excepted."""

    WARNING = "warning"
    NOTICE = "notice"
    INFO = "info"
    DEBUG = "debug"


class Codec(StrEnum):
    """Codecs of the core and of mod_spandsp, as FreeSWITCH names them."""

    PCMA = "PCMA"
    PCMU = "PCMU"
    G722 = "G722"


class Transport(StrEnum):
    """How SIP travels to a gateway."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class SocketAddress(Settings):
    """`address:port`; numbers, because looking up a name would hold up a call."""

    address: IPvAnyAddress
    port: Port

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        address, _, port = value.rpartition(":")
        return {"address": address.strip("[]"), "port": int(port) if port.isdecimal() else port}

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


class EventSocket(Settings):
    """Where FreeSWITCH listens for the engine's commands. `password_file` is relative to the data folder."""

    address: Annotated[IPvAnyAddress, AfterValidator(_not_public)] = _LOOPBACK
    port: Port = 8021
    password_file: Path = Path("freeswitch/esl-password")


class CopiesAddress(SocketAddress):
    """Not below 1024 (sofia-sip, tport_logging.c), nor public: what is sent there is SIP in clear."""

    address: Annotated[IPvAnyAddress, AfterValidator(_not_public)]
    port: Annotated[int, Field(ge=1024, le=65535)]


class SipProfile(Settings):
    """Where a SIP profile listens. `external_address` is what others see of it, behind NAT."""

    address: IPvAnyAddress = _LOOPBACK
    port: Port
    external_address: IPvAnyAddress | None = None


class Gateway(Settings):
    """A carrier's gateway. A call is the carrier's if it comes from one of `networks`.

    `password_file` is relative to the data folder. With `caller_id_in_from` the caller's number goes into From, where
    most carriers look for it; otherwise our user name stands there. `ping_seconds` is the time between two OPTIONS,
    by which a dead gateway is known before a call is tried.
    """

    name: NameText
    proxy: HostText
    networks: tuple[IPvAnyNetwork, ...] = ()
    username: NameText | None = None
    password_file: Path | None = None
    register_with_carrier: bool = False
    transport: Transport = Transport.UDP
    caller_id_in_from: bool = True
    ping_seconds: Annotated[int, Field(ge=5, le=3600)] | None = 30

    @model_validator(mode="after")
    def _can_register(self) -> Self:
        if self.register_with_carrier and not (self.username and self.password_file):
            raise ValueError("registering needs `username` and `password_file`")
        return self


class Fallback(Settings):
    """Who takes the call while no engine runs: a number through a gateway, or an agent's phone."""

    number: NumberText
    gateway: NameText | None = None


class RtpPorts(Settings):
    """The UDP ports for audio, two a leg."""

    first: Port = 16384
    last: Port = 32768


class FreeswitchSettings(Settings):
    """Everything that FreeSWITCH's configuration takes from settings; the defaults put it on loopback alone.

    `engines`: where `fsapp serve` listens; the second is tried when the first does not, as during an upgrade.
    `phone_copies`: where the switch sends a copy of the phones' SIP, by which the engine hears their transfer buttons;
    without it the button does nothing, and agents transfer by codes.
    `one_moment`: a sound of about two seconds, heard before the engine is tried again; a chime where no file is named.
    `apology`: heard when nobody can take the call; the tone for "not available" where no file is named.
    `cdr_dir`: where FreeSWITCH leaves its own record of every leg; relative to the data folder.
    `configuration`: the folder that FreeSWITCH reads, where `fsapp freeswitch render` writes and agents' SIP accounts
    are; relative to the settings' folder.
    """

    event_socket: EventSocket = EventSocket()
    engines: tuple[SocketAddress, ...] = Field(
        (SocketAddress(address=_LOOPBACK, port=8084), SocketAddress(address=_LOOPBACK, port=8085)), min_length=1
    )
    phone_copies: CopiesAddress | None = CopiesAddress(address=_LOOPBACK, port=8086)
    trunks: SipProfile = SipProfile(port=5080)
    phones: SipProfile = SipProfile(port=5060)
    domain: NameText = "fsapp.local"
    gateways: tuple[Gateway, ...] = ()
    fallback: Fallback | None = None
    rtp: RtpPorts = RtpPorts()
    codecs: tuple[Codec, ...] = Field((Codec.PCMA, Codec.PCMU), min_length=1)
    one_moment: SoundText | None = None
    apology: SoundText | None = None
    max_sessions: Annotated[int, Field(ge=1, le=100_000)] = 2000
    sessions_per_second: Annotated[int, Field(ge=1, le=10_000)] = 200
    log_level: LogLevel = LogLevel.NOTICE
    cdr_dir: Path = Path("freeswitch/cdr")
    configuration: Path | None = None

    def with_event_socket(self, host: str, port: int) -> Self:
        """The same, but for where the event socket is. Raises ValueError for a public address."""
        socket = self.event_socket.model_copy(update={"address": _not_public(ip_address(host)), "port": port})
        return self.model_copy(update={"event_socket": socket})

    @model_validator(mode="after")
    def _gateways_are_known_by_name(self) -> Self:
        names = [gateway.name for gateway in self.gateways]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two gateways are named {name!r}")
            if name == ENGINE_LIST or name.endswith(".auto"):
                raise ValueError(f"a gateway cannot be named {name!r}: FreeSWITCH keeps an address list of that name")
        if self.fallback and self.fallback.gateway and self.fallback.gateway not in names:
            raise ValueError(f"the fallback's gateway {self.fallback.gateway!r} is not among the gateways")
        return self
