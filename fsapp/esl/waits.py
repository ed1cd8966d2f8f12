"""Waiting with a limit and a name."""

from typing import TypeVar, cast

from gevent import get_hub
from gevent.event import AsyncResult

from fsapp.esl.errors import CommandTimeout

T = TypeVar("T")


def awaited(outcome: "AsyncResult[T]", limit: float, what: str) -> T:
    """What is waited for. Raises what ended the wait, and CommandTimeout if nothing does in `limit` seconds.

    gevent's own time-out is no Exception: nothing that handles errors would catch it; and a bare timer costs a third.
    """
    if not outcome.ready():
        timer = get_hub().loop.timer(limit)
        timer.start(_expire, outcome, what, limit)
        try:
            return cast(T, outcome.get())
        finally:
            timer.close()
    return cast(T, outcome.get())


def _expire(outcome: "AsyncResult[T]", what: str, limit: float) -> None:
    if not outcome.ready():
        outcome.set_exception(CommandTimeout(f"{what}: nothing in {limit:g} s"))
