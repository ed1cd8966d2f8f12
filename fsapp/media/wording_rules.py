"""One way of writing a figure, and how it is said."""

import re
from collections.abc import Callable
from dataclasses import dataclass

NUMBER = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
"""An amount as people write it: 1,234.50."""

SIGNED = rf"(?:(?<![0-9A-Za-z])-)?{NUMBER}"
"""An amount that may be below zero; a dash between figures is no minus."""

ALONE = r"(?<![0-9A-Za-z.])"
"""Not in the middle of a word or number."""

NO_GROUP = r"(?!(?<=[0-9],)[0-9]{3}(?![0-9]))"
"""Not the thousands' rest of an amount: the 086 of 10,086."""


END = r"(?!\.?[0-9])"
"""Not followed by more of the same number; a full stop may follow."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What `pattern` names `n` is said by `say`, then `after`; what it names `keep` stays before it, the rest goes.

    What cannot be said (30 February) stays as it is, for a later rule.
    """

    pattern: re.Pattern[str]
    say: Callable[[str], str]
    after: str = ""

    def applied(self, text: str) -> str:
        return self.pattern.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        try:
            kept = match.groupdict().get("keep", "")
            return f"{kept} {self.say(match['n'])}{self.after} "
        except ValueError:
            return match[0]
