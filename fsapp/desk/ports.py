"""What the desk needs from the outside, as small Protocols. Adapters satisfy them; fsapp.app proves the fit.

Every request that does something raises Refused where it cannot be done, and then nothing has changed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from fsapp.acd.agents import Agent
from fsapp.acd.events import Event
from fsapp.domain.agent import AgentRecord
from fsapp.domain.call import Call
from fsapp.domain.leg import Utterance
from fsapp.domain.prompt import PromptOrder
from fsapp.domain.talk import Consulted, Destination, LastContact, Listening, Note, Recording
from fsapp.domain.voicemail import Message, MessageState


class Talk(Protocol):
    """One agent's talk with a caller, as the agent steers it. Every request raises CallEnded once the talk is over."""

    @property
    def agent(self) -> str: ...

    @property
    def call(self) -> Call:
        """The caller's."""
        ...

    @property
    def language(self) -> str:
        """What the caller is spoken to in."""
        ...

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of the caller's flow that an agent may send the caller to, by key."""
        ...

    def record(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Journals in the caller's call."""
        ...

    def tell(self, utterances: Sequence[Utterance]) -> None:
        """Plays to the agent alone, over the talk; does not wait. What was told before ends."""
        ...

    def play(self, utterances: Sequence[Utterance]) -> None:
        """Begins to play to both; does not wait. What is asked next ends it."""
        ...

    def hold(self) -> None:
        """The caller hears the queue's music."""
        ...

    def take_back(self) -> None:
        """Caller and agent hear each other again."""
        ...

    def send(self, to: Destination) -> None:
        """Lets the caller go there, with the call's data; the agent's part of the talk is over. With a label that
        `returns`, the agent waits for the caller instead.
        """
        ...

    def ask(self, whom: Consulted) -> None:
        """Holds the caller, and rings somebody to whom the agent talks first; returns once it rings. Where nobody
        answers, the agent is told so by `TalkKeys.refused`.
        """
        ...

    def cancel(self) -> None:
        """Lets go of who is rung or consulted; the caller is back."""
        ...

    def hand_over(self) -> None:
        """The consulted one has the caller from now on; the agent's part of the talk is over."""
        ...

    def hand_to_other_call(self, sip_call_id: str) -> None:
        """As `hand_over`, to whoever another call of the agent's phone is with."""
        ...

    def conference(self) -> None:
        """Caller, agent, and who was consulted hear one another."""
        ...

    def ask_help(self, supervisors: Sequence[str]) -> None:
        """Rings these supervisors, the first who answers joins the talk; returns when it rings."""
        ...

    def send_keys(self, keys: str) -> None:
        """Sends keys to the caller's side."""
        ...

    def recording(self, what: Recording) -> None: ...

    def fax(self, document: str) -> None:
        """Sends a document to the caller's fax machine; does not wait. The agent hears music until the caller is back,
        and is told by `TalkKeys.refused` if not all of it went over.
        """
        ...


class Floor(Protocol):
    """Agents, queues and who waits, as the dispatcher keeps them. Nothing read here is to be changed."""

    def agent(self, agent: str) -> Agent | None: ...

    def agent_at(self, phone: str) -> Agent | None:
        """Who is signed in at a phone."""
        ...

    def agents(self) -> Iterable[Agent]: ...

    def queues(self) -> Iterable[str]: ...

    def waiting(self, queue: str) -> Sequence[str]:
        """The contacts that wait, the first first. Raises KeyError."""
        ...

    def tell(self, event: Event) -> None:
        """Something was done at a desk: the dispatcher hears of it, and its commands are carried out."""
        ...

    def acted(self, agent: str, what: str, by: str, **details: Any) -> None:
        """Keeps what somebody did at the desk, or `by` did to an agent."""
        ...

    def last_contact(self, agent: str) -> LastContact | None: ...

    def note(self, agent: str, note: Note, value: str) -> None:
        """Keeps something about the contact in the agent's talk or wrap-up; raises Refused (no_contact)."""
        ...

    def pick(self, agent: str, contact: str, leg: str) -> None:
        """Connects a waiting caller with the channel `leg`, on which the agent called; returns when the talk is over.
        The dispatcher has the agent as available. Raises Refused (too_late).
        """
        ...

    def listen(self, leg: str, agent: str, how: Listening) -> None:
        """Puts the channel `leg` into an agent's talk; returns when that is over."""
        ...

    def take_over(self, leg: str, supervisor: str, agent: str) -> None:
        """Connects an agent's caller with the channel `leg` instead; returns when the talk is over."""
        ...

    def broadcast(self, path: str, seconds: float) -> None:
        """Lets all who wait, in every queue, hear a recording."""
        ...


class PromptStudio(Protocol):
    """Prompts that are recorded at a telephone."""

    def order(self, number: str) -> PromptOrder | None:
        """What is to be recorded, by the number that was keyed; None where there is no such order any more."""
        ...

    def keep(self, order: PromptOrder, name: str, path: str, by: str) -> None:
        """Makes a recording the prompt that new calls hear. Raises Refused (unusable, failed)."""
        ...


class NoStudio:
    """Where nobody records prompts."""

    def order(self, number: str) -> PromptOrder | None:  # noqa: ARG002  # the protocol's
        return None

    def keep(self, order: PromptOrder, name: str, path: str, by: str) -> None:
        """There are no orders."""


class Mailboxes(Protocol):
    """Messages that callers left."""

    def messages(self, agent: str, queues: Collection[str]) -> Sequence[Message]:
        """What an agent who serves these queues may hear, new before saved. Raises StoreError."""
        ...

    def change(self, message: Message, state: MessageState, by: str) -> None:
        """Keeps it as heard, or deletes it. Raises StoreError."""
        ...


class NoMailboxes:
    """Where nobody leaves messages."""

    def messages(self, agent: str, queues: Collection[str]) -> Sequence[Message]:  # noqa: ARG002  # the protocol's
        return ()

    def change(self, message: Message, state: MessageState, by: str) -> None:
        """There are none."""


class AgentRecords(Protocol):
    """Agents as administrators keep them, signed in or not. Reading costs no time."""

    def find(self, agent: str) -> AgentRecord | None: ...

    def change(self, agent: str, edit: Callable[[AgentRecord], AgentRecord], by: str) -> None:
        """Has `edit` make the record that is kept from now on, notes who did so (an agent's id), and tells the
        dispatcher. Raises FsappError (StoreError, no such agent).
        """
        ...
