"""From the keys of a talk to commands. Pure: `now` is an argument, monotonic seconds.

    readings = reader.press("*", now)
    wake_at = reader.next_deadline()        # then: reader.wake(now)

A code begins at `*`; keys before it mean nothing here. What the code asks for follows: each answer ends at its fixed
length, at `#`, or when no key has come for a while. `**` takes back what was keyed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fsapp.desk.codes import Code
from fsapp.desk.plan import DeskPlan
from fsapp.desk.typed import Typed
from fsapp.domain.talk import Refusal


@dataclass(frozen=True, slots=True)
class Command:
    """A code with all that it asks for."""

    code: Code
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Miskeyed:
    """Keys that are no command."""

    keys: str
    why: Refusal


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`**`"""


Reading = Command | Miskeyed | Cancelled


@dataclass(slots=True)
class _Keyed:
    """What is under way. `star`: a `*` in an answer, which may be the first of two."""

    deadline: float
    keys: str = ""
    code: Code | None = None
    typed: Typed = field(default_factory=lambda: Typed(()))
    star: bool = False

    def take_star(self) -> None:
        """It was an answer's own."""
        if self.star and not self.typed.complete:
            self.typed.key("*")
        self.star = False


class KeyReader:
    """The keys of one talk."""

    def __init__(self, plan: DeskPlan) -> None:
        self._plan = plan
        self._codes: Mapping[str, Code] = plan.by_keys
        self._keyed: _Keyed | None = None

    def next_deadline(self) -> float | None:
        """When what was keyed so far is complete, or given up; None where nothing is under way."""
        return self._keyed.deadline if self._keyed else None

    def wake(self, now: float) -> tuple[Reading, ...]:
        """Time has passed."""
        keyed = self._keyed
        if keyed is None or now < keyed.deadline:
            return ()
        keyed.take_star()
        if keyed.typed.end() and not keyed.typed.complete:
            keyed.deadline = now + self._plan.times.between_keys
            return ()
        return (self._command(keyed) or self._miskeyed(keyed, Refusal.INCOMPLETE),)

    def press(self, key: str, now: float) -> tuple[Reading, ...]:
        """A key was pressed."""
        before = self.wake(now)
        if self._keyed is None:
            if key != "*":
                return before
            self._keyed = _Keyed(now)
        reading = self._read(self._keyed, key, now)
        return before if reading is None else (*before, reading)

    def _read(self, keyed: _Keyed, key: str, now: float) -> Reading | None:
        twice = key == "*" and keyed.keys.endswith("*")
        keyed.keys += key
        keyed.deadline = now + self._plan.times.between_keys
        if twice:
            self._keyed = None
            return Cancelled()
        return self._answer_key(keyed, key) if keyed.code else self._code_key(keyed, key)

    def _code_key(self, keyed: _Keyed, key: str) -> Reading | None:
        """A `*` that fits no code begins anew."""
        code = self._codes.get(keyed.keys)
        if code is None and not any(known.startswith(keyed.keys) for known in self._codes):
            if key != "*":
                return self._miskeyed(keyed, Refusal.UNKNOWN_CODE)
            keyed.keys = key
        if code is None:
            return None
        if not code.in_talk:
            return self._miskeyed(keyed, Refusal.ONLY_DIALLED)
        keyed.code, keyed.typed = code, Typed(self._plan.shapes(code.asks))
        return self._command(keyed)

    def _answer_key(self, keyed: _Keyed, key: str) -> Reading | None:
        keyed.take_star()
        if keyed.typed.complete:
            return self._command(keyed)
        if key == "*":
            keyed.star = True
        elif key != "#":
            keyed.typed.key(key)
        elif not keyed.typed.end() and not keyed.typed.answers:  # after an answer of fixed length a # changes nothing
            return self._miskeyed(keyed, Refusal.INCOMPLETE)
        return self._command(keyed)

    def _command(self, keyed: _Keyed) -> Command | None:
        """Once all is there."""
        if keyed.code is None or not keyed.typed.complete:
            return None
        self._keyed = None
        return Command(keyed.code, keyed.typed.answers)

    def _miskeyed(self, keyed: _Keyed, why: Refusal) -> Miskeyed:
        self._keyed = None
        return Miskeyed(keyed.keys, why)
