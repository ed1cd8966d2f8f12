"""What an operator may have meant by a name that is not there."""

import difflib
from collections.abc import Collection

_SHOWN = 12


def hint(name: str, known: Collection[str]) -> str:
    """The end of a sentence about an unknown `name`: "; did you mean 'x'?", or the names there are."""
    if not known:
        return "; there is none"
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    names = sorted(known)
    more = "" if len(names) <= _SHOWN else f" and {len(names) - _SHOWN} more"
    return f"; known: {', '.join(names[:_SHOWN])}{more}"
