"""How long something keeps the processor: the time of this thread alone, so that a busy machine changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import thread_time


@contextmanager
def within(milliseconds: float) -> Iterator[None]:
    """Fails where what is done in it takes longer."""
    began = thread_time()
    yield
    took = (thread_time() - began) * 1000
    assert took < milliseconds, f"took {took:.0f} ms, more than {milliseconds:g} ms"


def best_of(times: int, work: Callable[[], object], *ignored: type[Exception]) -> float:
    """The shortest time in milliseconds: what the work itself needs."""

    def once() -> float:
        began = thread_time()
        with suppress(*ignored):
            work()
        return (thread_time() - began) * 1000

    return min(once() for _ in range(times))
