"""Tells the running engine what a command changed, so that it need not be restarted."""

from fsapp.server import control_socket
from fsapp.server.control import ControlError
from fsapp.server.settings import EngineSettings

LIMIT_SECONDS = 5.0


def tell_engine(settings: EngineSettings) -> str:
    """Has the engine read the agents anew. Empty where it has; else why not, as a sentence."""
    try:
        control_socket.request(settings.data, "agents_changed", {}, LIMIT_SECONDS)
    except ControlError as error:
        return str(error)
    return ""
