"""Waiting with a limit and a name."""

from typing import TypeVar, cast

from gevent.event import AsyncResult

from fsapp.esl.errors import CommandTimeout

T = TypeVar("T")


def awaited(outcome: "AsyncResult[T]", limit: float, what: str) -> T:
    """What is waited for. Raises what ended the wait, and CommandTimeout if nothing does in `limit` seconds.

    gevent's own time-out is no Exception: nothing that handles errors would catch it.
    """
    outcome.wait(limit)
    if not outcome.ready():
        raise CommandTimeout(f"{what}: nothing in {limit:g} s")
    return cast(T, outcome.get())
