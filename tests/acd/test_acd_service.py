"""Queues with phones: what the shell around the dispatcher does in calls that go right, and in those that do not."""

from typing import Any

import pytest

from fsapp.domain.leg import Utterance
from fsapp.domain.queueing import Held, LeftQueue, TalkBegan, TalkOver
from fsapp.domain.ringing import Ring, RingEnd
from fsapp.domain.talk import Refused
from tests.acd.telephones import Phone, Rig, settle

WHISPER = Utterance("电费咨询。", "zh", "/speech/whisper.wav", 1.0)


def test_who_answers_has_the_caller_until_the_agent_hangs_up() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    phone.answer()
    assert rig.talks() == {place.caller: phone.uuid}
    assert rig.news(place) == [TalkBegan("2001")]
    rig.now += 30.0
    phone.put_down()
    assert rig.news(place) == [TalkOver("2001", 30.0)]
    assert rig.state("2001") == "available"
    assert rig.ends() == ["answered"]
    assert rig.screen.told == [("offer", "2001"), ("answer", "2001"), ("end", "2001")]


def test_the_phone_shows_who_calls_and_what_is_known() -> None:
    rig = Rig()
    rig.hire("2001")
    rig.call(data={"account": "1234567890"})
    asked = rig.ringing("2001").asked
    assert (asked.caller_number, asked.caller_name, asked.call) == ("13800138000", " 1234567890", "caller-1")


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (RingEnd.BUSY, "on_break(busy_delay)"),
        (RingEnd.REJECTED, "on_break(reject_delay)"),
        (RingEnd.NO_ANSWER, "on_break(no_answer_delay)"),
        (RingEnd.UNREGISTERED, "on_break(unregistered)"),
        (RingEnd.FAILED, "on_break(failure_delay)"),
    ],
)
def test_a_phone_that_does_not_take_the_caller_makes_the_next_one_ring(end: RingEnd, state: str) -> None:
    rig = Rig()
    rig.hire("2001", "2002")
    rig.call()
    rig.ringing("2001").refuse(end)
    assert rig.state("2001") == state
    assert rig.rung() == ["2002"]


@pytest.mark.parametrize("end", [each for each in RingEnd if each is not RingEnd.ANSWERED])
def test_nothing_is_kept_of_an_offer_that_came_to_nothing(end: RingEnd) -> None:
    """It holds the caller's whole call."""
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    rig.ringing("2001").refuse(end)
    rig.hang_up(place)
    assert rig.service._offers == {}


def test_nothing_is_kept_of_an_offer_that_led_to_a_talk() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    rig.ringing("2001").answer()
    settle()
    rig.hang_up(place)
    assert rig.service._offers == {}


def test_a_phone_that_nobody_picks_up_stops_ringing_at_the_queues_limit() -> None:
    rig = Rig(live={"ring_timeout": 15})
    rig.hire("2001", "2002")
    rig.call()
    phone = rig.ringing("2001")
    rig.pass_time(15)
    assert phone.ended
    assert rig.rung() == ["2002"]


def test_a_caller_who_hangs_up_stops_the_ringing() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    rig.hang_up(place)
    assert phone.ended
    assert (rig.ends(), rig.state("2001")) == (["abandoned"], "available")


def test_a_caller_who_hangs_up_in_a_talk_lets_the_agent_wrap_up() -> None:
    rig = Rig(live={"wrap_up_time": 20})
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    phone.answer()
    rig.hang_up(place)
    assert phone.ended
    assert (rig.ends(), rig.state("2001")) == (["answered"], "wrap_up")
    assert len(rig.kept("TalkEnded")) == 1


def test_the_agent_hears_the_whisper_before_the_caller() -> None:
    rig = Rig()
    rig.hire("2001")
    rig.switch.speaking.clear()
    place = rig.call(whisper=WHISPER)
    phone = rig.ringing("2001")
    phone.answer()
    assert (phone.heard, rig.talks()) == ([WHISPER.path], {})
    rig.switch.speaking.set()
    settle()
    assert rig.talks() == {place.caller: phone.uuid}


def test_a_caller_who_hangs_up_during_the_whisper_has_abandoned() -> None:
    rig = Rig(live={"wrap_up_time": 20})
    rig.hire("2001")
    rig.switch.speaking.clear()
    place = rig.call(whisper=WHISPER)
    phone = rig.ringing("2001")
    phone.answer()
    rig.hang_up(place)
    assert phone.ended
    assert (rig.ends(), rig.kept("TalkEnded")) == (["abandoned"], [])
    assert rig.state("2001") == "available"


