"""Recordings that are replaced, taken back, removed: the file and its history agree, also after a crash."""

import dataclasses
import wave
from collections.abc import Callable
from pathlib import Path

import gevent
import numpy as np
import pytest
import soundfile

from fsapp.domain.errors import MediaError
from fsapp.domain.prompt import EditKind, PromptEdit
from fsapp.media import catalogue
from fsapp.media.catalogue import Prompt
from fsapp.media.prompt_files import PromptFiles
from fsapp.media.prompt_history import PromptHistory, sha256

Take = Callable[[float], Path]


@pytest.fixture
def files(tmp_path: Path) -> PromptFiles:
    (tmp_path / "sounds" / "zh").mkdir(parents=True)
    (tmp_path / "sounds" / "zh" / "prompts.yaml").write_text("goodbye: 再见。\nsorry: 抱歉。")
    return PromptFiles(tmp_path / "sounds", PromptHistory(tmp_path / "data" / "prompts"))


@pytest.fixture
def goodbye(files: PromptFiles, tmp_path: Path) -> Prompt:
    return catalogue.load(tmp_path / "sounds").prompt("goodbye", "zh")


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """A recording of so many seconds of tone."""

    def made(seconds: float) -> Path:
        file = tmp_path / f"take-{seconds}.wav"
        soundfile.write(file, 0.1 * np.sin(np.arange(int(seconds * 16000)) / 5), 16000)
        return file

    return made


