"""Work that blocks, in the hub's thread pool: disks and databases."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from gevent import get_hub

P = ParamSpec("P")
T = TypeVar("T")


def off_hub(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `work` gives, or raises; other greenlets run meanwhile."""
    value: T
    value, error = get_hub().threadpool.apply(_outcome, (work, arguments, named))
    if error is not None:
        raise error
    return value


def _outcome(
    work: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, Exception | None]:
    """As a value: gevent prints what a thread raises."""
    try:
        return work(*arguments, **named), None
    except Exception as error:
        return None, error
