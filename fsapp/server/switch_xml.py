"""Has a running FreeSWITCH read its XML anew, over a connection of a moment."""

import socket

from fsapp.domain.errors import ConfigError, EslError
from fsapp.esl import commands
from fsapp.esl.client import password_to_use
from fsapp.esl.client_link import Link
from fsapp.esl.commands import Api
from fsapp.server.freeswitch_conf import esl_password
from fsapp.server.settings import EngineSettings

CONNECT_SECONDS = 2.0
RELOAD_SECONDS = 10.0


def reload_xml(settings: EngineSettings) -> str:
    """Empty where the switch has read it; else why not, as a sentence."""
    event_socket = settings.freeswitch.event_socket
    where = f"{event_socket.address} port {event_socket.port}"
    try:
        password = password_to_use(esl_password(settings.freeswitch, settings.data))
        with socket.create_connection((str(event_socket.address), event_socket.port), CONNECT_SECONDS) as connection:
            connection.settimeout(None)
            return _asked(connection, password)
    except OSError as error:
        return f"FreeSWITCH cannot be reached at {where}: {error.strerror or error}"
    except (EslError, ConfigError, ValueError) as error:
        return f"FreeSWITCH at {where}: {error}"


def _asked(connection: socket.socket, password: str) -> str:
    link = Link(connection, lambda _: None, lambda _: None)
    try:
        link.open(password)
        link.send(commands.api(Api.RELOADXML), RELOAD_SECONDS)
    finally:
        link.stop()
    return ""
