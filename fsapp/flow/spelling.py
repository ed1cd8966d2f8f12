"""What an operator may have meant by a name that is not there."""

import difflib
from collections.abc import Collection, Sequence

_SHOWN = 20


def hint(name: str, known: Collection[str]) -> str:
    """The end of a sentence about an unknown `name`: "; did you mean 'x'?", or the names there are."""
    if not known:
        return "; there is none"
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {some(sorted(known))}"


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are: a sentence stays one that is read."""
    more = "" if len(names) <= _SHOWN else f" and {len(names) - _SHOWN} more"
    return ", ".join(names[:_SHOWN]) + more
