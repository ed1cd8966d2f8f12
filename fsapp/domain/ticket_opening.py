"""What a new ticket is about, before anybody has decided whose it is and until when."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from fsapp.domain.channels import Channel
from fsapp.domain.ticket import NORMAL


@dataclass(frozen=True, slots=True)
class Opening:
    """`owner` goes before the kind's own; `fields` are as they were written. `origin` is the same for what is asked for
    twice.
    """

    kind: str
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    level: str = NORMAL
    owner: str = ""
    channel: Channel = Channel.OTHER
    ani: str = ""
    caller_name: str = ""
    call: str = ""
    customer: int | None = None
    attachments: tuple[str, ...] = ()
    """Paths of messages, recordings and faxes."""
    origin: str | None = None
    opened_by: str = ""
    """An agent; empty where the call itself opens it."""

    def request(self) -> Mapping[str, Any]:
        """As an event carries it."""
        return {**asdict(self), "attachments": list(self.attachments)}


def opening_of(request: Mapping[str, Any]) -> Opening:
    """What `request` was made of. Raises TypeError, ValueError for anything else."""
    made = {**request, "channel": Channel(request["channel"]), "attachments": tuple(request["attachments"])}
    return Opening(**made)
