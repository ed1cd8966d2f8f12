"""Queues, agents and their phones, put together."""

from collections.abc import Mapping, Sequence
from typing import Any

from fsapp.esl.client import Client
from fsapp.server import databases
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.freeswitch_conf import esl_password
from fsapp.server.journal import Sink
from fsapp.server.presence import Presence
from fsapp.server.screen_pop import PopKind, ScreenPop
from fsapp.server.settings import EngineSettings
from fsapp.server.system import SystemClock
from fsapp.store.agents import Agents


def contact_centre(
    settings: EngineSettings, sinks: Sequence[Sink], pop: ScreenPop | None, clock: SystemClock
) -> ContactCentre:
    """Raises ConfigError for a password of the event socket that must not be used."""
    socket = settings.freeswitch.event_socket
    client = Client(str(socket.address), socket.port, esl_password(settings.freeswitch, settings.data))
    agents = Agents(databases.own_url(settings))
    call_info = (settings.screen_pop.call_info or "") if settings.screen_pop else ""
    return ContactCentre(
        client,
        settings.freeswitch.domain,
        agents.all,
        sinks,
        _Screen(pop),
        clock,
        Presence(settings.data),
        call_info=call_info,
    )


class _Screen:
    """Satisfies fsapp.acd.ports.Screen."""

    def __init__(self, pop: ScreenPop | None) -> None:
        self._pop = pop

    def tell(self, moment: str, fields: Mapping[str, Any]) -> None:
        if self._pop is not None:
            self._pop.tell(PopKind(moment), fields)
