"""The floor: everything that the dispatcher knows, and the commands that it is about to give.

The modules that act on it each own one matter: `desk` agents' states, `waiting` places in queues, `offering` offers
and talks, `matching` who gets whom.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from random import Random

from fsapp.acd.agents import Agent, AgentState
from fsapp.acd.commands import Command, Entry, Record
from fsapp.acd.contacts import Contact
from fsapp.acd.estimates import Estimates
from fsapp.acd.lines import LineKey, Queue
from fsapp.acd.offers import Offer
from fsapp.acd.roster import Roster
from fsapp.acd.settings import QueueSettings
from fsapp.acd.skills import indexes
from fsapp.acd.strategies import strategies
from fsapp.acd.timers import Timers

ENDED_KEPT = 20_000
"""So many ids of ended contacts are remembered, so that a repeated arrival brings no ghost into a queue."""

CutOff = tuple[float, float]
"""Until when the place of a caller is kept, and since when that caller had waited."""


class Floor:
    """Agents, queues, contacts and offers at `now`, in monotonic seconds."""

    def __init__(self, queues: Mapping[str, QueueSettings], random: Random, now: float, run: str) -> None:
        self.now = now
        self.run = run
        self.roster = Roster()
        self.strategies = strategies(self.roster.skills, random)
        self.queues: dict[str, Queue] = {}
        self.contacts: dict[str, Contact] = {}
        self.offers: dict[str, Offer] = {}
        self.timers: Timers[Agent | Contact] = Timers()
        self.estimates = Estimates()
        self.cut_off: OrderedDict[tuple[str, str], CutOff] = OrderedDict()
        self.ended: OrderedDict[str, None] = OrderedDict()
        self.arrivals = 0
        self.offers_made = 0
        self.freed: list[Agent] = []
        """Became available in this event, and may be given a contact."""
        self.placed: list[Contact] = []
        """Came to stand in a line in this event, and may be given an agent."""
        self.held_until = 0.0
        """Until then nothing is offered."""
        self.unserved = 0
        """The bitmap of agents freed in this event whose turn is yet to come."""
        self._commands: deque[Command] = deque()
        for name, settings in queues.items():
            self.load_queue(name, settings)

    def order(self, command: Command) -> None:
        """Gives a command."""
        self._commands.append(command)

    def record(self, entry: Entry) -> None:
        self._commands.append(Record(entry))

    def take_commands(self) -> tuple[Command, ...]:
        """What was ordered since the last time."""
        commands = tuple(self._commands)
        self._commands.clear()
        return commands

    def load_queue(self, name: str, settings: QueueSettings) -> None:
        """A queue that is new, or has other settings now."""
        strategy = self.strategies[settings.strategy]
        queue = self.queues.get(name)
        if queue is None:
            self.queues[name] = Queue(name, settings, strategy, self.now)
        else:
            queue.settings, queue.strategy = settings, strategy

    def refresh_lines(self) -> None:
        """Says anew who may serve each line: skills or members are others. Who may serve more is as good as freed."""
        gained = 0
        for queue in self.queues.values():
            for line in (*queue.lines.values(), *queue.sticky.values()):
                before, line.eligible = line.eligible, self.eligible(queue, line.key)
                gained |= line.eligible & ~before
        for index in indexes(gained & self.roster.available):
            self.freed.append(self.roster.at(index))

    def is_staffed(self, queue: Queue) -> bool:
        """Whether any member is signed in."""
        return bool(queue.members() & ~self.roster.in_state[AgentState.OFFLINE])

    def eligible(self, queue: Queue, key: LineKey) -> int:
        """Who may serve contacts of a line: members with the skills, whose tier's turn it is."""
        if isinstance(key, str):
            agent = self.roster.get(key)
            return queue.members() & agent.bit if agent else 0
        demand, reach = key
        return self.roster.skills.qualified(demand) & queue.members(reach)

    def remember_ended(self, contact: str) -> None:
        self.ended[contact] = None
        if len(self.ended) > ENDED_KEPT:
            self.ended.popitem(last=False)
