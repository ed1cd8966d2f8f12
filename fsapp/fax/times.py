"""When faxes may be sent: a time of the day, from one minute to another."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_WRITTEN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})\Z")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Every day from `opens` (included) to `closes` (not); over midnight where it closes before it opens."""

    opens: time
    closes: time

    def next_open(self, local: datetime) -> datetime:
        """That moment itself where it is open, else the next at which it opens."""
        if self._is_open(local.time()):
            return local
        opens = local.replace(hour=self.opens.hour, minute=self.opens.minute, second=0, microsecond=0)
        return opens if opens > local else opens + _DAY

    def _is_open(self, now: time) -> bool:
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes


def window(written: str) -> Window:
    """`08:00-20:00` or `22:00-06:00`. Raises ValueError."""
    found = _WRITTEN.match(written)
    try:
        if found:
            opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
            if opens != closes:
                return Window(opens, closes)
    except ValueError:
        pass
    raise ValueError(f"{written[:40]!r} is no time of the day such as 08:00-20:00")
