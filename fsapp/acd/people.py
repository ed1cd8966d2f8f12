"""Who the agents are, as far as the shell around the dispatcher needs to know it."""

from collections.abc import Callable, Mapping

from fsapp.acd.events import AgentAdded, AgentChanged, AgentRemoved, Event
from fsapp.acd.ports import PhoneLeg
from fsapp.acd.profiles import profile
from fsapp.domain.agent import AgentRecord
from fsapp.domain.arguments import Endpoint


class People:
    """Agents' records by id, and the phones of those who called by themselves. `endpoint` is where a phone is."""

    def __init__(self, endpoint: Callable[[str], Endpoint]) -> None:
        self.endpoint = endpoint
        self.records: Mapping[str, AgentRecord] = {}
        self._sitting: dict[str, PhoneLeg] = {}

    def load(self, records: Mapping[str, AgentRecord]) -> tuple[Event, ...]:
        """These are the agents from now on; what the dispatcher must hear of it."""
        before, self.records = self.records, dict(records)
        gone = [AgentRemoved(each) for each in before if each not in records]
        new = [AgentAdded(profile(each)) for each in records.values() if each.id not in before]
        changed = [AgentChanged(profile(each)) for each in records.values() if before.get(each.id, each) != each]
        return (*gone, *new, *changed)

    def auto_answer(self, agent: str) -> bool:
        """Whether the agent's phone is to answer by itself."""
        record = self.records.get(agent)
        return record is not None and record.auto_answer

    def name(self, agent: str) -> str:
        record = self.records.get(agent)
        return record.name if record is not None else ""

    def extension(self, agent: str) -> str:
        """The agent's own phone; empty for none."""
        record = self.records.get(agent)
        return record.extension if record is not None else ""

    def sit(self, agent: str, leg: PhoneLeg) -> None:
        """The agent called, and holds the line: the next offer takes it instead of ringing the phone."""
        self._sitting[agent] = leg

    def leg_at(self, agent: str) -> PhoneLeg | None:
        """The line that the agent holds; once."""
        return self._sitting.pop(agent, None)
