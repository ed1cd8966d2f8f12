"""The machine's clock and disk, as the flow's ports want them."""

import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from fsapp.domain.arguments import SoundPath
from fsapp.domain.call import Call
from fsapp.files.paths import under


class SystemClock:
    """Satisfies fsapp.domain.clock.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class MessageFiles:
    """Satisfies fsapp.flow.ports.Recordings: a folder a day, a file a message."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._numbers = count(1)

    def message_path(self, call: Call, name: str) -> str:
        """Where FreeSWITCH shall write; its user needs access to the folder's group. Raises OSError, ValueError."""
        day = self._folder / f"{call.arrived_at:%Y-%m-%d}"
        day.mkdir(mode=0o770, parents=True, exist_ok=True)
        return SoundPath(str(under(day, f"{call.uuid}-{name}-{next(self._numbers)}.wav")))

    def discard(self, path: str) -> None:
        Path(path).unlink(missing_ok=True)
