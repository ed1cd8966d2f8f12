"""Prompts that change while the engine runs: recorded at a telephone, or imported by a command beside it."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fsapp.domain.clock import Clock
from fsapp.domain.errors import MediaError
from fsapp.domain.prompt import EditKind, PromptEdit, PromptOrder
from fsapp.domain.talk import Refusal, Refused
from fsapp.media.prompt_files import PromptFiles
from fsapp.media.prompt_history import PromptHistory
from fsapp.media.prompt_orders import PromptOrders
from fsapp.media.speech import Voice

_log = logging.getLogger("fsapp.prompts")

CHANGED = "prompts_changed"
"""What a command asks of the running engine after a change."""


def files_of(sounds: Path, data: Path) -> PromptFiles:
    """The recordings of a site, with their history."""
    return PromptFiles(sounds, PromptHistory(data / "prompts"))


def orders_of(data: Path) -> PromptOrders:
    """Orders to record; the engine and the commands share them."""
    return PromptOrders(data / "prompts" / "orders")


class PromptStudio:
    """Satisfies fsapp.desk.ports.PromptStudio. A reload makes a new one."""

    def __init__(self, sounds: Path, data: Path, voice: Voice, clock: Clock) -> None:
        self._sounds = sounds
        self._files = files_of(sounds, data)
        self._orders = orders_of(data)
        self._voice = voice
        self._clock = clock

    def order(self, number: str) -> PromptOrder | None:
        return self._orders.find(number, self._now())

    def keep(self, order: PromptOrder, name: str, path: str, by: str) -> None:
        try:
            edit = self._accepted(order, name, Path(path), by)
        except MediaError as error:
            _log.warning("the prompt %s of %s was not kept: %s", name, by, error)
            raise Refused(Refusal.UNUSABLE) from None
        except OSError as error:
            _log.error("the prompt %s of %s cannot be written: %s", name, by, error)
            raise Refused(Refusal.FAILED) from None
        _log.info("the prompt %s (%s) was recorded by %s: %s", name, order.language, by, edit.sha256)

    def changed(self, fields: Mapping[str, Any]) -> int:
        """Looks at all recordings anew; `prompts` are made ready: [["zh", "goodbye"]]. Gives how many can be heard."""
        self._voice.recordings_changed(self._sounds)
        return sum(self._ready(str(language), str(name)) for language, name in fields.get("prompts", ()))

    def _accepted(self, order: PromptOrder, name: str, path: Path, by: str) -> PromptEdit:
        prompt = self._voice.catalogue.prompt(name, order.language)
        edit = self._files.accept(path, prompt, EditKind.RECORDED, by, self._now(), f"order {order.number}")
        self.changed({"prompts": [[order.language, name]]})
        self._orders.done(order, name)
        return edit

    def _ready(self, language: str, name: str) -> bool:
        try:
            self._voice.prompt(name, language)
        except MediaError as error:
            _log.error("the prompt %s (%s) cannot be heard: %s", name, language, error)
            return False
        return True

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * 1000)
