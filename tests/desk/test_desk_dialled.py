"""Each code that is dialled: the state before, the keys, what is heard, what the dispatcher is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from fsapp.acd.events import (
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    AgentWentOnBreak,
    Event,
    OtherCallEnded,
    OtherCallStarted,
    QueueClosed,
    QueueOpened,
    WrapUpExtended,
)
from fsapp.desk.speaking import Part, Value, Words
from fsapp.domain.talk import LastContact, Listening, Note
from tests.desk.room import BOSS, HAN, LILEI, PHONES, PIN, Room, site_plan, words

LUNCH = Words("用餐", "lunch")
SERVICE = Words("人工服务", "general service")
BILLING = Words("电费", "billing")
DONE = "done"


@dataclass(frozen=True)
class Case:
    """`state` is that of who dials, `others` those of colleagues; `to` is the state when the call is over."""

    code: str
    name: str
    dial: str
    state: tuple[str, ...] = ("ready",)
    keys: str = ""
    heard: Sequence[Part] = ()
    told: Sequence[Event] = ()
    did: Sequence[tuple[Any, ...]] = ()
    to: str = ""
    outcome: str = DONE
    who: str = LILEI
    others: tuple[tuple[str, ...], ...] = ()
    known: tuple[tuple[str, Any], ...] = ()
    queue: tuple[str, ...] = ()
    last: LastContact | None = None


NOT_SIGNED_IN: tuple[str, ...] = ()

CASES = [
    Case(
        "sign_in",
        "with number and PIN",
        "*11",
        NOT_SIGNED_IN,
        f"{LILEI}# {PIN}#",
        ("desk_ask_own_number", "desk_ask_pin", "desk_signed_in"),
        (AgentSignedIn(LILEI, "8001", ready=False), OtherCallStarted(LILEI, "desk-call-*11"), AgentReady(LILEI)),
        to="available",
    ),
    Case(
        "sign_in",
        "the number dialled with the code",
        "*111001",
        NOT_SIGNED_IN,
        f"{PIN}#",
        ("desk_ask_pin", "desk_signed_in"),
        (AgentSignedIn(LILEI, "8001", ready=False), OtherCallStarted(LILEI, "desk-call-*111001"), AgentReady(LILEI)),
        to="available",
    ),
    Case(
        "sign_in",
        "who makes ready by hand is not ready",
        "*111001",
        NOT_SIGNED_IN,
        f"{PIN}#",
        ("desk_ask_pin", "desk_signed_in_not_ready"),
        (AgentSignedIn(LILEI, "8001", ready=False), OtherCallStarted(LILEI, "desk-call-*111001")),
        to="on_break(not_ready)",
        known=(("manual_ready", True),),
    ),
    Case(
        "sign_out",
        "when ready",
        "*10",
        heard=("desk_signed_out",),
        told=(AgentSignedOut(LILEI), OtherCallEnded(LILEI, "desk-call-*10")),
        to="offline",
    ),
    Case(
        "sign_out",
        "in wrap-up",
        "*10",
        ("wrap_up",),
        heard=("desk_signed_out",),
        told=(AgentSignedOut(LILEI), OtherCallEnded(LILEI, "desk-call-*10")),
        to="offline",
    ),
    Case(
        "sign_out",
        "from another line in a talk",
        "*10",
        ("talk",),
        heard=("desk_signs_out_after",),
        told=(AgentSignedOut(LILEI), OtherCallEnded(LILEI, "desk-call-*10")),
        to="talking",
    ),
    Case("ready", "after a break", "*12", ("lunch",), "", ("desk_ready",), (AgentReady(LILEI),), to="available"),
    Case("ready", "in wrap-up", "*12", ("wrap_up",), "", ("desk_ready",), (AgentReady(LILEI),), to="available"),
    Case(
        "ready",
        "from another line in a talk",
        "*12",
        ("talk",),
        "",
        ("desk_ready_after",),
        (AgentReady(LILEI),),
        to="talking",
    ),
    Case("ready", "already", "*12", heard=("desk_no_already_ready",), outcome="already_ready", to="available"),
    Case("busy", "nobody signed in", "*13", (), "", ("desk_no_not_signed_in",), outcome="not_signed_in", to="offline"),
    Case(
        "busy", "when ready", "*13", heard=("desk_busy",), told=(AgentWentOnBreak(LILEI, "busy"),), to="on_break(busy)"
    ),
    Case(
        "busy",
        "from another line in a talk",
        "*13",
        ("talk",),
        heard=("desk_busy_after",),
        told=(AgentWentOnBreak(LILEI, "busy"),),
        to="talking",
    ),
    Case("busy", "already", "*13", ("busy",), "", ("desk_no_already_so",), outcome="already_so", to="on_break(busy)"),
    Case(
        "away",
        "the reason asked for",
        "*14",
        keys="1",
        heard=("desk_ask_break_reason", "desk_away", LUNCH),
        told=(AgentWentOnBreak(LILEI, "lunch"),),
        to="on_break(lunch)",
    ),
    Case(
        "away",
        "the reason dialled",
        "*141",
        ("wrap_up",),
        heard=("desk_away", LUNCH),
        told=(AgentWentOnBreak(LILEI, "lunch"),),
        to="on_break(lunch)",
    ),
    Case(
        "away",
        "a wrong reason, then a right one",
        "*148",
        keys="7 1",
        heard=(
            "desk_no_unknown_item",
            "desk_ask_break_reason",
            "desk_no_unknown_item",
            "desk_ask_break_reason",
            "desk_away",
            LUNCH,
        ),
        told=(AgentWentOnBreak(LILEI, "lunch"),),
        to="on_break(lunch)",
    ),
    Case(
        "away",
        "no reason",
        "*14",
        keys="- - -",
        heard=(
            *("desk_ask_break_reason", "desk_no_nothing_keyed") * 2,
            "desk_ask_break_reason",
            "desk_no_nothing_keyed",
        ),
        outcome="nothing_keyed",
        to="available",
    ),
    Case("away", "too many keys", "*141*2", heard=("desk_no_too_many_keys",), outcome="too_many_keys", to="available"),
    Case(
        "end_wrap_up",
        "in wrap-up",
        "*15",
        ("wrap_up",),
        heard=("desk_wrap_up_ended",),
        told=(AgentReady(LILEI),),
        to="available",
    ),
    Case(
        "end_wrap_up", "not in it", "*15", heard=("desk_no_not_in_wrap_up",), outcome="not_in_wrap_up", to="available"
    ),
    Case(
        "extend_wrap_up",
        "in wrap-up",
        "*16",
        ("wrap_up",),
        heard=("desk_wrap_up_extended", Value("duration", 60)),
        told=(WrapUpExtended(LILEI, 60.0),),
        to="wrap_up",
    ),
    Case(
        "extend_wrap_up",
        "when it has no end",
        "*16",
        ("wrap_up",),
        heard=("desk_no_wrap_up_endless",),
        outcome="wrap_up_endless",
        to="wrap_up",
        known=(("manual_ready", True),),
    ),
    Case("extend_wrap_up", "not in it", "*16", heard=("desk_no_not_in_wrap_up",), outcome="not_in_wrap_up"),
    Case("answer_mode", "automatic", "*171", heard=("desk_answer_automatic",)),
    Case("answer_mode", "manual", "*170", heard=("desk_answer_manual",), known=(("auto_answer", True),)),
    Case("answer_mode", "the same", "*170", heard=("desk_no_already_so",), outcome="already_so"),
    Case(
        "answer_mode",
        "neither",
        "*175",
        keys="0",
        heard=("desk_no_out_of_range", "desk_ask_mode", "desk_no_already_so"),
        outcome="already_so",
    ),
    Case("ready_mode", "manual", "*180", heard=("desk_ready_manual",)),
    Case("ready_mode", "automatic", "*181", heard=("desk_ready_automatic",), known=(("manual_ready", True),)),
    Case("ready_mode", "the same", "*181", heard=("desk_no_already_so",), outcome="already_so"),
    Case(
        "my_state",
        "ready",
        "*20",
        heard=("desk_state_available", "desk_since", Value("duration", 90), "desk_calls_taken", Value("number", 0)),
    ),
    Case(
        "my_state",
        "away",
        "*20",
        ("lunch",),
        heard=(
            "desk_state_on_break",
            LUNCH,
            "desk_since",
            Value("duration", 90),
            "desk_calls_taken",
            Value("number", 0),
        ),
    ),
    Case(
        "my_state",
        "away for a reason that the dispatcher gave",
        "*20",
        ("not_ready",),
        heard=(
            *("desk_state_on_break", "desk_rest_not_ready", "desk_since", Value("duration", 90)),
            *("desk_calls_taken", Value("number", 0)),
        ),
    ),
    Case(
        "my_state",
        "away for a reason that the site no longer has",
        "*20",
        ("smoking",),
        heard=(
            *("desk_state_on_break", Words("smoking", "smoking"), "desk_since", Value("duration", 90)),
            *("desk_calls_taken", Value("number", 0)),
        ),
    ),
    Case(
        "my_state",
        "busy",
        "*20",
        ("busy",),
        heard=("desk_busy", "desk_since", Value("duration", 90), "desk_calls_taken", Value("number", 0)),
    ),
    Case(
        "my_state",
        "in wrap-up",
        "*20",
        ("wrap_up",),
        heard=("desk_state_wrap_up", "desk_since", Value("duration", 90), "desk_calls_taken", Value("number", 1)),
    ),
    Case(
        "my_state",
        "on another line",
        "*20",
        ("other",),
        heard=("desk_state_other_call", "desk_since", Value("duration", 90), "desk_calls_taken", Value("number", 0)),
    ),
    Case(
        "status",
        "who asks counts as before",
        "*21",
        others=((HAN, "lunch"), (BOSS, "ready")),
        queue=("c1", "c2", "c3"),
        heard=(
            *("desk_status_on_duty", Value("number", 3), "desk_status_ready", Value("number", 2)),
            *("desk_status_away", Value("number", 1), "desk_status_waiting", Value("number", 3)),
        ),
    ),
    Case(
        "last_caller",
        "with data",
        "*22",
        last=LastContact("13800138000", "service", 75.0, {"account": "1234567890", "secret": "1"}),
        heard=(
            *("desk_last_caller", Value("phone", "13800138000"), "desk_last_queue", SERVICE),
            *("desk_last_ended", Value("duration", 75), Words("户号", "Account"), Value("digits", "1234567890")),
        ),
    ),
    Case(
        "last_caller",
        "without number and data",
        "*22",
        last=LastContact("anonymous", "unnamed", 5.0),
        heard=("desk_last_caller_withheld", "desk_last_ended", Value("duration", 5)),
    ),
    Case("last_caller", "nobody yet", "*22", heard=("desk_no_no_contact",), outcome="no_contact"),
    Case(
        "internal_call",
        "a colleague",
        "*231002",
        others=((HAN, "ready"),),
        keys="answer:20",
        heard=("desk_connecting",),
        told=(OtherCallStarted(HAN, "desk-call-*231002"), OtherCallEnded(HAN, "desk-call-*231002")),
    ),
    Case(
        "internal_call",
        "does not answer",
        "*23",
        others=((HAN, "lunch"),),
        keys="1002# noanswer",
        heard=("desk_ask_agent", "desk_connecting", "desk_no_no_answer"),
        told=(OtherCallStarted(HAN, "desk-call-*23"), OtherCallEnded(HAN, "desk-call-*23")),
        outcome="no_answer",
    ),
    Case(
        "internal_call",
        "in a talk",
        "*231002",
        others=((HAN, "talk"),),
        heard=("desk_no_agent_busy",),
        outcome="agent_busy",
    ),
    Case("internal_call", "not signed in", "*231002", heard=("desk_no_agent_offline",), outcome="agent_offline"),
    Case(
        "internal_call",
        "oneself, then nobody",
        "*231001",
        keys="7777# - -",
        heard=(
            *("desk_no_yourself", "desk_ask_agent", "desk_no_unknown_agent", "desk_ask_agent"),
            *("desk_no_nothing_keyed", "desk_ask_agent", "desk_no_nothing_keyed"),
        ),
        outcome="nothing_keyed",
    ),
    Case("outside_call", "allowed", "*24057188880000", keys="answer:30", heard=("desk_connecting",)),
    Case(
        "outside_call",
        "busy",
        "*24057188880000",
        keys="busy",
        heard=("desk_connecting", "desk_no_busy"),
        outcome="busy",
    ),
    Case(
        "outside_call",
        "not allowed",
        "*2416812345",
        keys="0019005551234# 05711# failed",
        heard=(
            *("desk_no_number_not_allowed", "desk_ask_number", "desk_no_number_not_allowed", "desk_ask_number"),
            *("desk_connecting", "desk_no_failed"),
        ),
        outcome="failed",
    ),
    Case(
        "pick",
        "the first of a queue",
        "*252",
        queue=("c1", "c2"),
        heard=("desk_connecting",),
        did=(("pick", LILEI, "c1", "desk-call-*252"),),
    ),
    Case("pick", "nobody waits", "*252", heard=("desk_no_nobody_waits",), outcome="nobody_waits"),
    Case("pick", "not ready", "*252", ("lunch",), queue=("c1",), heard=("desk_no_not_ready",), outcome="not_ready"),
    Case(
        "disposition",
        "in wrap-up",
        "*712",
        ("wrap_up",),
        heard=("desk_noted", Words("待跟进", "to be followed up")),
        did=(("note", LILEI, Note.DISPOSITION, "to_follow"),),
    ),
    Case("disposition", "without a contact", "*711", heard=("desk_no_no_contact",), outcome="no_contact"),
    Case(
        "wrap_up_code",
        "in wrap-up",
        "*72",
        ("wrap_up",),
        "2",
        ("desk_ask_wrap_up_code", "desk_noted", Words("报修", "a fault")),
        did=(("note", LILEI, Note.WRAP_UP_CODE, "fault"),),
    ),
    Case(
        "ticket",
        "in wrap-up",
        "*73",
        ("wrap_up",),
        "20261118001#",
        ("desk_ask_ticket", "desk_noted", Value("digits", "20261118001")),
        did=(("note", LILEI, Note.TICKET, "20261118001"),),
    ),
    Case(
        "new_ticket",
        "in wrap-up",
        "*742",
        ("wrap_up",),
        heard=("desk_noted", Words("报修", "a fault"), Value("digits", "20261118-0001")),
        did=(("note", LILEI, Note.TICKET, "20261118-0001"),),
        last=LastContact("13800138000", "service", 5.0),
    ),
    Case(
        "new_ticket",
        "after wrap-up",
        "*742",
        heard=("desk_no_no_contact",),
        outcome="no_contact",
        last=LastContact("13800138000", "service", 500.0),
    ),
    Case("new_ticket", "without a contact", "*742", heard=("desk_no_no_contact",), outcome="no_contact"),
    Case(
        "listen",
        "to a talk",
        "*811002",
        who=BOSS,
        others=((HAN, "talk"),),
        heard=("desk_listening",),
        did=(("listen", "desk-call-*811002", HAN, Listening.LISTEN),),
    ),
    Case(
        "listen",
        "to nobody",
        "*811002",
        who=BOSS,
        others=((HAN, "offer"),),
        heard=("desk_no_agent_not_in_talk",),
        outcome="agent_not_in_talk",
    ),
    Case(
        "listen",
        "as a mere agent",
        "*811002",
        others=((HAN, "talk"),),
        heard=("desk_no_not_supervisor",),
        outcome="not_supervisor",
    ),
    Case(
        "whisper",
        "to an agent",
        "*821002",
        ("busy",),
        who=BOSS,
        others=((HAN, "talk"),),
        heard=("desk_whispering",),
        did=(("listen", "desk-call-*821002", HAN, Listening.WHISPER),),
    ),
    Case(
        "barge",
        "into a talk",
        "*83",
        keys="1002#",
        who=BOSS,
        others=((HAN, "talk"),),
        heard=("desk_ask_agent", "desk_barging"),
        did=(("listen", "desk-call-*83", HAN, Listening.BARGE),),
    ),
    Case(
        "take_over",
        "a talk",
        "*841002",
        who=BOSS,
        others=((HAN, "talk"),),
        heard=("desk_connecting",),
        did=(("take_over", "desk-call-*841002", BOSS, HAN),),
    ),
    Case(
        "agent_state",
        "ready",
        "*85",
        who=BOSS,
        others=((HAN, "lunch"),),
        keys="1002# 1",
        heard=("desk_ask_agent", "desk_ask_state", "desk_agent_ready"),
        told=(AgentReady(HAN),),
    ),
    Case(
        "agent_state",
        "busy",
        "*851002*2",
        who=BOSS,
        others=((HAN, "ready"),),
        heard=("desk_agent_busy",),
        told=(AgentWentOnBreak(HAN, "busy"),),
    ),
    Case(
        "agent_state",
        "out",
        "*851002#0",
        who=BOSS,
        others=((HAN, "talk"),),
        heard=("desk_agent_signed_out",),
        told=(AgentSignedOut(HAN),),
    ),
    Case(
        "agent_state",
        "of somebody who is not there",
        "*851002*1",
        who=BOSS,
        heard=("desk_no_agent_offline",),
        outcome="agent_offline",
    ),
    Case(
        "agent_skill",
        "given",
        "*861002*1*7",
        who=BOSS,
        heard=("desk_skill_set", BILLING, Value("number", 7)),
    ),
    Case(
        "agent_skill",
        "taken",
        "*86",
        who=BOSS,
        keys="1002# 1 0#",
        heard=(*("desk_ask_agent", "desk_ask_skill", "desk_ask_level", "desk_skill_taken", BILLING),),
    ),
    Case(
        "agent_skill",
        "a level that is none",
        "*861002*1*11",
        who=BOSS,
        keys="12 99 10",
        heard=(
            *("desk_no_out_of_range", "desk_ask_level", "desk_no_out_of_range", "desk_ask_level"),
            *("desk_no_out_of_range", "desk_ask_level", "desk_skill_set", BILLING, Value("number", 10)),
        ),
    ),
    Case(
        "close_queue",
        "by number",
        "*901",
        who=BOSS,
        heard=("desk_queue_closed", SERVICE),
        told=(QueueClosed("service"),),
    ),
    Case(
        "open_queue",
        "by number",
        "*91",
        who=BOSS,
        keys="8 1",
        heard=("desk_ask_queue", "desk_no_unknown_queue", "desk_ask_queue", "desk_queue_opened", SERVICE),
        told=(QueueOpened("service"),),
    ),
    Case(
        "announce",
        "recorded again, then sent",
        "*92",
        who=BOSS,
        keys="talk:3 # 2 talk:4 # 1",
        heard=(
            *("desk_record_announcement", "beep", Words("", ""), "desk_announcement_check") * 2,
            "desk_announcement_sent",
        ),
        did=(("broadcast", "/messages/announcement-2.wav", 4.0),),
    ),
    Case(
        "announce",
        "dropped",
        "*92",
        who=BOSS,
        keys="talk:3 # *",
        heard=("desk_record_announcement", "beep", Words("", ""), "desk_announcement_check", "desk_no_not_sent"),
        outcome="not_sent",
    ),
    Case(
        "announce",
        "too short",
        "*92",
        who=BOSS,
        keys="talk:0.5 #",
        heard=("desk_record_announcement", "beep", "desk_no_too_short"),
        outcome="too_short",
    ),
    Case(
        "record_prompts",
        "without an order",
        "*934711",
        who=BOSS,
        heard=("desk_no_unknown_item",),
        outcome="unknown_item",
    ),
    Case("hold", "belongs in a talk", "*31", heard=("desk_no_only_in_talk",), outcome="only_in_talk"),
    Case(
        "messages",
        "where there are none",
        "*26",
        heard=("desk_messages_new", Value("number", 0), "desk_messages_saved", Value("number", 0), "desk_messages_end"),
        told=(),
    ),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}: {case.name}")
def test_what_is_dialled(case: Case, language: str) -> None:
    room = Room(language, **dict(case.known)).open()
    room.last = case.last
    for agent, *how in case.others:
        room.enter(agent, *how)
    if case.state:
        room.enter(case.who, *case.state)
    room.queue_up(*case.queue)
    visited = room.dial(case.dial, case.keys, phone=PHONES[case.who])
    assert visited.heard == words(case.heard, language)
    assert room.told == list(case.told)
    assert room.did == list(case.did)
    assert visited.outcome == case.outcome
    assert not visited.ended
    if case.to:
        assert room.state(case.who) == case.to


def test_every_code_that_can_be_dialled_has_a_case() -> None:
    assert {code.name for code in site_plan().codes if code.dialled} <= {case.code for case in CASES}
