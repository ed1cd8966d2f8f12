"""An agent at work with the desk, in a call of the phone's or in a talk: what every code may use."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from fsapp.acd.agents import OTHER_CALL, Agent, AgentState
from fsapp.desk.plan import DeskPlan
from fsapp.desk.ports import AgentRecords, Floor, Mailboxes, NoMailboxes, NoStudio, PromptStudio
from fsapp.domain.agent import AgentRecord, Role
from fsapp.domain.arguments import Endpoint
from fsapp.domain.call import Call
from fsapp.domain.clock import Clock
from fsapp.domain.errors import FsappError, NotAllowed
from fsapp.domain.talk import Refusal, Refused
from fsapp.flow.absent import NoFaxes, NoTickets
from fsapp.flow.ports import DialRules, Faxes, Recordings, Tickets, Voice

_log = logging.getLogger("fsapp.desk")

Answers = tuple[str, ...]
"""What a code asked for, as keyed, in its order."""


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """The engine's services, the same for every agent. `language` is for those who are not known yet."""

    floor: Floor
    records: AgentRecords
    voice: Voice
    dial_rules: DialRules
    recordings: Recordings
    clock: Clock
    language: str = "zh"
    mailboxes: Mailboxes = field(default_factory=NoMailboxes)
    tickets: Tickets = field(default_factory=NoTickets)
    studio: PromptStudio = field(default_factory=NoStudio)
    faxes: Faxes = field(default_factory=NoFaxes)


@dataclass(frozen=True, slots=True)
class Standing:
    """The state an agent is in, as the agent sees it: not that of being in this very call."""

    state: AgentState
    reason: str
    since: float

    @property
    def in_other_call(self) -> bool:
        return self.state is AgentState.TALKING and self.reason == OTHER_CALL


_NOBODY = Standing(AgentState.OFFLINE, "", 0.0)

_BUSY: Mapping[AgentState, Refusal] = MappingProxyType(
    {
        AgentState.OFFLINE: Refusal.AGENT_OFFLINE,
        AgentState.TALKING: Refusal.AGENT_BUSY,
        AgentState.OFFERED: Refusal.AGENT_BUSY,
    }
)


def standing_of(agent: Agent | None, call: str) -> Standing:
    """What `call` has not changed: an available agent who calls the desk is in another call, for the dispatcher."""
    if agent is None:
        return _NOBODY
    found = Standing(agent.state, agent.reason, agent.since)
    if found.in_other_call and agent.other_calls == {call}:
        return Standing(AgentState.AVAILABLE, "", agent.idle_since)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`call` is the agent's own, or in a talk the caller's. An empty `agent_id` is nobody yet."""

    plan: DeskPlan
    ports: DeskPorts
    call: Call
    agent_id: str
    standing: Standing

    @property
    def agent(self) -> Agent:
        """As the dispatcher knows the agent. Raises Refused."""
        found = self.ports.floor.agent(self.agent_id)
        if found is None or not found.signed_in:
            raise Refused(Refusal.NOT_SIGNED_IN)
        return found

    @property
    def record(self) -> AgentRecord:
        """As administrators know the agent. Raises Refused."""
        return self.record_of(self.agent_id)

    @property
    def is_supervisor(self) -> bool:
        return self.has_role(self.agent_id, Role.SUPERVISOR)

    def has_role(self, agent: str, role: Role) -> bool:
        record = self.ports.records.find(agent)
        return record is not None and record.role is role

    def record_of(self, agent: str) -> AgentRecord:
        """Raises Refused."""
        record = self.ports.records.find(agent)
        if record is None:
            raise Refused(Refusal.UNKNOWN_AGENT)
        return record

    def change(self, agent: str, edit: Callable[[AgentRecord], AgentRecord]) -> None:
        """Changes what administrators know of an agent. Raises Refused where it cannot be kept."""
        try:
            self.ports.records.change(agent, edit, by=self.agent_id)
        except FsappError as error:
            _log.error("agent %s was not changed by %s: %s", agent, self.agent_id, error)
            raise Refused(Refusal.FAILED) from None

    def colleague(self, agent: str) -> Agent:
        """Another agent, signed in or not. Raises Refused."""
        if agent == self.agent_id:
            raise Refused(Refusal.YOURSELF)
        found = self.ports.floor.agent(agent)
        if found is None:
            raise Refused(Refusal.UNKNOWN_AGENT)
        return found

    def free_colleague(self, agent: str) -> Agent:
        """Another agent who can be rung. Raises Refused."""
        found = self.colleague(agent)
        if found.state in _BUSY:
            raise Refused(_BUSY[found.state])
        return found

    def way_out(self, number: str) -> Endpoint:
        """The way to an outside number. Raises Refused."""
        try:
            return self.ports.dial_rules.number(number, self.call)
        except NotAllowed:
            raise Refused(Refusal.NUMBER_NOT_ALLOWED) from None
