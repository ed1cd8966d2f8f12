"""All agents, on duty or not, with the bitmaps that matching works on."""

from collections.abc import Iterator, Mapping

from fsapp.acd.agents import Agent, AgentProfile, AgentState
from fsapp.acd.skills import SkillMap


class Roster:
    """Agents by id and by index. An index is used again when its agent is gone."""

    def __init__(self) -> None:
        self.skills = SkillMap()
        self.in_state: dict[AgentState, int] = dict.fromkeys(AgentState, 0)
        self.registered: set[str] = set()
        self._agents: dict[str, Agent] = {}
        self._by_index: list[Agent | None] = []
        self._vacant: list[int] = []
        self._at_phone: dict[str, Agent] = {}
        self._names: tuple[str, ...] | None = None

    def __iter__(self) -> Iterator[Agent]:
        return iter(self._agents.values())

    def get(self, agent: str) -> Agent | None:
        return self._agents.get(agent)

    def at(self, index: int) -> Agent:
        """Raises KeyError where there is nobody."""
        agent = self._by_index[index]
        if agent is None:
            raise KeyError(index)
        return agent

    def at_phone(self, phone: str) -> Agent | None:
        """Who is signed in there."""
        return self._at_phone.get(phone)

    @property
    def available(self) -> int:
        """The bitmap of those who may be given a contact."""
        return self.in_state[AgentState.AVAILABLE]

    @property
    def names(self) -> tuple[str, ...]:
        """The ids by index, as a value that never changes; empty where there is nobody."""
        if self._names is None:
            self._names = tuple(agent.id if agent else "" for agent in self._by_index)
        return self._names

    def add(self, profile: AgentProfile, now: float) -> Agent:
        if not self._vacant:
            self._vacant.append(len(self._by_index))
            self._by_index.append(None)
        index = self._vacant.pop()
        agent = self._by_index[index] = self._agents[profile.id] = Agent(profile, index, 1 << index, since=now)
        self.in_state[agent.state] |= agent.bit
        self.skills.put(index, profile.skills)
        self._names = None
        return agent

    def change(self, agent: Agent, profile: AgentProfile) -> None:
        agent.profile = profile
        self.skills.put(agent.index, profile.skills)

    def remove(self, agent: Agent) -> None:
        """Only for agents who are offline."""
        self.in_state[agent.state] &= ~agent.bit
        self.skills.drop(agent.index)
        del self._agents[agent.id]
        self._by_index[agent.index] = None
        self._vacant.append(agent.index)
        self._names = None

    def move(self, agent: Agent, state: AgentState) -> None:
        """Keeps the bitmaps of states."""
        self.in_state[agent.state] &= ~agent.bit
        self.in_state[state] |= agent.bit
        agent.state = state

    def sit_down(self, agent: Agent, phone: str) -> None:
        """The agent is at this phone, and at no other; empty: at none."""
        self._at_phone.pop(agent.phone, None)
        agent.phone = phone
        if phone:
            self._at_phone[phone] = agent

    def is_reachable(self, agent: Agent) -> bool:
        return agent.phone in self.registered

    def states(self) -> Mapping[AgentState, int]:
        """A snapshot of the bitmaps."""
        return dict(self.in_state)
