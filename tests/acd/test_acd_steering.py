"""What agents do with a talk, and what becomes of caller, agent and whoever is asked."""

import pytest

from fsapp.acd.desk_floor import DeskFloor
from fsapp.acd.desk_talk import DeskTalk
from fsapp.acd.events import OtherCallEnded, OtherCallStarted
from fsapp.acd.helping import Help
from fsapp.acd.places import Place
from fsapp.acd.talks import Talk
from fsapp.domain.queueing import FaxWanted, Held, Moved, SentTo, TalkBegan, TalkOver
from fsapp.domain.ringing import RingEnd
from fsapp.domain.talk import Refusal, Refused, ToAgent, ToLabel, ToQueue
from tests.acd.telephones import Phone, Rig, settle


def talking(rig: Rig) -> tuple[Place, Talk, Phone]:
    """Agent 2001 and a caller."""
    rig.hire("2001", wrap_up_time=0)
    place = rig.call()
    phone = rig.ringing("2001")
    phone.answer()
    assert rig.news(place) == [TalkBegan("2001")]
    assert place.talk is not None
    return place, place.talk, phone


def test_a_caller_who_is_sent_on_is_not_held_before() -> None:
    rig = Rig(other={})
    place, talk, phone = talking(rig)
    talk.send(ToLabel("bill", returns=False))
    assert rig.news(place) == [SentTo("bill", returns=False)]
    assert phone.ended

    rig = Rig(other={})
    place, talk, _ = talking(rig)
    talk.send(ToQueue("other"))
    assert rig.news(place) == [Moved("other")]


def test_a_held_caller_is_told_of_to_the_flow_which_plays_music() -> None:
    rig = Rig()
    place, talk, _ = talking(rig)
    talk.hold()
    assert rig.news(place) == [Held()]
    assert rig.talks() == {}


def test_an_agent_who_waits_for_the_callers_pin_hears_music_until_the_caller_is_back() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    talk.send(ToLabel("verify", returns=True))
    assert rig.news(place) == [SentTo("verify", returns=True)]
    place.resume()
    assert phone.heard == ["music", "silence"]
    assert rig.talks() == {place.caller: phone.uuid}


def test_an_agent_hears_music_while_the_callers_machine_takes_a_fax_and_then_what_came_of_it() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    told: list[tuple[Refusal, dict[str, str]]] = []
    rig.service.on_refused = lambda _agent, why: told.append((why, rig.talks()))
    DeskTalk(rig.service, talk).fax("tariff")
    assert rig.news(place) == [FaxWanted("tariff")]
    with pytest.raises(Refused, match="too_late"):
        talk.fax("tariff")
    place.resume(Refusal.FAILED)
    assert phone.heard == ["music", "silence"]
    assert told == [(Refusal.FAILED, {place.caller: phone.uuid})]
    talk.fax("tariff")
    place.resume()
    assert len(told) == 1


def test_an_agent_who_hangs_up_while_a_fax_is_sent_is_free_and_the_fax_goes_on() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    talk.fax("tariff")
    phone.hang_up()
    settle()
    assert rig.state("2001") == "available"
    place.resume()
    news = rig.news(place)
    assert (news[0], type(news[1])) == (FaxWanted("tariff"), TalkOver)


def test_the_agent_is_told_that_nobody_answered_once_the_caller_is_back() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    rig.hire("2002", queue="none")
    told: list[tuple[Refusal, dict[str, str]]] = []
    rig.service.on_refused = lambda _agent, why: told.append((why, rig.talks()))
    talk.ask(ToAgent("2002"))
    settle()
    rig.ringing("2002").refuse(RingEnd.BUSY)
    assert told == [(Refusal.BUSY, {place.caller: phone.uuid})]


def test_who_handed_a_caller_over_can_still_note_what_it_was_about() -> None:
    rig = Rig()
    place, talk, _ = talking(rig)
    rig.hire("2002", queue="none")
    talk.ask(ToAgent("2002"))
    settle()
    rig.ringing("2002").answer()
    talk.hand_over()
    settle()
    assert (rig.state("2001"), rig.state("2002")) == ("available", "talking")
    last = DeskFloor(rig.service).last_contact("2001")
    assert last is not None
    assert last.caller == place.request.call.ani
    rig.now += 30
    again = DeskFloor(rig.service).last_contact("2001")
    assert again is not None
    assert again.ended_ago == 30


def test_a_transfer_to_an_agent_who_does_not_answer_costs_the_caller_no_place() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    rig.hire("2002", queue="none")
    rig.now += 60
    talk.send(ToAgent("2002"))
    settle()
    assert phone.ended
    rig.ringing("2002").refuse(RingEnd.NO_ANSWER)
    assert rig.news(place) == [Moved("live")]
    rig.ringing("2001").answer()
    assert rig.news(place) == [TalkBegan("2001")]


def test_supervisors_are_rung_one_after_another_and_the_agent_is_told_that_nobody_came() -> None:
    rig = Rig()
    _, talk, _ = talking(rig)
    rig.hire("2008", "2009", queue="none")
    told: list[Refusal] = []
    rig.service.on_refused = lambda _agent, why: told.append(why)
    Help(rig.service, talk, ("2008", "2009")).start()
    settle()
    with pytest.raises(Refused):
        Help(rig.service, talk, ("2009",)).start()
    rig.ringing("2008").refuse(RingEnd.NO_ANSWER)
    rig.ringing("2009").refuse(RingEnd.BUSY)
    assert told == [Refusal.NO_SUPERVISOR]
    assert rig.state("2008") == rig.state("2009") == "available"


