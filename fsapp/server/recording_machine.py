"""What records, as fsapp.server.tape_deck needs it: the switch (fsapp.esl.taping)."""

from collections.abc import Callable
from typing import Protocol

from fsapp.domain.errors import EslError


class Machine(Protocol):
    """What records: the switch."""

    @property
    def connected(self) -> bool: ...

    def on_stop(self, told: Callable[[str], None]) -> None:
        """`told` hears of the path of each file that is whole."""
        ...

    def start(self, call: str, path: str, begun: Callable[[str | EslError], None]) -> None:
        """Does not wait; `begun` hears why not, or empty text. Raises EslError, ValueError."""
        ...

    def stop(self, call: str, path: str) -> None:
        """Does not wait. Raises EslError, ValueError."""
        ...

    def mask(self, call: str, path: str, *, on: bool) -> None:
        """Waits until it is so. Raises EslError, ValueError."""
        ...

    def exists(self, call: str) -> bool:
        """Whether a channel is up. Raises EslError."""
        ...
