"""A caller with a history, as a test says it.

caller:
  calls: 5
  last_agent: "1001"
  choices: {power_hotline/menu: {1: 4, 3: 1}}      # how often each key was chosen in a menu: flow/label
  my_menu: {power_hotline/menu: 2}                 # what the caller set to be first
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Annotated

from pydantic import BeforeValidator, Field

from fsapp.domain.caller_history import CallerHistory, FirstOption, Menu, SetBy
from fsapp.files.models import Settings

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Written = Annotated[str, BeforeValidator(str)]
"""Text that may look like a number."""

Place = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*/[a-z][a-z0-9_]*$")]
"""A menu: flow/label."""


class KnownCaller(Settings):
    """What is known of the caller."""

    calls: int = Field(0, ge=0)
    last_at: datetime | None = None
    """In local time."""
    last_flow: str = ""
    last_disposition: str = ""
    last_path: str = ""
    last_queue: str = ""
    last_agent: Written = ""
    choices: Mapping[Place, Mapping[str, int]] = Field(default_factory=dict)
    my_menu: Mapping[Place, Written] = Field(default_factory=dict)

    def history(self, zone: tzinfo) -> CallerHistory:
        """As flows see it."""
        return CallerHistory(
            calls=self.calls,
            last_at=self.last_at.replace(tzinfo=zone) if self.last_at else None,
            last_flow=self.last_flow,
            last_disposition=self.last_disposition,
            last_path=self.last_path,
            last_queue=self.last_queue,
            last_agent=self.last_agent,
            choices={_menu(place): keys for place, keys in self.choices.items()},
            firsts={_menu(place): FirstOption(key, SetBy.CALLER, _LONG_AGO) for place, key in self.my_menu.items()},
        )


def _menu(place: str) -> Menu:
    flow, _, label = place.partition("/")
    return Menu(flow, label)


class OneCaller:
    """Everybody who calls has this history. Satisfies fsapp.flow.ports.History."""

    def __init__(self, known: CallerHistory) -> None:
        self._known = known

    def of(self, ani: str) -> CallerHistory:  # noqa: ARG002  # the protocol's
        return self._known

    def forget(self, ani: str) -> None:
        """What a test says stays as it is."""
