"""The recordings of the catalogue, as they are replaced: `sounds/<language>/<name>.wav`, whole or as it was before."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

import gevent

from fsapp.domain.prompt import EditKind, PromptEdit
from fsapp.media import importer
from fsapp.media.catalogue import Prompt, recording_at
from fsapp.media.prompt_history import PromptHistory, placed, sha256

T = TypeVar("T")


class PromptFiles:
    """Every change is one of a prompt that the catalogue has: its name leads nowhere else. Files are read and written
    in a thread, sound is worked on in a process: no call waits for it. Raises MediaError and OSError with a sentence.
    """

    def __init__(self, sounds: Path, history: PromptHistory) -> None:
        self._sounds = sounds
        self.history = history

    def file(self, prompt: Prompt) -> Path:
        """Where its recording is, or would be."""
        return self._sounds / prompt.language / f"{prompt.name}.wav"

    def accept(self, source: Path, prompt: Prompt, what: EditKind, by: str, at: int, origin: str = "") -> PromptEdit:
        """Makes a sound from anywhere this prompt's recording."""
        draft = self._draft(prompt)
        try:
            seconds = importer.imported(source, draft)
            edit = partial(PromptEdit, at, by, what, prompt.language, prompt.name)
            return _in_thread(lambda: self._put(draft, prompt, edit(seconds=seconds, source=origin or source.name)))
        finally:
            draft.unlink(missing_ok=True)

    def restore(self, beginning: str, prompt: Prompt, by: str, at: int) -> PromptEdit:
        """Takes an earlier recording back, by how its SHA-256 begins."""
        kept, draft = self.history.kept(beginning), self._draft(prompt)
        edit = PromptEdit(at, by, EditKind.RESTORED, prompt.language, prompt.name, seconds=recording_at(kept).seconds)
        try:
            draft.write_bytes(kept.read_bytes())
            return self._put(draft, prompt, edit)
        finally:
            draft.unlink(missing_ok=True)

    def remove(self, prompt: Prompt, by: str, at: int) -> PromptEdit:
        """From now on a voice speaks it; the recording is kept."""
        edit = PromptEdit(at, by, EditKind.REMOVED, prompt.language, prompt.name)
        with self.history.locked():
            self._note_found(prompt, at)
            self.file(prompt).unlink(missing_ok=True)
            self.history.add(edit)
        return edit

    def changed_by_hand(self, prompt: Prompt) -> bool:
        """Whether its file is another than the history says."""
        last, file = self.history.last(prompt.language, prompt.name), self.file(prompt)
        there = sha256(file) if file.is_file() else ""
        return last is not None and there != last.sha256

    def _put(self, draft: Path, prompt: Prompt, edit: PromptEdit) -> PromptEdit:
        """The file first, its line after: whatever a crash leaves is noted as found by the next edit."""
        with self.history.locked():
            self._note_found(prompt, edit.at)
            digest = self.history.keep(draft)
            placed(draft, self.file(prompt))
            whole = replace(edit, sha256=digest)
            self.history.add(whole)
        return whole

    def _note_found(self, prompt: Prompt, at: int) -> None:
        """Keeps what somebody put there by hand, before it is replaced."""
        file = self.file(prompt)
        last = self.history.last(prompt.language, prompt.name)
        if not file.is_file() or (last is not None and last.sha256 == sha256(file)):
            return
        found = PromptEdit(at, "", EditKind.FOUND, prompt.language, prompt.name, source=file.name)
        self.history.add(replace(found, sha256=self.history.keep(file)))

    def _draft(self, prompt: Prompt) -> Path:
        """Beside the file, under a name that no prompt has."""
        return self._sounds / prompt.language / f".{prompt.name}-{token_hex(4)}.new"


def _in_thread(work: Callable[[], T]) -> T:
    """What `work` gives, or raises; other greenlets run meanwhile."""
    value: T
    value, error = gevent.get_hub().threadpool.apply(_outcome, (work,))
    if error is not None:
        raise error
    return value


def _outcome(work: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """As a value: gevent prints what a thread raises."""
    try:
        return work(), None
    except Exception as error:
        return None, error
