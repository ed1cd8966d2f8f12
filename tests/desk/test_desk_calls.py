"""Any call to the desk: whether it is one, what is kept of it, and what happens when something breaks."""

import pytest

from fsapp.acd.events import AgentReady, AgentWentOnBreak, OtherCallEnded
from fsapp.desk.desk import Desk
from fsapp.desk.plan import DeskPlan
from fsapp.domain.call import Call
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.virtual_leg import VirtualLeg
from tests.desk.room import BOSS, HAN, LILEI, Ear, Journal, Room, words


@pytest.mark.parametrize(
    ("dnis", "trunk", "known"),
    [
        ("*11", "phones", True),
        ("*141", "phones", True),
        ("*0000", "phones", True),  # to be told that there is no such code
        ("95598", "phones", False),
        ("1002", "phones", False),
        ("*11", "pstn", False),
        ("*11", "", False),
        ("", "phones", False),
    ],
)
def test_the_desk_knows_its_calls(dnis: str, trunk: str, known: bool) -> None:
    assert Room().desk.knows(dnis, trunk) is known


def test_a_desk_that_is_not_set_up_knows_no_call() -> None:
    desk = Room().desk
    assert not Desk(DeskPlan(), desk.ports, desk.pins).knows("*11", "phones")


def test_an_unknown_code_is_told() -> None:
    assert Room("en").open().dial("*00").heard == words(["desk_no_unknown_code"], "en")


def test_the_journal_tells_the_call_and_the_code() -> None:
    visited = Room().open().enter(LILEI).dial("*141")
    kinds = [kind for kind, _ in visited.journal.events]
    assert kinds == ["CallArrived", "CallAnswered", "CodeUsed"]
    (used,) = visited.journal.of("CodeUsed")
    assert used == {"code": "away", "by": LILEI, "answers": ["1"], "outcome": "done", "phone": "8001"}


def test_a_leg_that_was_dialled_is_journalled() -> None:
    visited = Room().open().enter(LILEI).dial("*24057188880000", "answer:30")
    (leg,) = visited.journal.of("LegEnded")
    assert (leg["number"], leg["end"]) == ("057188880000", "answered")


def test_who_hangs_up_on_a_ringing_colleague_leaves_a_record_and_a_free_colleague() -> None:
    room = Room().open().enter(HAN).enter(LILEI)
    visited = room.dial("*231002", "wait:2 hangup noanswer")
    assert visited.ended
    assert visited.journal.of("LegEnded")[0]["end"] == "caller_left"
    assert room.told[-1] == OtherCallEnded(HAN, "desk-call-*231002")
    assert room.state(HAN) == "available"


def test_what_was_done_is_kept_with_who_did_it() -> None:
    room = Room().open().enter(LILEI, "wrap_up").enter(BOSS)
    room.dial("*711")  # a note, which the floor keeps
    room.dial("*13")
    room.dial("*851001*1", phone="8009")
    room.dial("*12")  # already
    assert room.acts == [(LILEI, "busy", LILEI), (LILEI, "agent_state", BOSS)]


def test_a_change_that_cannot_be_kept_is_told_and_nothing_has_changed() -> None:
    room = Room("en").open().enter(LILEI)
    room.records.broken = True
    visited = room.dial("*171")
    assert visited.heard == words(["desk_no_failed"], "en")
    record = room.records.find(LILEI)
    assert record is not None
    assert not record.auto_answer


def test_modes_and_skills_are_kept_by_whom_they_were_set() -> None:
    room = Room().open().enter(LILEI).enter(BOSS)
    room.dial("*171")
    room.dial("*861001*2*9", phone="8009")
    record = room.records.find(LILEI)
    assert record is not None
    assert record.auto_answer
    assert record.skills == {"faults": 9}
    assert room.records.changed_by == [LILEI, BOSS]


def test_a_code_does_its_work_though_its_words_cannot_be_had() -> None:
    room = Room().open().enter(LILEI)
    room.voice.mute = frozenset({"desk_busy"})
    visited = room.dial("*13")
    assert visited.heard == []
    assert room.told == [AgentWentOnBreak(LILEI, "busy")]


def test_a_question_whose_file_is_gone_is_asked_in_silence() -> None:
    room = Room().open().enter(LILEI)
    ear = Ear(lambda: None)
    leg = VirtualLeg(KeyScript("1"), room.clock, ear, missing=["/zh/desk_ask_break_reason.wav"])
    call = Call("desk-call", "8001", "*14", room.clock.now(), trunk="phones")
    room.desk.serve(call, "8001", leg, Journal())
    assert ear.heard == [*words(["desk_away"], "zh"), "用餐"]


def test_hanging_up_over_a_confirmation_undoes_nothing() -> None:
    room = Room().open().enter(LILEI, "lunch")
    visited = room.dial("*12", "!hangup")
    assert visited.ended
    assert visited.outcome == "done"
    assert room.told == [AgentReady(LILEI)]


def test_a_recording_that_the_supervisor_left_is_thrown_away() -> None:
    room = Room().open().enter(BOSS)
    visited = room.dial("*92", "talk:3 hangup", phone="8009")
    assert visited.ended
    assert room.files.discarded == room.files.made
    assert room.did == []
