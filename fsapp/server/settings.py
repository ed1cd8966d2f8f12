"""The settings of the engine: conf/fsapp.yaml as one checked value."""

import os
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, field_validator, model_validator

from fsapp.domain.errors import ConfigError, Problem
from fsapp.fax.settings import FaxSettings
from fsapp.files import places
from fsapp.files.models import Settings, validated
from fsapp.files.places import Document
from fsapp.lookup.settings import LookupSettings
from fsapp.media.speech import SpeechSettings
from fsapp.server.exposure import is_private, is_private_network, secrets_in_the_open
from fsapp.server.freeswitch_settings import FreeswitchSettings
from fsapp.server.mail import MailSettings
from fsapp.server.notice_settings import NoticeSettings
from fsapp.server.recording_settings import RecordingSettings
from fsapp.server.screen_pop_settings import ScreenPopSettings
from fsapp.server.voicemail_settings import VoicemailSettings

DEFAULT_FILE = Path("conf/fsapp.yaml")

Network = IPv4Network | IPv6Network


class Address(Settings):
    """Where to listen, written `host:port`; port 0 takes a free one."""

    host: str
    port: int = Field(ge=0, le=65535)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"{value[:60]!r} is no host:port")
        return {"host": host.strip("[]"), "port": int(port)}

    @property
    def pair(self) -> tuple[str, int]:
        """As sockets want it."""
        return self.host, self.port

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class LogLevel(StrEnum):
    """From which weight on a line is logged; each step's line is `info`."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogSettings(Settings):
    """The section `log`. Without a file the log goes to standard error."""

    level: LogLevel = LogLevel.INFO
    file: Path | None = None
    """Relative to the data folder."""


class EngineSettings(Settings):
    """conf/fsapp.yaml. Paths written there are relative to its folder; those left out, to the current one."""

    listen: Address = Field("127.0.0.1:8084", validate_default=True)
    """Where FreeSWITCH's `socket` application finds the engine. It asks for no password: keep it private."""
    peers: tuple[Network, ...] = Field((ip_network("127.0.0.0/8"), ip_network("::1/128")), min_length=1)
    """Networks that switches connect from, private ones; a connection from elsewhere is closed."""
    metrics: Address | None = Field("127.0.0.1:9464", validate_default=True)
    """Where /metrics and /health are served; null for nowhere. Whoever reaches it may read: there is no password."""
    metrics_public: bool = False
    """Whether `metrics` may be an address that others than this machine and private networks reach."""
    data: Path = Path("data")
    """Everything that the engine writes, unless another setting says otherwise."""
    flows: Path = Path("ivr_flows")
    dialplan: Path = Path("dialplan")
    sounds: Path = Path("sounds")
    calendars: Path = Path("conf/calendars.yaml")
    queues: Path = Path("conf/queues.yaml")
    tickets: Path = Path("conf/tickets.yaml")
    database: str | None = None
    """`sqlite:///file.db` or `postgresql://user@host/name`; null: fsapp.db under `data`."""
    capacity: int = Field(2000, ge=1, le=100_000)
    """Calls served at once. One more hears that all lines are busy; beyond twice as many they are hung up at once."""
    default_flow: str | None = None
    """Serves the numbers that no rule and no flow claims; null: such calls are told so and hung up."""
    timezone: str = "Asia/Shanghai"
    """The site's: what `now` means in flows and in dialplan rules."""
    country: str = Field("CN", pattern="^[A-Z]{2}$")
    """Where dialled numbers are read, for the dialplan's allow-list (ISO 3166)."""
    drain_seconds: float = Field(0.0, ge=0, le=86_400)
    """After SIGTERM: how long calls under way may last before they are handed back to the switch, where no engine
    stands by. New calls find no engine meanwhile; those that are handed back go on with the next one where they were.
    """
    orphan_seconds: float = Field(60.0, ge=0, le=86_400)
    """After the start: how long callers of an engine that died have to come back before their records are closed."""
    languages: tuple[str, ...] = Field(("zh", "en"), min_length=1)
    """What a caller is addressed in before a flow has a language: that all lines are busy is said in each, in turn."""
    log: LogSettings = LogSettings()
    speech: SpeechSettings = SpeechSettings()
    lookups: Mapping[str, LookupSettings] = Field(default_factory=dict)
    """The sources that flows may ask, by name."""
    freeswitch: FreeswitchSettings = FreeswitchSettings()
    screen_pop: ScreenPopSettings | None = None
    """The webhook that is told of talks; null: none."""
    mail: MailSettings | None = None
    """The server that takes our letters; null: none is written."""
    fax: FaxSettings = FaxSettings()
    recordings: RecordingSettings = RecordingSettings()
    voicemail: VoicemailSettings = VoicemailSettings()
    ticket_notices: NoticeSettings | None = None
    """The webhook that is told whose turn it is with a ticket; null: none."""

    _document: Document = PrivateAttr(Document(str(DEFAULT_FILE), {}, {}))

    @field_validator("peers", mode="before")
    @classmethod
    def _networks(cls, written: Any) -> Any:
        return [_network(each) for each in written] if isinstance(written, list) else written

    @field_validator("peers")
    @classmethod
    def _nobody_from_outside(cls, networks: tuple[Network, ...]) -> tuple[Network, ...]:
        for each in networks:
            if not is_private_network(each):
                raise ValueError(
                    f"{each} is no private network: whoever connects poses as a switch, without a password"
                )
        return networks

    @model_validator(mode="after")
    def _metrics_are_not_public(self) -> "EngineSettings":
        self.check_metrics()
        return self

    def check_metrics(self) -> None:
        """Raises ValueError where everybody may read the metrics, and nobody said so."""
        if self.metrics is not None and not self.metrics_public and not is_private(self.metrics.host):
            raise ValueError(f"others can read `metrics` at {self.metrics}: say `metrics_public: true` if they are to")

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            raise ValueError(f"there is no time zone {name!r}; write it as Asia/Shanghai") from None
        return name

    @property
    def file(self) -> Path:
        """Where these settings come from."""
        return Path(self._document.file)

    def problem(self, place: tuple[str | int, ...], sentence: str) -> Problem:
        """What is wrong with the setting at `place`, with its line in the file."""
        return self._document.problem(place, f"{'.'.join(map(str, place))!r}: {sentence}")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _network(written: Any) -> Network:
    try:
        return ip_network(written)
    except ValueError:
        raise ValueError(f"{written!r} is no network; write 10.1.0.0/16, or one address") from None


