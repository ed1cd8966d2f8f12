"""What can go wrong on an event socket, beside a WireError."""

from fsapp.domain.errors import EslError


class ConnectionLost(EslError):
    """The connection to the switch ended. What was under way may or may not have happened: it is never repeated."""


class CommandTimeout(EslError):
    """The switch did not answer, or did not finish an application, in its time."""


class CommandRefused(EslError):
    """The switch answered `-ERR`."""


class AuthenticationFailed(EslError):
    """The switch is there and refuses the password, or this address."""


class WireError(EslError):
    """What came is not the event socket's protocol, or is too large. The connection cannot go on."""
