"""What tests of flows stand on: a context without a switch, and small kinds of step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import MediaError
from fsapp.domain.leg import Utterance
from fsapp.flow.absent import NoHistory, NoQueues
from fsapp.flow.context import Context, Ports
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.virtual_leg import VirtualLeg

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class TextVoice:
    """Speaks everything but what it is told is mute."""

    def __init__(self, mute: frozenset[str] = frozenset()) -> None:
        self.mute = mute

    def say(self, text: str, language: str) -> Utterance:
        if text in self.mute:
            raise MediaError(f"{text!r} cannot be spoken")
        return Utterance(text, language, "silence", 1.0)

    def whisper(self, text: str, language: str) -> Utterance:
        return self.say(text, language)

    def prompt(self, name: str, language: str) -> Utterance:
        return self.say(name, language)

    def restore(self, utterance: Utterance) -> bool:
        return False


class Nowhere:
    """Look-ups, calendars, dial rules and recordings of a site that has none."""

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        return None

    def state(self, name: str, now: datetime) -> str:
        return "open"

    def number(self, number: str, call: Call) -> Endpoint:
        return Endpoint(Number(number), gateway=Name("pstn"))

    agent = number

    def message_path(self, call: Call, name: str) -> str:
        return "message.wav"

    def discard(self, path: str) -> None: ...


@dataclass
class Notes:
    """A recorder that keeps all."""

    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.events.append((kind, dict(fields)))


def a_context(variables: Mapping[str, Any] | None = None, language: str = "zh", keys: str = "") -> Context:
    """A call on a virtual leg, at ten in the morning in China."""
    clock = VirtualClock(NOW)
    site = Nowhere()
    ports = Ports(TextVoice(), site, site, site, site, NoQueues(), NoHistory(), clock)
    call = Call("c0ffee", "13800138000", "95598", NOW)
    leg = VirtualLeg(KeyScript(keys), clock)
    return Context(call, leg, ports, Notes(), language, dict(variables or {}))
