"""`${…}` in arguments, as FreeSWITCH expands it (switch_channel_expand_variables): variables, and API calls."""

import re
from collections.abc import Callable, Mapping

_EXPANSION = re.compile(r"\$\{([^{}]*)\}")
_MAX_EXPANSIONS = 100


def expanded(text: str, variables: Mapping[str, str], api: Callable[[str], None]) -> str:
    """Replaces `${name}`, also in what it finds; an API call goes to `api`, and leaves nothing."""

    def value(match: re.Match[str]) -> str:
        inner = match[1]
        if " " not in inner and "(" not in inner:
            return variables.get(inner, "")
        api(inner)
        return ""

    for _ in range(_MAX_EXPANSIONS):
        text, found = _EXPANSION.subn(value, text, count=1)
        if not found:
            break
    return text
