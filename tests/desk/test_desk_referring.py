"""The transfer button of the telephone itself does what a code does, by the same rules."""

import pytest

from fsapp.desk.speaking import Mouth
from fsapp.desk.talk_desk import TalkDesk
from fsapp.domain.arguments import Endpoint
from fsapp.domain.talk import ToAgent, ToLabel, ToNumber, ToQueue
from tests.desk.room import HAN, LILEI, PHONES, Room, site_plan
from tests.desk.talking import VirtualTalk, talk_in


@pytest.fixture
def room() -> Room:
    return Room().open().enter(LILEI, "talk").enter(HAN)


def press(room: Room, talk: VirtualTalk, number: str, other_call: str = "") -> None:
    TalkDesk(site_plan(), room.desk.ports, talk, Mouth(room.voice, room.language)).refer(number, other_call)


@pytest.mark.parametrize("number", [HAN, PHONES[HAN], f"*41{HAN}", f"*41{HAN}#"])
def test_a_colleague_by_number_phone_or_code(room: Room, number: str) -> None:
    talk = talk_in(room)
    press(room, talk, number)
    assert talk.did == [("send", ToAgent(HAN))]


@pytest.mark.parametrize("number", ["2", "*422"])
def test_a_queue_of_the_site(room: Room, number: str) -> None:
    talk = talk_in(room)
    press(room, talk, number)
    assert talk.did == [("send", ToQueue("sales"))]


def test_an_outside_number_that_the_dialplan_allows(room: Room) -> None:
    talk = talk_in(room)
    press(room, talk, "057188880000")
    ((did, to),) = talk.did
    assert did == "send"
    assert isinstance(to, ToNumber)
    assert isinstance(to.endpoint, Endpoint)


def test_a_label_of_the_flow_by_its_code(room: Room) -> None:
    talk = talk_in(room)
    press(room, talk, "*441")
    assert talk.did == [("send", ToLabel("enter_pin", returns=False))]


@pytest.mark.parametrize(
    ("number", "outcome", "said"),
    [
        ("008613800138000", "number_not_allowed", "不允许拨打这个号码。"),
        ("*4199", "unknown_agent", "没有这个工号。"),
        ("1001", "yourself", "不能对自己使用这个代码。"),
    ],
)
def test_what_no_rule_allows_is_said_and_the_caller_stays(room: Room, number: str, outcome: str, said: str) -> None:
    talk = talk_in(room)
    press(room, talk, number)
    assert (talk.did, talk.heard) == ([], [said])
    assert talk.journal.of("CodeUsed")[0]["outcome"] == outcome


@pytest.mark.parametrize("number", ["", "*41", "*31"])
def test_what_is_no_transfer_is_said(room: Room, number: str) -> None:
    talk = talk_in(room)
    press(room, talk, number)
    assert talk.did == []
    assert talk.heard


def test_whom_the_phones_other_call_is_with_gets_the_caller(room: Room) -> None:
    talk = talk_in(room)
    press(room, talk, f"*23{HAN}", "abc@127.0.0.1")
    assert talk.did == [("hand_to_other_call", "abc@127.0.0.1")]
    assert talk.journal.of("CodeUsed")[0]["code"] == "complete_transfer"
