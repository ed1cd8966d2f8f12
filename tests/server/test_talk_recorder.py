"""What is recorded of talks, what the switch is told, and what is kept: with a switch that writes files."""

import hashlib
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gevent
import pytest

from fsapp.acd.places import Place
from fsapp.domain.call import Call
from fsapp.domain.errors import EslError
from fsapp.domain.events import Kind
from fsapp.domain.recording import STILL, RecordingRecord, recording_record
from fsapp.domain.talk import Recording, Refusal, Refused, ToAgent
from fsapp.esl.errors import CommandRefused, ConnectionLost
from fsapp.server.recording_files import RecordingFiles
from fsapp.server.talk_recorder import TalkRecorder
from fsapp.server.tape_deck import TapeDeck
from tests.acd.telephones import Rig, settle

DAY = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECONDS = 2
PLAIN_CALL = Call("plain-call", "13800138000", "95598", DAY)
KINDS = {each for each in Kind if each.startswith("Recording")}


class TapeMachine:
    """A switch that records: what it was told, and files when it ends them."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.connected = True
        self.refusal: str | EslError = ""
        self.masks = True
        self.calls: set[str] = set()
        self.files: dict[str, str] = {}
        self._told_end: Callable[[str], None] = print

    def on_stop(self, told: Callable[[str], None]) -> None:
        self._told_end = told

    def start(self, call: str, path: str, begun: Callable[[str | EslError], None]) -> None:
        if not self.connected:
            raise ConnectionLost("there is no connection to FreeSWITCH")
        self.told.append("start")
        self.calls.add(call)
        self.files[call] = path
        begun(self.refusal)

    def stop(self, call: str, path: str) -> None:
        if not self.connected:
            raise ConnectionLost("there is no connection to FreeSWITCH")
        self.told.append("stop")
        self.close(call)

    def mask(self, call: str, path: str, *, on: bool) -> None:
        if not self.masks:
            raise CommandRefused("no")
        self.told.append("mask" if on else "unmask")

    def exists(self, call: str) -> bool:
        return call in self.calls

    def write(self, call: str) -> None:
        with wave.open(self.files[call], "wb") as file:
            file.setparams((2, 2, 8000, 0, "NONE", ""))
            file.writeframes(b"\1\2\3\4" * 8000 * SECONDS)

    def close(self, call: str) -> None:
        self.write(call)
        self._told_end(self.files[call])

    def lose(self, call: str) -> None:
        """The call ends while nobody listens."""
        self.write(call)
        self.calls.discard(call)


class Studio:
    """A queue whose talks are recorded, the recorder, and the switch."""

    def __init__(self, folder: Path, rule: str = "always") -> None:
        self.rig = Rig(live={"wrap_up_time": 0, "record": rule}, quiet={"wrap_up_time": 0, "record": "never"})
        self.machine = TapeMachine()
        self.files = RecordingFiles(folder, 0)
        self.deck = self.new_deck()
        self.recorder = TalkRecorder(self.deck, self.rig.service)
        self.rig.hire("2001", "2002")

    def new_deck(self) -> TapeDeck:
        service = self.rig.service
        return TapeDeck(self.machine, self.files, service.keep, service.now, lambda: DAY)

    def talk(self, agent: str = "2001") -> Place:
        place = self.rig.call()
        self.rig.ringing(agent).answer()
        return place

    def code(self, what: Recording, agent: str = "2001") -> None:
        talk = self.rig.service.talk_of(agent)
        assert talk is not None
        self.recorder.asked(what, talk)

    def close(self, place: Place) -> None:
        """The flow goes on."""
        place.close()
        self.settle()

    def settle(self) -> None:
        settle()
        gevent.get_hub().threadpool.join()
        settle()

    def kept(self, kind: Kind) -> list[dict[str, Any]]:
        self.settle()
        return [dict(event.fields) for event in self.rig.events if event.kind == kind]

    def records(self) -> list[RecordingRecord]:
        self.settle()
        return [record for each in self.rig.events if (record := recording_record(each)) is not None]

    def look(self) -> None:
        self.deck.look()
        self.settle()


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "recordings")


@pytest.fixture
def on_demand(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "recordings", "on_demand")


def test_a_talk_of_a_recorded_queue_is_told_of_when_its_file_is_whole(studio: Studio) -> None:
    place = studio.talk()
    studio.rig.now += 5.0
    assert [each.state for each in studio.records()] == ["open"]
    studio.close(place)
    saved = studio.records()[-1]
    file = studio.files.path(saved.path)
    assert (saved.state, saved.ms, saved.size) == ("saved", SECONDS * 1000, file.stat().st_size)
    assert saved.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert saved.path == f"2026-11-24/live/{saved.id}.wav"
    assert ((saved.ended_at or 0) - saved.started_at, saved.agents, saved.by) == (5000, ("2001",), "rule")


def test_a_talk_that_is_handed_over_stays_in_one_file(studio: Studio) -> None:
    place = studio.talk()
    talk = studio.rig.service.talk_of("2001")
    assert talk is not None
    talk.send(ToAgent("2002"))
    studio.settle()
    studio.rig.ringing("2002").answer()
    studio.close(place)
    saved = studio.records()[-1]
    assert studio.machine.told == ["start", "stop"]
    assert saved.agents == ("2001", "2002")
    assert len(saved.legs) == 3


def test_a_talk_of_a_queue_that_forbids_it_ends_the_recording(studio: Studio) -> None:
    studio.rig.hire("2009", queue="quiet")
    studio.recorder.start(studio.rig.call("quiet").request.call)
    studio.rig.ringing("2009").answer()
    saved = studio.records()[-1]
    assert saved.why == "the queue quiet is in no recording"


def test_an_engine_that_lets_go_lets_the_switch_record_on(studio: Studio) -> None:
    place = studio.talk()
    studio.rig.service.letting_go = True
    studio.close(place)
    assert studio.machine.told == ["start"]


def test_nobody_records_on_demand_until_somebody_asks(on_demand: Studio) -> None:
    on_demand.talk()
    assert on_demand.machine.told == []
    on_demand.code(Recording.START)
    on_demand.code(Recording.STOP)
    assert on_demand.records()[-1].why == "2001 ended it"


@pytest.mark.parametrize("what", [Recording.MASK, Recording.UNMASK, Recording.STOP])
def test_what_is_not_recorded_can_be_neither_masked_nor_ended(on_demand: Studio, what: Recording) -> None:
    on_demand.talk()
    with pytest.raises(Refused) as refusal:
        on_demand.code(what)
    assert refusal.value.why is Refusal.ALREADY_SO


def test_nobody_ends_what_the_queue_records_always(studio: Studio) -> None:
    place = studio.talk()
    with pytest.raises(Refused) as refusal:
        studio.code(Recording.STOP)
    assert refusal.value.why is Refusal.ALWAYS_RECORDED
    studio.close(place)
    assert [each.why for each in studio.records() if each.why] == ["the talk was over"]


def test_what_is_recorded_is_not_recorded_twice(studio: Studio) -> None:
    studio.talk()
    with pytest.raises(Refused) as refusal:
        studio.code(Recording.START)
    assert refusal.value.why is Refusal.ALREADY_SO


def test_silence_lasts_until_its_last_reason_is_gone(studio: Studio) -> None:
    place = studio.talk()
    studio.rig.now += 1.0
    studio.code(Recording.MASK)
    studio.recorder.mask(place.caller, "sensitive")
    studio.code(Recording.UNMASK)
    assert studio.machine.told == ["start", "mask"]
    studio.rig.now += 2.0
    studio.recorder.unmask(place.caller, "sensitive")
    studio.close(place)
    assert studio.records()[-1].masked == ((1000, 3000),)
    assert [each["after_ms"] for each in studio.kept(Kind.RECORDING_MASKED)] == [1000]


def test_a_file_that_is_silent_at_its_end_says_so(studio: Studio) -> None:
    place = studio.talk()
    studio.rig.now += 1.0
    studio.code(Recording.MASK)
    studio.close(place)
    assert studio.records()[-1].masked == ((1000, SECONDS * 1000),)


def test_a_recording_that_cannot_be_silenced_ends(studio: Studio) -> None:
    place = studio.talk()
    studio.machine.masks = False
    studio.recorder.mask(place.caller, "sensitive")
    assert studio.records()[-1].why == "it could not be masked"


def test_a_switch_that_refuses_is_a_reason(studio: Studio) -> None:
    studio.machine.refusal = "-ERR Cannot record session!"
    studio.talk()
    (failed,) = studio.records()
    assert (failed.state, failed.queue) == ("failed", "live")
    assert "Cannot record session" in failed.why


def test_a_switch_that_is_not_there_is_a_reason(studio: Studio) -> None:
    studio.machine.connected = False
    studio.talk()
    assert [each.state for each in studio.records()] == ["failed"]


def test_a_flow_records_a_call_until_the_call_is_over(studio: Studio) -> None:
    assert studio.recorder.start(PLAIN_CALL)
    assert studio.recorder.start(PLAIN_CALL)
    studio.machine.close(PLAIN_CALL.uuid)
    saved = studio.records()[-1]
    assert (saved.by, saved.queue, saved.why) == ("step", "", "the call was over")
    assert saved.path.startswith("2026-11-24/_calls/")


def test_on_a_full_disk_recordings_end_and_none_begins(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    place = studio.talk()
    monkeypatch.setattr(studio.files, "_min_free", 1 << 60)
    studio.look()
    assert studio.deck.full
    assert studio.records()[-1].why == "the disk is nearly full"
    assert not studio.recorder.start(PLAIN_CALL)
    assert studio.records()[-1].state == "failed"
    assert studio.deck.failed["disk_full"] == 1
    assert studio.rig.service.talk_of("2001") is place.talk
    monkeypatch.setattr(studio.files, "_min_free", 0)
    studio.look()
    assert studio.recorder.start(PLAIN_CALL)


def test_a_file_that_is_not_there_is_no_recording(studio: Studio) -> None:
    studio.recorder.start(PLAIN_CALL)
    studio.machine._told_end(studio.machine.files[PLAIN_CALL.uuid])
    failed = studio.records()[-1]
    assert (failed.state, failed.why) == ("failed", "the call was over; the file: No such file or directory")


@pytest.mark.parametrize(("content", "problem"), [(b"", "no WAV"), (b"garbage" * 9, "no WAV"), (b"RIFF", "no WAV")])
def test_a_broken_file_is_no_recording(studio: Studio, content: bytes, problem: str) -> None:
    studio.recorder.start(PLAIN_CALL)
    Path(studio.machine.files[PLAIN_CALL.uuid]).write_bytes(content)
    studio.machine._told_end(studio.machine.files[PLAIN_CALL.uuid])
    assert problem in studio.records()[-1].why


def test_silence_that_an_engine_left_behind_is_in_the_row_and_ends_with_the_next_ones(studio: Studio) -> None:
    place = studio.talk()
    for seconds in (1.0, 2.0):
        studio.rig.now += seconds
        studio.code(Recording.MASK)
        studio.rig.now += 1.0
        if seconds == 1.0:
            studio.code(Recording.UNMASK)
    begun = studio.records()[-1]
    assert (begun.state, begun.masked) == ("open", ((1000, 2000), (4000, STILL)))
    deck = studio.new_deck()
    recorder = TalkRecorder(deck, studio.rig.service)
    deck.adopt([begun])
    assert recorder.mask(place.caller, "sensitive")
    studio.rig.now += 1.0
    recorder.unmask(place.caller, "sensitive")
    assert studio.machine.told[-1] == "unmask"
    studio.machine.close(place.caller)
    saved = studio.records()[-1]
    assert saved.masked[0] == (1000, 2000)
    assert len(saved.masked) == 2


def test_what_queues_say_of_recording_is_kept_where_it_changes(studio: Studio) -> None:
    queues = studio.rig.service.queues
    studio.recorder.use(queues)
    studio.recorder.use(queues)
    assert studio.kept(Kind.RECORD_RULES_LOADED) == [{"rules": {"live": "always", "quiet": "never"}}]


def test_an_end_that_nobody_heard_of_is_found(studio: Studio) -> None:
    studio.recorder.start(PLAIN_CALL)
    studio.machine.connected = False
    studio.look()
    studio.machine.lose(PLAIN_CALL.uuid)
    studio.machine.connected = True
    studio.look()
    assert studio.records()[-1].state == "saved"


def test_a_recording_of_an_engine_that_died_is_told_of_by_the_next(studio: Studio) -> None:
    place = studio.talk()
    (open_one,) = studio.records()
    deck = studio.new_deck()
    recorder = TalkRecorder(deck, studio.rig.service)
    deck.adopt([open_one])
    studio.look()
    assert [each.id for each in deck.under_way] == [open_one.id]
    recorder.came_back(place.caller)
    saved = studio.records()[-1]
    assert (saved.id, saved.state, saved.agents) == (open_one.id, "saved", ("2001",))