def test_a_supervisor_who_is_rung_for_help_is_let_be_once_the_talk_is_over() -> None:
    rig = Rig()
    place, talk, _ = talking(rig)
    rig.hire("2008", "2009", queue="none")
    Help(rig.service, talk, ("2008", "2009")).start()
    settle()
    rig.hang_up(place)
    assert rig.rung() == []
    assert rig.state("2008") == "available"


def test_a_supervisor_who_helps_is_known_to_be_in_that_very_leg() -> None:
    """Whoever compares agents with the switch's channels must find it there."""
    rig = Rig()
    _, talk, phone = talking(rig)
    rig.hire("2008", queue="none")
    Help(rig.service, talk, ("2008",)).start()
    settle()
    leg = rig.ringing("2008")
    leg.answer()
    supervisor = rig.service.dispatcher.agent("2008")
    assert supervisor is not None
    assert supervisor.other_calls == {leg.uuid}
    assert leg.watches == phone.uuid


def test_whom_the_agents_other_call_is_with_gets_the_caller() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    rig.hire("2002", queue="none")
    for agent in ("2001", "2002"):  # as the desk tells: 2001 called 2002
        rig.service.tell(OtherCallStarted(agent, "call-of-2001"))
    colleague = rig.up()
    rig.switch.partners["call-of-2001"] = colleague.uuid
    DeskTalk(rig.service, talk).hand_to_other_call("sip-call-of-2001")
    settle()
    assert rig.talks() == {place.caller: colleague.uuid}
    assert phone.ended
    rig.service.tell(OtherCallEnded("2001", "call-of-2001"))
    rig.service.tell(OtherCallEnded("2002", "call-of-2001"))
    assert (rig.state("2001"), rig.state("2002")) == ("available", "talking")
    rig.switch.held[colleague.uuid].put_down()
    assert rig.news(place)[-1:] == [TalkOver("2002", 0.0)]
    assert rig.state("2002") == "available"


@pytest.mark.parametrize(("call_id", "why"), [("sip-another", Refusal.NOT_CONSULTING), ("sip-mine", Refusal.NO_ANSWER)])
def test_an_other_call_that_is_with_nobody_leaves_the_caller_with_the_agent(call_id: str, why: Refusal) -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    rig.service.tell(OtherCallStarted("2001", "mine"))
    with pytest.raises(Refused) as refused:
        DeskTalk(rig.service, talk).hand_to_other_call(call_id)
    assert refused.value.why is why
    assert rig.talks() == {place.caller: phone.uuid}


def test_a_supervisor_who_takes_over_has_the_talk_though_the_agents_leg_ends_meanwhile() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    rig.hire("2008", queue="none")
    supervisor = rig.up()
    talk.taken_by("2008", supervisor)
    settle()
    assert phone.ended
    assert (rig.state("2001"), rig.state("2008")) == ("available", "talking")
    assert rig.news(place) == []
    assert place.talk is talk


def test_a_consulted_agent_who_hangs_up_in_the_instant_of_the_hand_over_leaves_the_caller_with_the_agent() -> None:
    rig = Rig()
    place, talk, phone = talking(rig)
    rig.hire("2002", queue="none")
    talk.ask(ToAgent("2002"))
    settle()
    other = rig.ringing("2002")
    other.answer()
    rig.switch.on_connect = lambda: rig.switch.leg_ended(other)
    with pytest.raises(Refused):
        talk.hand_over()
    settle()
    assert rig.talks() == {place.caller: phone.uuid}
    assert (rig.state("2001"), rig.state("2002")) == ("talking", "available")


def test_who_hands_a_conference_over_leaves_the_other_two_talking() -> None:
    rig = Rig()
    place, talk, phone, other = conference(rig)
    assert other.watches == phone.uuid
    talk.hand_over()
    settle()
    assert rig.talks() == {place.caller: other.uuid}
    assert (rig.state("2001"), rig.state("2002")) == ("available", "talking")


def conference(rig: Rig) -> tuple[Place, Talk, Phone, Phone]:
    """Agents 2001 and 2002 and a caller."""
    place, talk, phone = talking(rig)
    rig.hire("2002", queue="none")
    talk.ask(ToAgent("2002"))
    settle()
    other = rig.ringing("2002")
    other.answer()
    talk.conference()
    settle()
    return place, talk, phone, other


def test_the_agent_who_leaves_a_conference_leaves_the_other_two_talking() -> None:
    """The switch parts caller and agent at the same moment: the caller is to wait on then, not to go to the flow."""
    rig = Rig()
    place, _, phone, other = conference(rig)
    assert rig.switch.kept == {place.caller}
    rig.switch.refuse_next = True
    phone.put_down()
    assert rig.talks() == {place.caller: other.uuid}
    assert rig.switch.kept == set()
    assert (rig.state("2001"), rig.state("2002")) == ("available", "talking")


def test_the_third_who_leaves_a_conference_leaves_the_talk_as_it_was() -> None:
    rig = Rig()
    place, _, phone, other = conference(rig)
    other.put_down()
    assert rig.talks() == {place.caller: phone.uuid}
    assert rig.switch.kept == set()
    phone.put_down()
    assert rig.news(place)[-1:] == [TalkOver("2001", 0.0)]