def load(file: Path) -> EngineSettings:
    """Reads a settings file. Raises ConfigError with every problem found."""
    document = places.load(file)
    settings = validated(EngineSettings, document)
    if exposed := tuple(secrets_in_the_open(document, file.stat().st_mode)):
        raise ConfigError(exposed)
    written = {name: getattr(settings, name) for name in settings.model_fields_set}
    paths = {name: beside(file, value) for name, value in written.items() if isinstance(value, Path)}
    fax = settings.fax.placed(lambda path: beside(file, path))
    nested = {"freeswitch": _freeswitch_beside(file, settings.freeswitch), "fax": fax}
    placed = settings.model_copy(update={**paths, **nested})
    placed._document = document
    return placed


def _freeswitch_beside(file: Path, settings: FreeswitchSettings) -> FreeswitchSettings:
    if settings.configuration is None:
        return settings
    return settings.model_copy(update={"configuration": beside(file, settings.configuration)})


def beside(file: Path, path: Path) -> Path:
    """A path that `file` names, from its folder."""
    return Path(os.path.normpath(file.parent / path))


def found(file: Path | None) -> EngineSettings:
    """The settings of `file`, else of DEFAULT_FILE if there is one, else as they are by default. Raises ConfigError."""
    if file is None and not DEFAULT_FILE.exists():
        return EngineSettings()
    return load(file or DEFAULT_FILE)
