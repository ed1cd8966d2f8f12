"""What an administrator asks of queues and agents while the engine runs: `fsapp agents state`, `fsapp queues …`."""

from collections.abc import Callable, Mapping
from typing import Any

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.events import (
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentOnBreak,
    QueueClosed,
    QueueOpened,
)
from fsapp.acd.service import Service
from fsapp.domain.errors import FsappError

STATES = ("in", "out", "ready", "busy")
Fields = Mapping[str, Any]


class FloorControl:
    """Handlers of the control socket. Each raises FsappError with a sentence, and has changed nothing then."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handlers(self) -> Mapping[str, Callable[[Fields], Any]]:
        """By the name that a request gives."""
        return {
            "floor": lambda _: self.floor(),
            "agent_state": self.set_state,
            "queue_open": self.open_queue,
        }

    def floor(self) -> Mapping[str, Any]:
        """Agents and queues as they are at this moment; times are seconds."""
        service = self._service
        return {
            "agents": [self._agent(each) for each in service.dispatcher.agents()],
            "queues": {name: self._queue(name) for name in service.queues},
        }

    def set_state(self, fields: Fields) -> Mapping[str, Any]:
        """`agent`, `state` (in, out, ready, busy), and `phone` or `reason` where the state wants one."""
        agent = self._found(str(fields.get("agent", "")))
        state = str(fields.get("state", ""))
        by = str(fields.get("by", ""))
        match state:
            case "in":
                self._sign_in(agent, str(fields.get("phone", "")))
            case "out":
                self._service.tell(AgentSignedOut(agent.id))
            case "ready" | "busy" if not agent.signed_in:
                raise FsappError(f"agent {agent.id} is not signed in")
            case "ready":
                self._service.tell(AgentReady(agent.id))
            case "busy":
                self._service.tell(AgentWentOnBreak(agent.id, str(fields.get("reason") or "busy")))
            case _:
                raise FsappError(f"{state!r} is no state to set; write one of {', '.join(STATES)}")
        self._service.acted(agent.id, f"state_{state}", by, phone=agent.phone)
        return self._agent(agent)

    def open_queue(self, fields: Fields) -> None:
        """`queue`, and `open` true or false."""
        queue = str(fields.get("queue", ""))
        if queue not in self._service.queues:
            raise FsappError(f"there is no queue {queue!r}; known: {', '.join(self._service.queues) or 'none'}")
        self._service.tell(QueueOpened(queue) if fields.get("open") else QueueClosed(queue))

    def _sign_in(self, agent: Agent, phone: str) -> None:
        phone = phone or self._service.people.extension(agent.id)
        taken = self._service.dispatcher.agent_at(phone)
        if not phone:
            raise FsappError(f"agent {agent.id} has no phone of their own: say which one (--phone)")
        if agent.signed_in:
            raise FsappError(f"agent {agent.id} is signed in at phone {agent.phone} already")
        if taken is not None:
            raise FsappError(f"agent {taken.id} is signed in at phone {phone}; sign that one out first")
        self._service.tell(AgentSignedIn(agent.id, phone))

    def _found(self, agent: str) -> Agent:
        found = self._service.dispatcher.agent(agent)
        if found is None:
            raise FsappError(f"there is no agent {agent!r}")
        return found

    def _agent(self, agent: Agent) -> Mapping[str, Any]:
        return {
            "agent": agent.id,
            "name": self._service.people.name(agent.id),
            "state": agent.state.value,
            "reason": str(agent.reason),
            "seconds": round(self._service.now() - agent.since),
            "phone": agent.phone,
            "calls": agent.calls,
            "talk_seconds": round(agent.talk_seconds),
            "contact": agent.contact.id if agent.contact is not None else "",
            "queues": list(agent.profile.tiers),
        }

    def _queue(self, name: str) -> Mapping[str, Any]:
        dispatcher = self._service.dispatcher
        members = [each for each in dispatcher.agents() if name in each.profile.tiers]
        waiting = dispatcher.waiting(name)
        score = dispatcher.score(name)
        return {
            "open": not dispatcher.is_closed(name),
            "waiting": len(waiting),
            "longest_seconds": round(max((self._service.waited(each) for each in waiting), default=0.0)),
            "agents": {state.value: sum(each.state is state for each in members) for state in AgentState},
            "estimates": {"right": round(score.share, 3), "of": score.count},
            "callers": [{"contact": each, "seconds": round(self._service.waited(each))} for each in waiting[:100]],
        }
