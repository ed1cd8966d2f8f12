"""Answers kept for a while: bounded, the least recently used go first. Pure; `now` is monotonic seconds."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said: a record, or None for "there is none"."""

    record: Record | None


class Cache:
    """Keeps records for `seconds`, and the answer that there is none for `missing_seconds`; 0 keeps nothing."""

    def __init__(self, size: int, seconds: float, missing_seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._missing_seconds = missing_seconds
        self._answers: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Hashable, now: float) -> Answer | None:
        """The answer, if it is still fresh."""
        until, answer = self._answers.get(key, (0.0, None))
        if answer is None:
            return None
        if now >= until:
            del self._answers[key]
            return None
        self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer, now: float) -> None:
        seconds = self._missing_seconds if answer.record is None else self._seconds
        if seconds <= 0:
            return
        self._answers[key] = (now + seconds, answer)
        self._answers.move_to_end(key)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)
