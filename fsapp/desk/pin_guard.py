"""Who may try a PIN now: after three wrong ones the agent's number and the phone rest, each time for longer."""

from collections import OrderedDict
from dataclasses import dataclass

TRIES = 3
FIRST_REST = 60.0
"""Seconds; twice as long after each further three wrong PINs."""
LONGEST_REST = 3600.0
FORGOTTEN_AFTER = 86_400.0
"""Seconds without a wrong PIN, after which a number or phone begins anew."""
MOST_KNOWN = 20_000


@dataclass(slots=True)
class _Failures:
    count: int = 0
    last: float = 0.0
    rests_until: float = 0.0


class PinGuard:
    """Counts wrong PINs by agent's number, known or not, and by phone. `now` is monotonic seconds."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def __len__(self) -> int:
        """How many numbers and phones are remembered."""
        return len(self._failures)

    def rests(self, agent: str, phone: str, now: float) -> float:
        """Seconds until this agent's number may be tried at this phone; 0.0: now."""
        known = (self._failures.get(key) for key in _keys(agent, phone))
        return max(0.0, *(each.rests_until - now if each else 0.0 for each in known))

    def failed(self, agent: str, phone: str, now: float) -> None:
        """A wrong PIN."""
        self._forget_old(now)
        for key in _keys(agent, phone):
            each = self._failures.setdefault(key, _Failures())
            self._failures.move_to_end(key)
            each.count += 1
            each.last = now
            if each.count % TRIES == 0:
                each.rests_until = now + min(FIRST_REST * 2 ** (each.count // TRIES - 1), LONGEST_REST)

    def passed(self, agent: str, phone: str) -> None:
        """A right PIN: that number and that phone begin anew."""
        for key in _keys(agent, phone):
            self._failures.pop(key, None)

    def _forget_old(self, now: float) -> None:
        while self._failures:
            key, oldest = next(iter(self._failures.items()))
            if len(self._failures) < MOST_KNOWN and now - oldest.last < FORGOTTEN_AFTER:
                return
            del self._failures[key]


def _keys(agent: str, phone: str) -> tuple[tuple[str, str], ...]:
    return ("agent", agent), ("phone", phone)
