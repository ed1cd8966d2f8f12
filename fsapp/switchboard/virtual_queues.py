"""Queues without agents, for calls at the terminal and flow tests: a key script says what becomes of the caller.

What is announced, and when, is as the queues' settings say. The line is made up: it moves on by one every
SECONDS_A_PLACE, so that whoever waits hears it grow shorter.
"""

from collections import deque
from collections.abc import Mapping

from fsapp.acd.settings import QueueSettings
from fsapp.domain.causes import Cause
from fsapp.domain.errors import FlowError
from fsapp.domain.leg import DialEnd
from fsapp.domain.queueing import (
    Announcement,
    KeyPressed,
    LeftQueue,
    Moved,
    News,
    QueueRequest,
    SentTo,
    TalkBegan,
    TalkOver,
    WayOut,
)
from fsapp.domain.talk import Refusal
from fsapp.switchboard.key_script import FarEnd, QueueTurn
from fsapp.switchboard.observer import Observer, Unobserved
from fsapp.switchboard.virtual_leg import VirtualLeg

AGENT = "1001"
"""Who answers where the call asks for nobody."""

WAIT_SECONDS = 20.0
"""How long a caller waits for what comes where the script does not say."""

SECONDS_A_PLACE = 30.0

_INSTANT = 1e-6


class VirtualQueues:
    """Satisfies fsapp.flow.ports.Queues, for one call."""

    def __init__(self, queues: Mapping[str, QueueSettings], leg: VirtualLeg, observer: Observer | None = None) -> None:
        self._queues = queues
        self._leg = leg
        self._observer = observer or Unobserved()

    def enter(self, request: QueueRequest) -> "VirtualPlace":
        if request.queue not in self._queues:
            raise FlowError("", f"there is no queue {request.queue!r}")
        self._observer.queued(f"in the queue {request.queue}{_asked(request)}")
        return VirtualPlace(request, self._queues, self._leg, self._observer)

    def music(self, queue: str) -> str:
        return self._queues[queue].moh_sound or ""


def _asked(request: QueueRequest) -> str:
    """What the agent would know."""
    skills = [f"{name} {level}" for name, level in request.skills.items()]
    data = [f"{name}={value}" for name, value in request.data.items()]
    whisper = [f"whisper: {request.whisper.text}"] if request.whisper else []
    parts = [*skills, *data, *whisper]
    return f" ({', '.join(parts)})" if parts else ""


class VirtualPlace:
    """Satisfies fsapp.flow.ports.Place."""

    def __init__(
        self, request: QueueRequest, queues: Mapping[str, QueueSettings], leg: VirtualLeg, observer: Observer
    ) -> None:
        self.talking = False
        self._request = request
        self._queues = queues
        self._settings = queues[request.queue]
        self._leg = leg
        self._observer = observer
        self._news: deque[News] = deque()
        self._agent = request.sticky_agent or AGENT
        self._talked = 0.0
        self._turn: QueueTurn | None = None
        """What comes next; None until the caller waits for it."""
        self._due = 0.0
        self._announce_at = self._now + self._settings.announcements.first_after

    def next(self) -> News:
        while not self._news:
            turn = self._turn or self._next_turn()
            if self.talking:
                self._talk(turn)
            elif self._announces and self._announce_at < self._due:
                if self._wait_until(self._announce_at):
                    self._announce()
            elif self._wait_until(self._due):
                self._take(turn)
        return self._news.popleft()

    def press(self, key: str) -> None:
        if not self.talking:
            self._news.append(KeyPressed(key))

    def leave(self, by: WayOut) -> bool:
        if not self.talking:
            self._observer.queued(f"leaves the queue by {by}")
        return not self.talking

    def resume(self, why: Refusal | None = None) -> None:  # noqa: ARG002  # the protocol's
        """The agent, who has waited, talks on as the script's next word says."""
        turn = self._leg.caller.script.in_queue()
        self._turn = turn if turn.what == "agent" else QueueTurn("agent")
        self.talking = True

    def close(self) -> None:
        """Nobody waits for the caller."""

    @property
    def _now(self) -> float:
        return self._leg.caller.now

    @property
    def _announces(self) -> bool:
        return self._settings.announcements.announce_frequency is not None

    def _next_turn(self) -> QueueTurn:
        """What comes next; and whether the caller hangs up before it, or in the talk."""
        script = self._leg.caller.script
        turn = script.in_queue()
        end = DialEnd.ANSWERED if turn.what == "agent" else DialEnd.NO_ANSWER
        act = script.during_dial(FarEnd(end, Cause.NORMAL_CLEARING, turn.talk))
        if act:
            self._leg.caller.plan(act, act.wait or self._usual_wait(turn) + turn.talk)
        self._turn, self._due = turn, self._now + self._usual_wait(turn)
        return turn

    def _usual_wait(self, turn: QueueTurn) -> float:
        if turn.wait is not None:
            return turn.wait
        if turn.what == "timeout":
            return self._settings.max_wait_time or WAIT_SECONDS
        if turn.what == "no_agents":
            return self._settings.max_wait_time_with_no_agent or 0.0
        return 0.0 if turn.what in ("closed", "full") else WAIT_SECONDS

    def _wait_until(self, moment: float) -> bool:
        """Whether it has come; a key that is pressed before it is news first."""
        to_key = max(self._leg.caller.until_key(), 0.0)
        self._leg.linger(max(min(moment - self._now, to_key), 0.0))
        return not self._news and self._now >= moment - _INSTANT

    def _announce(self) -> None:
        asked = self._settings.announcements
        left = self._due - self._now
        low, high = (left, left * 1.5) if asked.estimated_wait else (None, None)
        position = 1 + int(left // SECONDS_A_PLACE) if asked.position else None
        self._news.append(Announcement(position, low, high, asked.announce_sound or ""))
        self._announce_at += asked.announce_frequency or 0.0

    def _take(self, turn: QueueTurn) -> None:
        if turn.what == "agent":
            self.talking = True
            self._observer.queued(f"agent {self._agent} answers")
            self._news.append(TalkBegan(self._agent))
            return
        if turn.what == "key":
            self._observer.pressed(turn.name)
            self.press(turn.name)
        elif turn.what == "move":
            self._move(turn.name)
        else:
            self._observer.queued(f"leaves the queue: {turn.what}")
            self._news.append(LeftQueue(turn.what))
        self._turn = None

    def _move(self, queue: str) -> None:
        if queue not in self._queues:
            raise FlowError("", f"there is no queue {queue!r}")
        self._settings = self._queues[queue]
        self._observer.queued(f"moved to the queue {queue}")
        self._news.append(Moved(queue, self._settings.moh_sound or ""))

    def _talk(self, turn: QueueTurn) -> None:
        self._leg.linger(turn.talk)
        self._talked += turn.talk
        self.talking = False
        if turn.name:
            self._observer.queued(f"agent {self._agent} sends the caller to {turn.name}")
            self._news.append(SentTo(turn.name, turn.returns))
        else:
            self._observer.queued(f"the talk is over after {self._talked:.0f} s")
            self._news.append(TalkOver(self._agent, self._talked))
