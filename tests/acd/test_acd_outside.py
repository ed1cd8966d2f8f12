"""Legs to outside numbers that agents have rung in a talk are kept: somebody pays for them."""

from collections.abc import Callable

import pytest

from fsapp.acd.places import Place
from fsapp.acd.talks import Talk
from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.ringing import RingEnd
from fsapp.domain.talk import ToAgent, ToNumber
from tests.acd.telephones import Phone, Rig, settle

OUTSIDE = ToNumber(Endpoint(Number("057188880000"), gateway=Name("pstn")))


def talking(rig: Rig) -> tuple[Place, Talk, Phone]:
    """A caller and an agent who talk, and the agent's phone."""
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    phone.answer()
    assert place.talk is not None
    return place, place.talk, phone


def test_a_consulted_number_that_takes_the_caller_is_kept_with_its_times() -> None:
    rig = Rig()
    _, talk, _ = talking(rig)
    talk.ask(OUTSIDE)
    settle()
    outside = rig.ringing("057188880000")
    rig.now += 7
    outside.answer()
    rig.now += 60
    talk.hand_over()
    rig.now += 120
    outside.put_down()
    (kept,) = rig.kept("LegEnded")
    assert kept == {
        "leg": outside.uuid,
        "number": "057188880000",
        "started_at": 1_000_000,
        "answered_at": 1_007_000,
        "ended_at": 1_187_000,
        "end": "answered",
        "cause": "",
        "contact": "caller-1/1",
        "call": "caller-1",
        "agent": "2001",
    }


@pytest.mark.parametrize("how", [Talk.send, Talk.ask])
def test_a_number_that_nobody_answers_is_kept_without_a_talk(how: Callable[[Talk, ToNumber], None]) -> None:
    rig = Rig()
    _, talk, _ = talking(rig)
    how(talk, OUTSIDE)
    settle()
    rig.ringing("057188880000").refuse(RingEnd.NO_ANSWER, "NO_ANSWER")
    (kept,) = rig.kept("LegEnded")
    assert (kept["end"], kept["cause"], "answered_at" in kept) == ("no_answer", "NO_ANSWER", False)


def test_a_caller_who_was_sent_to_a_number_and_hangs_up_ends_its_leg() -> None:
    rig = Rig()
    place, talk, _ = talking(rig)
    talk.send(OUTSIDE)
    settle()
    rig.ringing("057188880000").answer()
    rig.now += 90
    rig.hang_up(place)
    (kept,) = rig.kept("LegEnded")
    assert kept["ended_at"] - kept["answered_at"] == 90_000


def test_a_consulted_number_that_is_dropped_while_it_rings_is_kept() -> None:
    rig = Rig()
    _, talk, _ = talking(rig)
    talk.ask(OUTSIDE)
    settle()
    talk.cancel()
    settle()
    assert [kept["end"] for kept in rig.kept("LegEnded")] == ["failed"]


def test_a_colleague_is_no_outside_leg() -> None:
    rig = Rig()
    _, talk, _ = talking(rig)
    rig.hire("2002")
    talk.ask(ToAgent("2002"))
    settle()
    phone = rig.ringing("2002")
    phone.answer()
    phone.put_down()
    assert rig.kept("LegEnded") == []
