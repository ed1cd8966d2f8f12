"""Utterances on disk, by content: `<folder>/8000/<key>.wav`, `<folder>/16000/<key>.wav`, `<folder>/<key>.json`.

FreeSWITCH is told `<folder>/<key>.wav`, where nothing lies: mod_sndfile looks into the folder of the call's rate first.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fsapp.domain.arguments import SoundPath
from fsapp.domain.errors import MediaError
from fsapp.domain.leg import Utterance

_FOLDERS = ("8000", "16000")
_KEY = re.compile(r"[0-9a-f]{64}\Z")
_DAY = 86_400


class UtteranceCache:
    """The folder of utterances. Several processes may share it: files appear whole, the sidecar last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        for name in _FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.path("0" * 64)

    def path(self, key: str) -> str:
        """As FreeSWITCH is told it. Raises MediaError where the folder's name is not safe there."""
        try:
            return SoundPath(f"{self.folder}/{key}.wav")
        except ValueError as error:
            raise MediaError(f"the folder of utterances cannot be used: {error}") from None

    def find(self, key: str) -> Utterance | None:
        """An utterance made before, also by another process."""
        sidecar = _sidecar(self.folder / f"{key}.json")
        if sidecar is None or not all((self.folder / name / f"{key}.wav").is_file() for name in _FOLDERS):
            return None
        return Utterance(sidecar["text"], sidecar["language"], self.path(key), sidecar["seconds"])

    def prune(self, days: float, in_use: frozenset[str]) -> int:
        """Removes what was made in a call more than `days` ago and has no path `in_use`; tells how many went."""
        oldest = time.time() - days * _DAY
        gone = [key for key in self._keys() if self.path(key) not in in_use and self._made_before(key, oldest)]
        for key in gone:
            self.remove(key)
        return len(gone)

    def remove(self, key: str) -> None:
        """The sidecar first, so that nobody takes the rest for whole."""
        for file in (self.folder / f"{key}.json", *(self.folder / name / f"{key}.wav" for name in _FOLDERS)):
            file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Removes whatever audio lies here, with or without a sidecar."""
        for file in self.folder.glob("*/*.wav"):
            self.remove(file.stem)

    def _made_before(self, key: str, oldest: float) -> bool:
        file = self.folder / f"{key}.json"
        sidecar = _sidecar(file)
        return sidecar is not None and not sidecar["kept"] and file.stat().st_mtime < oldest

    def _keys(self) -> Iterator[str]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                key, _, kind = entry.name.partition(".")
                if kind == "json" and _KEY.match(key):
                    yield key


def words_of(path: str) -> str:
    """What the utterance at `path` says, for who reads instead of hearing; empty where nobody knows."""
    sidecar = _sidecar(Path(path).with_suffix(".json"))
    return str(sidecar["text"]) if sidecar else ""


def _sidecar(path: Path) -> dict[str, Any] | None:
    try:
        fields: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return fields
