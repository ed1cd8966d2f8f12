"""What a look-up source is."""

from collections.abc import Mapping
from typing import Any, Protocol


class Source(Protocol):
    """Somewhere to ask for a record."""

    @property
    def arguments(self) -> frozenset[str]:
        """The names of the arguments that it wants, all of them."""
        ...

    def find(self, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The record, or None where there is none; waits without stopping the hub. Raises LookupFailed."""
        ...

    def close(self) -> None:
        """Lets idle connections go; a request under way ends well."""
        ...
