"""One recording under way: what is known of it until its file is whole."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from fsapp.domain.recording import STILL, RecordingRecord

RULE, STEP = "rule", "step"
"""Who began a recording, where no agent did: the queue's rule, or the flow's `record_call`."""

INHERITED = "inherited"
"""Why an adopted recording is silent: for a reason of another engine's, which the next one who ends a silence ends."""


@dataclass(slots=True)
class Tape:
    """`path` is below the folder of recordings; times are monotonic seconds."""

    id: str
    call: str
    contact: str
    queue: str
    caller: str
    called: str
    by: str
    path: str
    began: float
    agents: list[str] = field(default_factory=list)
    legs: list[str] = field(default_factory=list)
    masks: set[str] = field(default_factory=set)
    """Who wants silence; the file is silent while anybody does."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    masked_at: int = 0
    why: str = ""
    """Why it was told to end; empty while it goes on."""
    ended: float | None = None
    adopted: bool = False
    """Another engine began it."""
    doubtful: bool = False
    """The switch was out of sight meanwhile: it may have ended."""

    @property
    def of_flow(self) -> bool:
        """Begun by the flow: it lasts until the flow ends it, or the call does."""
        return self.by == STEP

    def joined(self, agent: str, legs: Collection[str]) -> None:
        """Who is heard in it from now on."""
        if agent and agent not in self.agents:
            self.agents.append(agent)
        self.legs.extend(leg for leg in legs if leg not in self.legs)

    def ms(self, now: float) -> int:
        """Since its beginning."""
        return round((now - self.began) * 1000)

    @property
    def masked(self) -> list[tuple[int, int]]:
        """Its silent spans so far."""
        return [*self.spans, *([(self.masked_at, STILL)] if self.masks else [])]

    def hide(self, now: float) -> None:
        self.masked_at = self.ms(now)

    def show(self, now: float) -> None:
        self.spans.append((self.masked_at, self.ms(now)))

    def fields(self) -> dict[str, Any]:
        """As every event of it has them."""
        return {
            "recording": self.id,
            "call": self.call,
            "contact": self.contact,
            "queue": self.queue,
            "caller": self.caller,
            "called": self.called,
            "path": self.path,
            "by": self.by,
            "agent": self.agents[-1] if self.agents else "",
            "agents": list(self.agents),
            "legs": list(self.legs),
        }


def adopted(record: RecordingRecord, began: float) -> Tape:
    """One that another engine began, and that may go on in the switch."""
    names = ("id", "call", "contact", "queue", "caller", "called", "by", "path")
    tape = Tape(**{name: getattr(record, name) for name in names}, began=began)
    tape.agents.extend(record.agents)
    tape.legs.extend(record.legs)
    tape.spans.extend(span for span in record.masked if span[1] != STILL)
    if len(tape.spans) < len(record.masked):
        tape.masked_at = record.masked[-1][0]
        tape.masks.add(INHERITED)
    tape.adopted = tape.doubtful = True
    return tape