def test_a_whisper_may_be_long() -> None:
    rig = Rig()
    rig.hire("2001", "2002")
    rig.switch.speaking.clear()
    place = rig.call(whisper=WHISPER)
    phone = rig.ringing("2001")
    phone.answer()
    rig.pass_time(12)
    rig.switch.speaking.set()
    settle()
    assert rig.talks() == {place.caller: phone.uuid}
    assert rig.ends() == ["answered"]


def test_a_whisper_without_end_loses_the_agent_and_not_the_caller() -> None:
    rig = Rig()
    rig.hire("2001", "2002")
    rig.switch.speaking.clear()
    place = rig.call(whisper=WHISPER)
    phone = rig.ringing("2001")
    phone.answer()
    rig.pass_time(120)
    assert phone.ended
    rig.switch.speaking.set()
    rig.ringing("2002").answer()
    assert rig.talks() == {place.caller: rig.switch.phones[-1].uuid}
    assert rig.news(place) == [TalkBegan("2002")]


def test_an_agent_who_hangs_up_during_the_whisper_gives_the_caller_to_the_next() -> None:
    rig = Rig()
    rig.hire("2001", "2002")
    rig.switch.speaking.clear()
    place = rig.call(whisper=WHISPER)
    phone = rig.ringing("2001")
    phone.answer()
    phone.put_down()
    rig.switch.speaking.set()
    assert rig.rung() == ["2002"]
    assert rig.news(place) == [Held()]
    assert rig.ends() == []


def test_of_phones_that_ring_together_the_first_answer_wins() -> None:
    rig = Rig(live={"strategy": "ring_all"})
    rig.hire("2001", "2002", "2003")
    place = rig.call()
    first, second, third = (rig.ringing(each) for each in ("2001", "2002", "2003"))
    second.pick_up()  # both in the same instant
    first.answer()
    assert rig.talks() == {place.caller: second.uuid}
    assert first.ended
    assert third.ended
    assert rig.ends() == ["answered"]
    assert [rig.state(each) for each in ("2001", "2002", "2003")] == ["available", "talking", "available"]


def test_a_caller_gone_in_the_instant_of_the_answer_leaves_nobody_alone() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    rig.switch.caller_hangs_up(place.caller)  # the engine has not heard of it yet
    phone.answer()
    assert phone.ended
    rig.hang_up(place)
    assert rig.ends() == ["abandoned"]
    assert rig.state("2001") != "talking"


def test_a_caller_who_hangs_up_while_the_two_are_connected_is_not_shown_as_answered() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    connect = rig.switch.connect

    def connect_and_lose(caller: str, leg: str) -> bool:
        connected = connect(caller, leg)
        rig.switch.caller_hangs_up(caller)
        place.close()
        return connected

    rig.switch.connect = connect_and_lose  # type: ignore[method-assign]
    phone.answer()
    assert [moment for moment, _ in rig.screen.told] == ["offer", "end"]
    assert rig.news(place) == []
    assert rig.ends() == ["abandoned"]
    assert rig.state("2001") == "available"


def test_a_key_takes_the_caller_out_and_stops_the_ringing() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    assert place.leave("key")
    settle()
    assert phone.ended
    assert rig.ends() == ["key"]


def test_who_waits_too_long_leaves() -> None:
    rig = Rig(live={"max_wait_time": 60})
    place = rig.call()
    rig.pass_time(60)
    assert rig.news(place) == [LeftQueue("timeout")]


def test_a_phone_that_is_gone_for_good_while_it_rings_makes_the_next_one_ring() -> None:
    rig = Rig()
    rig.hire("2001", "2002")
    rig.call()
    phone = rig.ringing("2001")
    rig.unregister("2001")
    assert phone.ended
    assert (rig.rung(), rig.state("2001")) == (["2002"], "on_break(unregistered)")


def test_a_talk_whose_agent_cannot_be_had_back_ends_for_the_agent_too() -> None:
    rig = Rig()
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    phone.answer()
    talk = rig.service.talk_of("2001")
    assert talk is not None
    talk.hold()
    rig.switch.gone.add(place.caller)
    with pytest.raises(Refused):
        talk.take_back()
    settle()
    assert phone.ended
    assert rig.state("2001") == "available"


def test_a_phone_that_cannot_be_called_at_all_makes_the_next_one_ring() -> None:
    rig = Rig()
    rig.hire("2001", "2002")
    make = rig.switch.phone

    def broken(ring: Ring, *hooks: Any) -> Phone:
        if ring.endpoint.number == "2001":
            raise ValueError("no such phone")
        return make(ring, *hooks)

    rig.switch.phone = broken  # type: ignore[assignment, method-assign]
    rig.call()
    assert rig.rung() == ["2002"]
