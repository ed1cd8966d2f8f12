"""What a code asks for, as it is typed: key by key, in a talk or behind a code that is dialled."""

from collections.abc import Sequence

from fsapp.desk.plan import Shape


class Typed:
    """Answers as they come. One is complete at its fixed length, at its longest, or when somebody ends it."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        self._done: list[str] = []
        self._under_way = ""

    @property
    def answers(self) -> tuple[str, ...]:
        """Those that are complete."""
        return tuple(self._done)

    @property
    def complete(self) -> bool:
        return len(self._done) == len(self._shapes)

    def key(self, key: str) -> None:
        """Takes a key that belongs to an answer. There must be one to come."""
        self._under_way += key
        if len(self._under_way) == self._shapes[len(self._done)].most:
            self.end()

    def end(self) -> bool:
        """The answer under way is complete; False where it has no key yet."""
        if not self._under_way:
            return False
        self._done.append(self._under_way)
        self._under_way = ""
        return True


def split(keys: str, shapes: Sequence[Shape]) -> tuple[str, ...] | None:
    """The answers dialled behind a code, with `*` or `#` between them; None where there are more than it asks for."""
    typed = Typed(shapes)
    for key in keys:
        if key in "*#":
            typed.end()
        elif typed.complete:
            return None
        else:
            typed.key(key)
    typed.end()
    return typed.answers
