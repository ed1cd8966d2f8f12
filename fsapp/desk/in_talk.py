"""A code that was keyed in a talk."""

from dataclasses import dataclass

from fsapp.acd.agents import AgentState
from fsapp.desk.ports import Talk
from fsapp.desk.seat import Seat
from fsapp.domain.agent import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class InTalk(Seat):
    """The agent, and the talk. `call` is the caller's."""

    talk: Talk

    @property
    def supervisors(self) -> tuple[str, ...]:
        """Those who could help, who is idle for longest first; who is away from the phone last."""
        found = [each for each in self.ports.floor.agents() if each.id != self.agent_id and each.state in _COULD_HELP]
        found.sort(key=lambda each: (_COULD_HELP.index(each.state), each.idle_since))
        return tuple(each.id for each in found if self.has_role(each.id, Role.SUPERVISOR))


_COULD_HELP = (AgentState.AVAILABLE, AgentState.ON_BREAK)
