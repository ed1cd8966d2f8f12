"""Prompts that change while an engine runs: its voice says the new ones at once, and no call waits."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import gevent
import numpy as np
import pytest
import soundfile

from fsapp.domain.clock import VirtualClock
from fsapp.domain.prompt import PromptOrder
from fsapp.domain.talk import Refusal, Refused
from fsapp.media import catalogue
from fsapp.media.speaker import Speaker
from fsapp.media.speech import SpeechSettings, Voice
from fsapp.server.prompt_studio import PromptStudio, files_of, orders_of

SILENCE = Speaker("silence")


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    (folder / "zh").mkdir(parents=True)
    (folder / "zh" / "prompts.yaml").write_text("goodbye: 再见。\nsorry: 抱歉。")
    return folder


@pytest.fixture
def voice(sounds: Path, tmp_path: Path) -> Iterator[Voice]:
    made = Voice(SpeechSettings(languages={"zh": SILENCE}), catalogue.load(sounds), tmp_path / "speech")
    made.start()
    yield made
    made.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 18, 2, 0, tzinfo=UTC))


@pytest.fixture
def studio(sounds: Path, tmp_path: Path, voice: Voice, clock: VirtualClock) -> PromptStudio:
    return PromptStudio(sounds, tmp_path / "data", voice, clock)


@pytest.fixture
def order(tmp_path: Path, clock: VirtualClock) -> PromptOrder:
    now = round(clock.now().timestamp() * 1000)
    return orders_of(tmp_path / "data").place("zh", ["goodbye", "sorry"], "root", now)


@pytest.fixture
def take(tmp_path: Path) -> Callable[[float], str]:
    def made(seconds: float) -> str:
        file = tmp_path / f"message-{seconds}.wav"
        soundfile.write(file, 0.1 * np.sin(np.arange(int(seconds * 8000)) / 3), 8000)
        return str(file)

    return made


def test_an_accepted_recording_is_said_from_now_on(
    studio: PromptStudio, order: PromptOrder, voice: Voice, take: Callable[[float], str], tmp_path: Path
) -> None:
    before = voice.prompt("goodbye", "zh")
    studio.keep(order, "goodbye", take(2), "1009")
    after = voice.prompt("goodbye", "zh")
    assert after.path != before.path
    assert after.seconds == pytest.approx(2, abs=0.1)
    (edit,) = files_of(tmp_path / "sounds", tmp_path / "data").history.edits()
    assert (edit.by, edit.what.value, edit.source) == ("1009", "recorded", f"order {order.number}")


def test_what_is_recorded_is_ordered_no_more(
    studio: PromptStudio, order: PromptOrder, take: Callable[[float], str]
) -> None:
    studio.keep(order, "goodbye", take(2), "1009")
    rest = studio.order(order.number)
    assert rest is not None
    assert rest.names == ("sorry",)


def test_an_order_ends_after_a_day(studio: PromptStudio, order: PromptOrder, clock: VirtualClock) -> None:
    assert studio.order(order.number) == order
    clock.advance(86_400)
    assert studio.order(order.number) is None


def test_silence_is_refused_and_the_prompt_stays(
    studio: PromptStudio, order: PromptOrder, voice: Voice, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "hush.wav", np.zeros(16000), 8000)
    before = voice.prompt("goodbye", "zh")
    with pytest.raises(Refused) as refused:
        studio.keep(order, "goodbye", str(tmp_path / "hush.wav"), "1009")
    assert refused.value.why is Refusal.UNUSABLE
    assert voice.prompt("goodbye", "zh") == before
    assert studio.order(order.number) == order


def test_a_folder_that_cannot_be_written_is_told_to_the_phone(
    studio: PromptStudio, order: PromptOrder, take: Callable[[float], str], tmp_path: Path
) -> None:
    (tmp_path / "data" / "prompts" / "kept").write_text("in the way")
    with pytest.raises(Refused) as refused:
        studio.keep(order, "goodbye", take(2), "1009")
    assert refused.value.why is Refusal.FAILED


def test_what_a_command_changed_is_said_from_now_on(
    studio: PromptStudio, voice: Voice, sounds: Path, take: Callable[[float], str]
) -> None:
    voice.prompt("goodbye", "zh")
    samples, rate = soundfile.read(take(1.5))
    soundfile.write(sounds / "zh" / "goodbye.wav", samples, rate)
    assert studio.changed({"prompts": [["zh", "goodbye"]]}) == 1
    assert voice.prompt("goodbye", "zh").seconds == pytest.approx(1.5, abs=0.01)
    (sounds / "zh" / "goodbye.wav").unlink()
    assert studio.changed({"prompts": [["zh", "goodbye"]]}) == 1
    assert voice.prompt("goodbye", "zh").text == "再见。"
    assert voice.prompt("goodbye", "zh").seconds != pytest.approx(1.5, abs=0.01)


def test_prompts_that_there_are_not_are_not_ready(studio: PromptStudio) -> None:
    assert studio.changed({"prompts": [["zh", "nobody"], ["fr", "goodbye"]]}) == 0


def test_words_that_are_being_edited_change_nothing(
    studio: PromptStudio, voice: Voice, sounds: Path, take: Callable[[float], str], order: PromptOrder
) -> None:
    """A half-written catalogue is for `fsapp reload` to refuse."""
    (sounds / "zh" / "prompts.yaml").write_text("goodbye: [half")
    studio.keep(order, "goodbye", take(2), "1009")
    assert voice.prompt("sorry", "zh").text == "抱歉。"


def test_calls_go_on_meanwhile(studio: PromptStudio, order: PromptOrder, take: Callable[[float], str]) -> None:
    """The hub is never held up for longer than 50 ms on a machine that is shared."""
    pauses: list[float] = []
    clock = gevent.get_hub().loop.now

    def watch() -> None:
        while True:
            gevent.get_hub().loop.update_now()
            before = clock()
            gevent.sleep(0.005)
            gevent.get_hub().loop.update_now()
            pauses.append(clock() - before - 0.005)

    watcher = gevent.spawn(watch)
    try:
        studio.keep(order, "goodbye", take(30), "1009")
    finally:
        watcher.kill()
    assert len(pauses) > 20
    assert sorted(pauses)[-3] < 0.05