def by_hand(path: Path, seconds: float) -> str:
    """Somebody copies a WAV there; its SHA-256."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\1\2" * int(8000 * seconds))
    return sha256(path)


def kinds(files: PromptFiles) -> list[str]:
    return [each.what.value for each in files.history.edits()]


def test_an_accepted_recording_is_the_prompt(files: PromptFiles, goodbye: Prompt, take: Take, tmp_path: Path) -> None:
    edit = files.accept(take(1), goodbye, EditKind.IMPORTED, "liming", 1000)
    recording = catalogue.load(tmp_path / "sounds").prompt("goodbye", "zh").recording
    assert recording is not None
    assert recording.seconds == pytest.approx(edit.seconds, abs=0.001)
    assert edit == PromptEdit(
        1000, "liming", EditKind.IMPORTED, "zh", "goodbye", sha256(recording.path), edit.seconds, "take-1.wav"
    )
    assert files.history.edits() == [edit]
    assert sorted(each.name for each in recording.path.parent.iterdir()) == ["goodbye.wav", "prompts.yaml"]


def test_a_recording_that_cannot_be_used_changes_nothing(files: PromptFiles, goodbye: Prompt, take: Take) -> None:
    first = files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 1)
    bad = take(2)
    bad.write_bytes(b"nonsense")
    with pytest.raises(MediaError, match="no sound"):
        files.accept(bad, goodbye, EditKind.IMPORTED, "a", 2)
    assert sha256(files.file(goodbye)) == first.sha256
    assert kinds(files) == ["imported"]
    assert len(list(files.file(goodbye).parent.iterdir())) == 2


def test_an_earlier_recording_is_taken_back(files: PromptFiles, goodbye: Prompt, take: Take) -> None:
    first = files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 1)
    second = files.accept(take(2), goodbye, EditKind.RECORDED, "1009", 2)
    assert first.sha256 != second.sha256
    back = files.restore(first.sha256[:8], goodbye, "a", 3)
    assert sha256(files.file(goodbye)) == first.sha256 == back.sha256
    assert back.seconds == pytest.approx(first.seconds, abs=0.001)
    assert kinds(files) == ["imported", "recorded", "restored"]


def test_a_removed_recording_is_kept(files: PromptFiles, goodbye: Prompt, take: Take) -> None:
    first = files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 1)
    assert files.remove(goodbye, "a", 2).sha256 == ""
    assert not files.file(goodbye).exists()
    files.restore(first.sha256, goodbye, "a", 3)
    assert sha256(files.file(goodbye)) == first.sha256


def test_what_was_put_there_by_hand_is_kept_before_it_is_replaced(
    files: PromptFiles, goodbye: Prompt, take: Take
) -> None:
    digest = by_hand(files.file(goodbye), 1)
    files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 5)
    found = files.history.edits()[0]
    assert (found.what, found.by, found.sha256) == (EditKind.FOUND, "", digest)
    files.restore(digest, goodbye, "a", 6)
    assert sha256(files.file(goodbye)) == digest


def test_a_change_by_hand_is_seen(files: PromptFiles, goodbye: Prompt, take: Take) -> None:
    assert not files.changed_by_hand(goodbye)
    files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 1)
    assert not files.changed_by_hand(goodbye)
    by_hand(files.file(goodbye), 2)
    assert files.changed_by_hand(goodbye)


def test_a_crash_between_file_and_history_is_made_good_by_the_next_edit(
    files: PromptFiles, goodbye: Prompt, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: PromptEdit) -> None:
        raise RuntimeError("crash")

    with monkeypatch.context() as patch:
        patch.setattr(files.history, "add", crash)
        with pytest.raises(RuntimeError):
            files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 1)
    crashed = sha256(files.file(goodbye))
    files.accept(take(2), goodbye, EditKind.IMPORTED, "a", 2)
    assert [(each.what.value, each.sha256 == crashed) for each in files.history.edits()] == [
        ("found", True),
        ("imported", False),
    ]


def test_a_line_that_a_crash_tore_hides_no_other(files: PromptFiles, goodbye: Prompt, tmp_path: Path) -> None:
    first = files.remove(goodbye, "a", 1)
    lines = tmp_path / "data" / "prompts" / "history.jsonl"
    with lines.open("ab") as file:
        file.write(b'{"at": 17, "by": "b", "wh')
    second = files.remove(goodbye, "c", 2)
    assert files.history.edits() == [first, second]


def test_history_is_only_added_to(files: PromptFiles, goodbye: Prompt, take: Take, tmp_path: Path) -> None:
    lines = tmp_path / "data" / "prompts" / "history.jsonl"
    before = b""
    for at, act in enumerate((files.remove, files.remove)):
        act(goodbye, "a", at)
        assert lines.read_bytes().startswith(before)
        before = lines.read_bytes()
    files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 9)
    assert lines.read_bytes().startswith(before)


@pytest.mark.parametrize("beginning", ["", "abc", "../../etc/passwd", "*" * 8, "0" * 64, "ABCD"])
def test_only_a_recording_that_is_kept_comes_back(files: PromptFiles, goodbye: Prompt, beginning: str) -> None:
    with pytest.raises(MediaError, match=r"is no SHA-256|0 recordings are kept"):
        files.restore(beginning, goodbye, "a", 1)


def test_a_folder_that_cannot_be_written_changes_nothing(
    files: PromptFiles, goodbye: Prompt, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = files.accept(take(1), goodbye, EditKind.IMPORTED, "a", 1)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "goodbye.wav")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises((PermissionError, MediaError), match="Permission denied"):
        files.accept(take(2), goodbye, EditKind.IMPORTED, "a", 2)
    assert sha256(files.file(goodbye)) == first.sha256
    assert kinds(files) == ["imported"]
    assert len(list(files.file(goodbye).parent.iterdir())) == 2


def test_a_language_whose_folder_is_gone_is_a_sentence(files: PromptFiles, goodbye: Prompt, take: Take) -> None:
    lost = dataclasses.replace(goodbye, language="fr")
    with pytest.raises(MediaError, match="No such file or directory"):
        files.accept(take(1), lost, EditKind.IMPORTED, "a", 1)
    assert files.history.edits() == []


def test_two_edits_at_once_are_two_lines(files: PromptFiles, goodbye: Prompt, take: Take) -> None:
    sources = [take(1), take(1.5), take(2)]
    jobs = [gevent.spawn(files.accept, each, goodbye, EditKind.IMPORTED, "a", 1) for each in sources]
    edits = {job.get(timeout=30).sha256 for job in jobs}
    assert {each.sha256 for each in files.history.edits()} == edits
    assert not files.changed_by_hand(goodbye)


def test_the_history_is_for_the_group_alone(files: PromptFiles, goodbye: Prompt, tmp_path: Path) -> None:
    files.remove(goodbye, "a", 1)
    assert (tmp_path / "data" / "prompts").stat().st_mode & 0o007 == 0
