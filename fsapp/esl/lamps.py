"""The message-waiting lamp of a phone: the switch sends a NOTIFY (RFC 3842) to wherever the phone is registered."""

from fsapp.domain.arguments import Name, Number
from fsapp.esl import commands
from fsapp.esl.client import Client


class Lamps:
    """Phones of one SIP profile and domain."""

    def __init__(self, client: Client, profile: Name, domain: Name) -> None:
        self._client = client
        self._profile = profile
        self._domain = domain

    def show(self, phone: str, new: int, saved: int) -> None:
        """Lit while anything is new. Waits for the switch. Raises EslError, and ValueError for a phone that is none."""
        self._client.send(commands.message_waiting(Number(phone), self._profile, self._domain, new, saved))
