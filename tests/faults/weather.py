"""A switch in bad weather: its events come twice, in another order, not at all, or with bytes that are wrong."""

from dataclasses import dataclass, field
from random import Random

from tests.faults.wires import Frame, Way


@dataclass(slots=True)
class Weather:
    """The fate of events, by chance. Each share is of all events, from 0 to 1; `done` counts what was done to them."""

    random: Random
    twice: float = 0.0
    swapped: float = 0.0
    dropped: float = 0.0
    spoilt: float = 0.0
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("twice", "swapped", "dropped", "spoilt"), 0))
    _held: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def fate(self, frame: Frame) -> bytes | None:
        """An event that is swapped waits for the next one, which comes first."""
        if not frame.is_event or frame.way is not Way.TO_ENGINE:
            return None
        connection = (frame.link, frame.number)
        held = self._held.pop(connection, b"")
        chance = self.random.random()
        for what, share in (
            ("twice", self.twice),
            ("swapped", self.swapped),
            ("dropped", self.dropped),
            ("spoilt", self.spoilt),
        ):
            if chance < share:
                self.done[what] += 1
                return self._changed(what, frame, connection) + held
            chance -= share
        return frame.bytes + held

    def _changed(self, what: str, frame: Frame, connection: tuple[str, int]) -> bytes:
        match what:
            case "twice":
                return frame.bytes * 2
            case "swapped" if frame.followed:
                self._held[connection] = frame.bytes
                return b""
            case "swapped":
                return frame.bytes
            case "dropped":
                return b""
        return self._spoilt(frame)

    def _spoilt(self, frame: Frame) -> bytes:
        """Some bytes of the body are others: the length holds, and perhaps nothing else."""
        body = bytearray(frame.body)
        for _ in range(self.random.randint(1, 8)):
            body[self.random.randrange(len(body))] = self.random.randrange(256)
        return frame.head + bytes(body)
