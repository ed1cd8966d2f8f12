"""Each code that is keyed in a talk: the state before, the keys, what the agent hears, what is asked of the talk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fsapp.acd.events import AgentReady, AgentSignedOut, AgentWentOnBreak, Event, OtherCallEnded
from fsapp.desk.speaking import Part, Value, Words
from fsapp.domain.agent import Role
from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.talk import Note, Recording, ToAgent, ToLabel, ToNumber, ToQueue
from tests.desk.room import BOSS, HAN, LILEI, Room, site_plan, words
from tests.desk.talking import VirtualTalk, key, talk_in

OUT = ToNumber(Endpoint(Number("057188880000"), gateway=Name("pstn")))
HELD: Mapping[str, Any] = {"held": True}
RUNG: Mapping[str, Any] = {"held": True, "consulted": "rung"}
ANSWERED: Mapping[str, Any] = {"held": True, "consulted": "answered"}


@dataclass(frozen=True)
class Case:
    """`talk` is the talk's state, `others` are colleagues' states; `did` is asked of the talk, `noted` of the floor."""

    code: str
    name: str
    keys: str
    heard: Sequence[Part] = ()
    did: Sequence[tuple[Any, ...]] = ()
    talk: Mapping[str, Any] = field(default_factory=dict)
    told: Sequence[Event] = ()
    noted: Sequence[tuple[Any, ...]] = ()
    others: tuple[tuple[str, ...], ...] = ()
    outcome: str = "done"


CASES = [
    Case("hold", "a talk", "*31", ("desk_held",), (("hold",),)),
    Case("hold", "twice", "*31", ("desk_no_on_hold",), talk=HELD, outcome="on_hold"),
    Case("take_back", "from hold", "*30", (), (("take_back",),), HELD),
    Case("take_back", "what is not on hold", "*30", ("desk_no_not_on_hold",), outcome="not_on_hold"),
    Case(
        "ask_help",
        "the idle one first",
        "*32",
        ("desk_help_called",),
        (("ask_help", (BOSS,)),),
        others=((HAN, "ready"), (BOSS, "busy")),
    ),
    Case(
        "ask_help",
        "when no supervisor is free",
        "*32",
        ("desk_no_no_supervisor",),
        others=((HAN, "ready"), (BOSS, "other")),
        outcome="no_supervisor",
    ),
    Case("send_keys", "stars among them", "*3312*3#", ("beep",), (("send_keys", "12*3"),)),
    Case("play_prompt", "in the caller's language", "*341", (), (("play",),), {"language": "en"}),
    Case("play_prompt", "that is not there", "*347", ("desk_no_unknown_item",), outcome="unknown_item"),
    Case("play_knowledge", "an item", "*35101", (), (("play",),)),
    Case("fax", "a document", "*361", (), (("fax", "tariff"),)),
    Case("fax", "what has no such number", "*367", ("desk_no_unknown_item",), outcome="unknown_item"),
    Case("transfer_agent", "who is ready", "*411002#", (), (("send", ToAgent(HAN)),), others=((HAN, "ready"),)),
    Case(
        "transfer_agent",
        "who is in a talk",
        "*411002#",
        ("desk_no_agent_busy",),
        others=((HAN, "talk"),),
        outcome="agent_busy",
    ),
    Case("transfer_agent", "who is not there", "*411002#", ("desk_no_agent_offline",), outcome="agent_offline"),
    Case("transfer_agent", "nobody", "*417777#", ("desk_no_unknown_agent",), outcome="unknown_agent"),
    Case("transfer_agent", "oneself", "*411001#", ("desk_no_yourself",), outcome="yourself"),
    Case("transfer_queue", "by number", "*422", (), (("send", ToQueue("sales")),)),
    Case("transfer_queue", "that is not there", "*428", ("desk_no_unknown_queue",), outcome="unknown_queue"),
    Case("transfer_number", "that is allowed", "*43057188880000#", (), (("send", OUT),)),
    Case(
        "transfer_number",
        "that is not",
        "*4316812345#",
        ("desk_no_number_not_allowed",),
        outcome="number_not_allowed",
    ),
    Case("transfer_label", "of the flow", "*449", (), (("send", ToLabel("main", returns=False)),)),
    Case("transfer_label", "that is not there", "*445", ("desk_no_unknown_item",), outcome="unknown_item"),
    Case("visit_label", "and back", "*451", (), (("send", ToLabel("enter_pin", returns=True)),)),
    Case("consult_agent", "who is away", "*511002#", (), (("ask", ToAgent(HAN)),), others=((HAN, "lunch"),)),
    Case(
        "consult_agent",
        "while consulting",
        "*511002#",
        ("desk_no_consulting",),
        talk=RUNG,
        others=((HAN, "ready"),),
        outcome="consulting",
    ),
    Case("consult_queue", "by number", "*521", (), (("ask", ToQueue("service")),)),
    Case("consult_number", "that is allowed", "*53057188880000#", (), (("ask", OUT),)),
    Case("cancel_consult", "while it rings", "*50", ("desk_consult_ended",), (("cancel",),), RUNG),
    Case("cancel_consult", "of nobody", "*50", ("desk_no_not_consulting",), outcome="not_consulting"),
    Case("complete_transfer", "after a word", "*54", (), (("hand_over",),), ANSWERED),
    Case("complete_transfer", "too early", "*54", ("desk_no_not_consulting",), talk=RUNG, outcome="not_consulting"),
    Case("conference", "of three", "*55", ("desk_conference",), (("conference",),), ANSWERED),
    Case("start_recording", "by hand", "*61", ("desk_recording_start",), (("recording", Recording.START),)),
    Case(
        "start_recording",
        "when it is not there",
        "*61",
        ("desk_no_not_set_up",),
        talk={"hooks": False},
        outcome="not_set_up",
    ),
    Case("mask_recording", "for a card's number", "*62", ("desk_recording_mask",), (("recording", Recording.MASK),)),
    Case("unmask_recording", "after it", "*63", ("desk_recording_unmask",), (("recording", Recording.UNMASK),)),
    Case("stop_recording", "by hand", "*60", ("desk_recording_stop",), (("recording", Recording.STOP),)),
    Case(
        "disposition",
        "in the talk",
        "*711",
        ("desk_noted", Words("已解决", "solved")),
        noted=(("note", LILEI, Note.DISPOSITION, "solved"),),
    ),
    Case(
        "wrap_up_code",
        "in the talk",
        "*729",
        ("desk_noted", Words("其他", "something else")),
        noted=(("note", LILEI, Note.WRAP_UP_CODE, "other"),),
    ),
    Case(
        "ticket",
        "in the talk",
        "*7320261118#",
        ("desk_noted", Value("digits", "20261118")),
        noted=(("note", LILEI, Note.TICKET, "20261118"),),
    ),
    Case("ticket", "with a star", "*7320*1#", ("desk_no_out_of_range",), outcome="out_of_range"),
    Case(
        "new_ticket",
        "in the talk",
        "*743",
        ("desk_noted", Words("投诉", "a complaint"), Value("digits", "20261118-0001")),
        noted=(("note", LILEI, Note.TICKET, "20261118-0001"),),
    ),
    Case("new_ticket", "of no kind there is", "*748", ("desk_no_unknown_item",), outcome="unknown_item"),
    Case("ready", "after the talk", "*12", ("desk_ready_after",), told=(AgentReady(LILEI),)),
    Case("busy", "after the talk", "*13", ("desk_busy_after",), told=(AgentWentOnBreak(LILEI, "busy"),)),
    Case(
        "away",
        "after the talk",
        "*141",
        ("desk_away_after", Words("用餐", "lunch")),
        told=(AgentWentOnBreak(LILEI, "lunch"),),
    ),
    Case(
        "sign_out",
        "after the talk",
        "*10",
        ("desk_signs_out_after",),
        told=(AgentSignedOut(LILEI), OtherCallEnded(LILEI, "caller-1")),
    ),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}: {case.name}")
def test_what_is_keyed(case: Case, language: str) -> None:
    room = Room(language).open()
    for agent, *how in case.others:
        room.enter(agent, *how)
    room.enter(LILEI, "talk")
    talk = talk_in(room, **case.talk)
    key(room, talk, case.keys)
    assert talk.heard == words(case.heard, language)
    assert talk.did == list(case.did)
    assert room.told == list(case.told)
    assert room.did == list(case.noted)
    (used,) = talk.journal.of("CodeUsed")
    assert (used["code"], used["by"], used["outcome"]) == (case.code, LILEI, case.outcome)


def test_every_code_that_can_be_keyed_has_a_case() -> None:
    assert {code.name for code in site_plan().codes if code.in_talk} == {case.code for case in CASES}


def talking(**fields: Any) -> tuple[Room, VirtualTalk]:
    room = Room("en").open().enter(LILEI, "talk")
    return room, talk_in(room, **fields)


def test_a_prompt_is_heard_by_both_in_the_callers_language() -> None:
    room, talk = talking(language="zh")
    key(room, talk, "*35101")
    assert talk.played == words(["ways_to_pay"], "zh")
    assert talk.heard == []


def test_a_prompt_that_cannot_be_had_is_told_to_the_agent() -> None:
    room, talk = talking()
    room.voice.mute = frozenset({"one_moment"})
    key(room, talk, "*341")
    assert talk.heard == words(["desk_no_failed"], "en")


@pytest.mark.parametrize(
    ("missing", "broken", "why"),
    [(frozenset({"tariff"}), False, "desk_no_unknown_item"), (frozenset(), True, "desk_no_failed")],
)
def test_a_document_that_is_not_there_is_told_and_the_talk_goes_on(
    missing: frozenset[str], broken: bool, why: str
) -> None:
    room, talk = talking()
    room.faxes.missing, room.faxes.broken = missing, broken
    key(room, talk, "*361")
    assert talk.heard == words([why], "en")
    assert talk.did == []


@pytest.mark.parametrize(("keys", "why"), [("*0", "desk_no_unknown_code"), ("*4", "desk_no_incomplete")])
def test_what_is_no_command_is_told(keys: str, why: str) -> None:
    room, talk = talking()
    key(room, talk, keys)
    assert talk.heard == words([why], "en")
    assert talk.did == []


def test_two_stars_are_confirmed() -> None:
    room, talk = talking()
    key(room, talk, "*41**")
    assert talk.heard == words(["desk_cancelled"], "en")


def test_keys_sent_to_a_caller_are_not_journalled() -> None:
    room, talk = talking()
    key(room, talk, "*334111111111111111#")
    assert "4111" not in str(talk.journal.events)


def test_a_talk_that_is_over_is_no_failure() -> None:
    room, talk = talking(over=True)
    key(room, talk, "*31")
    assert (talk.heard, talk.did) == ([], [])
    assert talk.journal.of("CodeUsed")[0]["outcome"] == "broken_off"


def test_who_is_away_can_be_called_for_help_after_those_who_are_ready() -> None:
    room = Room("en").open()
    room.records.change(HAN, lambda known: replace(known, role=Role.SUPERVISOR), by="test")
    room.enter(BOSS, "lunch").enter(HAN).enter(LILEI, "talk")
    talk = talk_in(room)
    key(room, talk, "*32")
    assert talk.did == [("ask_help", (HAN, BOSS))]
