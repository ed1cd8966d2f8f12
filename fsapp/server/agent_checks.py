"""What must hold between agents, queues and flows. Read by `fsapp check`: agents change without any file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from fsapp.acd.settings import Queues
from fsapp.acd.settings_checks import unheld_skills
from fsapp.domain.agent import AgentRecord
from fsapp.domain.errors import Problem
from fsapp.flow.model import Flows, Step
from fsapp.flow.spelling import hint
from fsapp.server import databases
from fsapp.server.settings import EngineSettings
from fsapp.server.site_files import SiteFiles
from fsapp.store import database
from fsapp.store.agents import Agents


def registered(settings: EngineSettings) -> Sequence[AgentRecord]:
    """All agents; nobody where there is no database yet. Raises StoreError where there is one that cannot be read."""
    url = databases.own_url(settings)
    file = database.sqlite_path(url)
    if file is not None and not file.exists():
        return ()
    return Agents(url).all()


def agent_problems(agents: Sequence[AgentRecord], settings: EngineSettings, files: SiteFiles) -> list[Problem]:
    """Everything that does not fit together."""
    return sorted([*unknown_queues(agents, files.queues, settings.queues), *unheld(agents, files.plan.flows)])


def unknown_queues(agents: Iterable[AgentRecord], queues: Queues, file: Path) -> Iterator[Problem]:
    """Agents who serve a queue that `file` does not have: nobody ever calls them there."""
    for agent in agents:
        for queue in agent.queues:
            if queue not in queues:
                sentence = (
                    f"there is no queue {queue!r}, which agent {agent.id} ({agent.name}) serves{hint(queue, queues)}"
                )
                yield Problem(str(file), 1, sentence)


def unheld(agents: Sequence[AgentRecord], flows: Flows) -> Iterator[Problem]:
    """Steps that ask a queue for a skill that none of its agents has: the caller waits in vain, or until the queue
    asks for less. Nobody registered at all is no problem: agents are taken on after flows are written.
    """
    staff = [(tuple(agent.queues), agent.skills) for agent in agents]
    for flow in flows.values() if staff else ():
        for step in (step for steps in flow.labels.values() for step in steps):
            for sentence in unheld_skills(_wanted(step), staff):
                yield Problem(flow.file, step.line, sentence)


def _wanted(step: Step) -> Mapping[str, Mapping[str, int]]:
    """The levels of skills that a step asks a queue for: its params `queue` and `skills`."""
    queue, skills = getattr(step.params, "queue", None), getattr(step.params, "skills", None)
    return {queue: skills} if isinstance(queue, str) and isinstance(skills, Mapping) else {}
