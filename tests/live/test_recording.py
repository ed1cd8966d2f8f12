"""Recordings of talks as the real switch writes them: the caller on the left, whoever the caller hears on the right."""

import hashlib
import os
import stat
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from fsapp.domain.recording import RecordingRecord, RecordingState
from fsapp.store.recordings import RecordingFilter, Recordings
from tests.live import hearing
from tests.live.caller import until
from tests.live.engine import Engine
from tests.live.office import CALLER_TONE, Office, hears, hears_music
from tests.live.switch import Switch

RECORDED, UNRECORDED, BY_FLOW, LONG, ON_DEMAND = "7031", "7032", "7033", "7034", "7001"
CALLS = int(os.environ.get("FSAPP_RECORDED_CALLS", "30"))
"""A hundred want a machine whose processors nobody else keeps busy."""

GAP = 0.1
"""Seconds: packets that a busy machine sends late are missing for so long, be they recorded or not."""
FIRST, SECOND = "2101", "2102"
QUEUES = ("live", "live_recorded", "live_unrecorded")
SLIP = 0.5
"""Seconds between what the engine and what the switch take for the same moment."""


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    queues = [word for queue in QUEUES for word in ("--queue", f"{queue}:1")]
    return ((FIRST, *queues), (SECOND, *queues))


class Archive:
    """What was recorded."""

    def __init__(self, engine: Engine) -> None:
        self.folder = engine.data / "recordings"
        self._recordings = Recordings(f"sqlite:///{engine.data / 'fsapp.db'}")

    def of(self, number: str) -> tuple[RecordingRecord, ...]:
        """What is whole, or never will be, from this caller."""
        found = self._recordings.find(RecordingFilter(number=number))
        return tuple(each for each in found if each.state != RecordingState.OPEN)

    def one(self, number: str) -> RecordingRecord:
        """The only recording of a caller, once it is whole."""
        until(lambda: bool(self.of(number)), 8, f"recording of {number}")
        (found,) = self.of(number)
        return found

    def sides(self, record: RecordingRecord) -> tuple[hearing.Sound, hearing.Sound]:
        """Left and right."""
        with wave.open(str(self.folder / record.path)) as opened:
            assert (opened.getnchannels(), opened.getframerate(), opened.getsampwidth()) == (2, hearing.RATE, 2)
            samples = np.frombuffer(opened.readframes(opened.getnframes()), dtype="<i2").reshape(-1, 2)
        return samples[:, 0].astype(float), samples[:, 1].astype(float)


@pytest.fixture
def archive(engine: Engine) -> Archive:
    return Archive(engine)


def seconds(sound: hearing.Sound, hertz: int) -> float:
    return hearing.seconds_among(sound, hertz)


