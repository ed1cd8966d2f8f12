"""A phone that the engine calls: what the switch is told, and what comes of what it tells."""

import gevent
import pytest

from fsapp.domain.arguments import Endpoint, Name, Number, Uuid
from fsapp.domain.ringing import RingEnd
from fsapp.esl.client import Client
from fsapp.esl.originating import NewLeg
from fsapp.esl.phone_leg import PhoneLeg
from tests.esl.fake_switch import json_event
from tests.esl.test_esl_client import FakeEventSocket, api_response

LEG = NewLeg(
    uuid=Uuid("aa-1"),
    endpoint=Endpoint(Number("1001"), profile=Name("phones"), domain=Name("site")),
    ring_timeout=20,
    engine=Uuid("aa"),
    call=Uuid("cc"),
)


@pytest.fixture
def phone(client: Client) -> PhoneLeg:
    return PhoneLeg(client, LEG, lambda key: None, lambda: None)


def wait_for(switch: FakeEventSocket, words: str, count: int = 1) -> str:
    with gevent.Timeout(5):
        while len(said := [each for each in switch.said if each.startswith(words)]) < count:
            gevent.sleep(0.01)
    return said[-1]


def end_of_job(switch: FakeEventSocket, client: Client, text: str) -> None:
    (job,) = client._jobs
    switch.send(json_event("BACKGROUND_JOB", **{"Job-UUID": job, "_body": text}))


@pytest.mark.parametrize(
    ("cause", "end"),
    [
        ("USER_BUSY", RingEnd.BUSY),
        ("CALL_REJECTED", RingEnd.REJECTED),
        ("NO_ANSWER", RingEnd.NO_ANSWER),
        ("USER_NOT_REGISTERED", RingEnd.UNREGISTERED),
        ("NORMAL_TEMPORARY_FAILURE", RingEnd.FAILED),
    ],
)
def test_the_hang_up_cause_tells_what_came_of_it(
    switch: FakeEventSocket, client: Client, phone: PhoneLeg, cause: str, end: RingEnd
) -> None:
    ringing = gevent.spawn(phone.ring)
    wait_for(switch, "bgapi originate")
    end_of_job(switch, client, f"-ERR {cause}\n")
    rung = ringing.get(timeout=5)
    assert (rung.end, rung.cause) == (end, cause)
    assert phone.gone


def test_a_phone_that_is_told_to_stop_before_the_switch_has_it_stops_all_the_same(
    switch: FakeEventSocket, client: Client, phone: PhoneLeg
) -> None:
    switch.on["api uuid_kill"] = api_response("-ERR No such channel!\n")
    ringing = gevent.spawn(phone.ring)
    wait_for(switch, "bgapi originate")
    phone.hang_up()
    assert wait_for(switch, "api uuid_kill", 2) == "api uuid_kill aa-1 NORMAL_CLEARING"
    end_of_job(switch, client, "-ERR ORIGINATOR_CANCEL\n")
    assert ringing.get(timeout=5).end is RingEnd.NO_ANSWER


def test_an_answer_is_told_before_the_switch_says_that_the_leg_is_up(switch: FakeEventSocket, client: Client) -> None:
    answered: list[str] = []
    phone = PhoneLeg(client, LEG, lambda key: None, lambda: None, lambda: answered.append("yes"))
    ringing = gevent.spawn(phone.ring)
    wait_for(switch, "bgapi originate")
    switch.send(json_event("CHANNEL_ANSWER", **{"Unique-ID": "aa-1"}))
    with gevent.Timeout(5):
        while not answered:
            gevent.sleep(0.01)
    assert not ringing.ready()
    end_of_job(switch, client, "+OK aa-1\n")
    assert ringing.get(timeout=5).end is RingEnd.ANSWERED
    assert not phone.gone


def test_the_switch_is_nudged_while_a_phone_rings_and_not_longer(
    switch: FakeEventSocket, client: Client, phone: PhoneLeg
) -> None:
    nudged = []
    assert client._link is not None
    client._link.nudge = lambda: nudged.append(1)  # type: ignore[method-assign]
    ringing = gevent.spawn(phone.ring)
    with gevent.Timeout(5):
        while len(nudged) < 3:
            gevent.sleep(0.01)
    end_of_job(switch, client, "-ERR NO_ANSWER\n")
    ringing.get(timeout=5)
    gevent.sleep(0.01)
    count = len(nudged)
    gevent.sleep(0.03)
    assert len(nudged) == count


def test_a_job_of_another_phone_is_none_of_this_ones(switch: FakeEventSocket, client: Client, phone: PhoneLeg) -> None:
    ringing = gevent.spawn(phone.ring)
    wait_for(switch, "bgapi originate")
    switch.send(json_event("BACKGROUND_JOB", **{"Job-UUID": "another", "_body": "-ERR USER_BUSY\n"}))
    gevent.sleep(0.02)
    assert not ringing.ready()
    end_of_job(switch, client, "-ERR NO_ANSWER\n")
    assert ringing.get(timeout=5).end is RingEnd.NO_ANSWER
