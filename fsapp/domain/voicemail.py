"""Messages left in mailboxes (语音信箱): whose they are, and what is kept of each.

A mailbox is `agent:1001`, `queue:service` or `ticket:complaint`. Times are UTC milliseconds since 1970.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fsapp.domain.events import Event, Kind


class Owner(StrEnum):
    """Whose a mailbox is; a ticket's kind has those messages that are to become tickets."""

    AGENT = "agent"
    QUEUE = "queue"
    TICKET = "ticket"


class MessageState(StrEnum):
    """`new` lights the lamp; `saved` was heard and is kept."""

    NEW = "new"
    SAVED = "saved"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `(call, seq)` are those of its event."""

    call: str
    seq: int
    mailbox: str
    caller: str
    path: str
    ms: int
    urgent: bool
    left_at: int
    state: str = MessageState.NEW.value
    changed_at: int | None = None
    changed_by: str = ""
    mailed_at: int | None = None

    @property
    def id(self) -> str:
        return f"{self.call}:{self.seq}"


def mailbox(owner: Owner, name: str) -> str:
    """The name of a mailbox."""
    return f"{owner.value}:{name}"


def mailboxes_of(agent: str, queues: Iterable[str]) -> tuple[str, ...]:
    """What an agent may hear: the own mailbox, and those of the queues that the agent serves."""
    return (mailbox(Owner.AGENT, agent), *(mailbox(Owner.QUEUE, queue) for queue in sorted(queues)))


def message_left(event: Event) -> Message | None:
    """The message that an event tells of, if it does. Raises KeyError where a field is missing."""
    if event.kind != Kind.VOICEMAIL_LEFT:
        return None
    fields = event.fields
    return Message(
        event.call,
        event.seq,
        str(fields["mailbox"]),
        str(fields["caller"]),
        str(fields["path"]),
        round(fields["seconds"] * 1000),
        bool(fields["urgent"]),
        event.at,
    )