def silent(side: hearing.Sound, span: Sequence[int]) -> bool:
    """Whether there is nothing at all between two moments, in milliseconds."""
    first, last = (each * hearing.RATE // 1000 for each in span)
    inside = side[first + hearing.RATE // 2 : last - hearing.RATE // 2]
    return len(inside) > hearing.RATE // 2 and not inside.any()


def test_a_transferred_talk_is_one_file_with_the_caller_left_and_each_agent_right(
    office: Office, archive: Archive, number: str
) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    hears(caller, office.tone(FIRST))
    second = office.agent(SECOND)
    agent.press(f"*41{SECOND}#")
    second.wait_for("from")
    second.answer()
    hears(second, CALLER_TONE)
    hears(caller, office.tone(SECOND))
    second.hang_up()
    caller.wait_for("ended")
    record = archive.one(number)
    left, right = archive.sides(record)
    assert record.agents == (FIRST, SECOND)
    assert (len(record.legs), record.by, record.queue) == (3, "rule", "live_recorded")
    assert seconds(left, CALLER_TONE) > len(left) / hearing.RATE - 1.5
    assert seconds(right, office.tone(FIRST)) > 1
    assert seconds(right, office.tone(SECOND)) > 0.8
    assert seconds(right, CALLER_TONE) < 0.3
    assert seconds(left, office.tone(FIRST)) < 0.3


def test_a_recording_is_described_as_it_is(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    hears(caller, office.tone(FIRST))
    caller.hang_up()
    agent.wait_for("ended")
    record = archive.one(number)
    file = archive.folder / record.path
    left, _ = archive.sides(record)
    assert record.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (record.size, record.ms) == (file.stat().st_size, len(left) * 1000 // hearing.RATE)
    assert abs((record.ended_at or 0) - record.started_at - record.ms) < SLIP * 1000
    assert Path(record.path).parts[1:] == ("live_recorded", f"{record.id}.wav")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_caller_on_hold_stays_in_the_recording(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    agent.press("*31")
    caller.forget()
    hears_music(caller)
    agent.press("*30")
    hears(caller, office.tone(FIRST))
    caller.hang_up()
    left, right = archive.sides(archive.one(number))
    assert seconds(left, CALLER_TONE) > len(left) / hearing.RATE - 1.5
    assert hearing.seconds_of_tone(right, 425) >= 0.1


def test_what_an_agent_masks_is_silence_on_both_sides(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    agent.press("*62")
    office.hear(agent, "desk_recording_mask")
    agent.forget()
    hears(agent, CALLER_TONE)
    agent.press("*63")
    office.hear(agent, "desk_recording_unmask")
    agent.forget()
    hears(agent, CALLER_TONE)
    caller.hang_up()
    record = archive.one(number)
    (span,) = record.masked
    assert all(silent(side, span) for side in archive.sides(record))
    assert seconds(archive.sides(record)[0], CALLER_TONE) > 1


def test_a_secret_that_the_caller_keys_is_in_no_recording(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    agent.press("*451")
    office.begins(caller, "enter_account")
    caller.press("4711")
    agent.forget()
    hears(agent, CALLER_TONE)
    caller.hang_up()
    record = archive.one(number)
    (span,) = record.masked
    assert all(silent(side, span) for side in archive.sides(record))
    assert hearing.likeness(archive.sides(record)[1], hearing.sound(office.prompt("enter_account"))) < 0.3


def test_an_agent_begins_and_ends_a_recording(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, ON_DEMAND)
    assert archive.of(number) == ()
    agent.press("*61")
    office.hear(agent, "desk_recording_start")
    agent.forget()
    hears(agent, CALLER_TONE)
    agent.press("*60")
    office.hear(agent, "desk_recording_stop")
    record = archive.one(number)
    assert (record.by, record.agents, record.why) == (FIRST, (FIRST,), f"{FIRST} ended it")
    assert seconds(archive.sides(record)[0], CALLER_TONE) > 0.8
    caller.hang_up()


def test_a_queue_that_is_never_recorded_says_so_to_its_agents(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, UNRECORDED)
    agent.press("*61")
    office.hear(agent, "desk_no_not_set_up")
    caller.hang_up()
    assert archive.of(number) == ()


def test_a_flow_records_a_call_and_masks_a_part_of_it(office: Office, archive: Archive, number: str) -> None:
    caller = office.caller(number, BY_FLOW)
    caller.wait_for("ended", within=30)
    record = archive.one(number)
    left, right = archive.sides(record)
    (span,) = record.masked
    assert (record.by, record.queue, record.why) == ("step", "", "step ended it")
    assert silent(left, span)
    assert silent(right, span)
    first, last = (
        hearing.sound(Path(office.studio.say(words, "zh").path))
        for words in ("您好，本次通话将被录音，请稍候。", "感谢您的来电，祝您生活愉快，再见。")
    )
    assert hearing.likeness(right, first) > 0.7
    assert hearing.likeness(right, last) > 0.7


def test_the_ticket_that_an_agent_notes_is_tied_to_the_recording(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    agent.press("*7320261124#")
    until(lambda: "20261124" in office.engine.command("queues", "log"), 8, "note of the ticket")
    caller.hang_up()
    archive.one(number)
    until(lambda: archive.one(number).ticket == "20261124", 5, "ticket of the recording")


def test_many_calls_at_once_are_recorded_without_a_gap(engine: Engine, archive: Archive, switch: Switch) -> None:
    numbers = [f"139{each:08}" for each in range(CALLS)]
    for number in numbers:
        switch.api(
            f"bgapi originate {{origination_caller_id_number={number}}}sofia/trunks/{LONG}@{switch.trunk}"
            f" &playback(tone_stream://%(60000,0,{CALLER_TONE}))"
        )
    until(lambda: all(map(archive.of, numbers)), 60, f"{CALLS} recordings")
    records = [archive.one(number) for number in numbers]
    assert max(each.started_at for each in records) < min(each.ended_at or 0 for each in records)
    gaps = [hearing.longest_silence(hearing.trimmed(archive.sides(each)[0])) for each in records]
    print(f"{CALLS} recordings at once: shortest {min(each.ms for each in records)} ms, longest gap {max(gaps):.2f} s")
    assert max(gaps) < GAP
    assert all(abs((each.ended_at or 0) - each.started_at - each.ms) < 1000 for each in records)


def test_an_agent_ends_no_recording_that_the_queue_wants(office: Office, archive: Archive, number: str) -> None:
    agent, caller = office.talk(FIRST, number, RECORDED)
    agent.press("*60")
    office.hear(agent, "desk_no_always_recorded")
    caller.hang_up()
    assert archive.one(number).why in ("the call was over", "the talk was over")
