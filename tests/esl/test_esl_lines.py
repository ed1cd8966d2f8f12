"""The switch as queues see it: what is said over the client connection when a talk is to begin."""

import gevent
import pytest

from fsapp.domain.arguments import Endpoint, Name, Number, Uuid
from fsapp.domain.errors import EslError
from fsapp.domain.ringing import Ring
from fsapp.esl.arguments import HOLD_TONE, Application
from fsapp.esl.channel import Channel
from fsapp.esl.client import Client
from fsapp.esl.commands import Execute
from fsapp.esl.lines import Lines
from tests.esl.fake_switch import json_event
from tests.esl.test_esl_client import FakeEventSocket, api_response

CALLER, LEG = Uuid("cccc-1"), Uuid("aaaa-1")


@pytest.fixture
def caller(client: Client) -> Channel:
    channel = client.callers[CALLER] = client.channel(CALLER, answered=True)
    return channel


@pytest.fixture
def leg(client: Client) -> Channel:
    return client.channel(LEG, answered=True)


@pytest.fixture
def connecting(switch: FakeEventSocket, client: Client, caller: Channel, leg: Channel) -> "gevent.Greenlet[..., bool]":
    """A talk that the switch was asked for."""
    greenlet = gevent.spawn(Lines(client).connect, CALLER, LEG)
    wait_for(switch, "api uuid_bridge")
    return greenlet


def wait_for(switch: FakeEventSocket, words: str) -> None:
    with gevent.Timeout(5):
        while not any(each.startswith(words) for each in switch.said):
            gevent.sleep(0.01)


def happens(switch: FakeEventSocket, name: str, channel: str, **more: str) -> None:
    switch.send(json_event(name, **{"Unique-ID": channel, **more}))


def test_a_talk_has_begun_once_the_switch_says_so(
    switch: FakeEventSocket, caller: Channel, connecting: "gevent.Greenlet[..., bool]"
) -> None:
    gevent.sleep(0.02)
    assert not connecting.ready()
    happens(switch, "CHANNEL_BRIDGE", CALLER)
    assert connecting.get(timeout=5)
    assert caller.lent


@pytest.mark.parametrize("gone", [CALLER, LEG])
def test_there_is_no_talk_where_one_of_the_two_is_gone_before(
    switch: FakeEventSocket, caller: Channel, connecting: "gevent.Greenlet[..., bool]", gone: str
) -> None:
    happens(switch, "CHANNEL_HANGUP", gone, **{"Hangup-Cause": "NORMAL_CLEARING"})
    assert not connecting.get(timeout=5)
    assert not caller.lent


def test_there_is_no_talk_where_the_switch_refuses(switch: FakeEventSocket, client: Client, caller: Channel) -> None:
    switch.on["api uuid_bridge"] = api_response("-ERR Invalid uuid\n")
    assert not Lines(client).connect(CALLER, LEG)
    assert not caller.lent


def test_whoever_waits_on_has_the_way_back_that_the_attempt_may_have_used_up(
    switch: FakeEventSocket, client: Client, caller: Channel
) -> None:
    """FreeSWITCH forgets it where the agent is gone before the talk (switch_ivr_bridge.c, transfer_after_bridge)."""
    caller.way_back = "95598:XML:trunks"
    switch.on["api uuid_bridge"] = api_response("-ERR Invalid uuid\n")
    assert not Lines(client).connect(CALLER, LEG)
    wait_for(switch, f"api uuid_transfer {CALLER} waiting")
    way_back = f"api uuid_setvar {CALLER} transfer_after_bridge 95598:XML:trunks"
    assert switch.said.index(way_back) < switch.said.index(f"api uuid_transfer {CALLER} waiting XML waiting")


def test_what_is_still_to_be_played_is_not_played_before_the_talk(
    switch: FakeEventSocket, connecting: "gevent.Greenlet[..., bool]"
) -> None:
    broken, bridged = f"api uuid_break {CALLER} all", f"api uuid_bridge {CALLER} {LEG}"
    assert switch.said.index(broken) < switch.said.index(bridged)
    connecting.kill()


def test_a_caller_in_a_talk_may_not_be_played_to(
    switch: FakeEventSocket, caller: Channel, connecting: "gevent.Greenlet[..., bool]"
) -> None:
    with pytest.raises(EslError, match="is in a talk"):
        caller.run(Execute(Application.PLAYBACK, HOLD_TONE), limit=1)
    connecting.kill()


def ring(*, at_once: bool) -> Ring:
    endpoint = Endpoint(Number("1001"), profile=Name("phones"), domain=Name("site"))
    return Ring(endpoint, CALLER, 20.0, connects_at_once=at_once)


@pytest.mark.parametrize("at_once", [True, False])
def test_music_stops_at_the_answer_if_the_talk_begins_then(
    switch: FakeEventSocket, client: Client, caller: Channel, at_once: bool
) -> None:
    switch.on["sendmsg"] = b"Content-Type: command/reply\nReply-Text: +OK\n\n"  # and plays on
    caller.launch(Execute(Application.PLAYBACK, HOLD_TONE), lambda: None)
    phone = Lines(client).phone(ring(at_once=at_once), lambda key: None, lambda: None)
    ringing = gevent.spawn(phone.ring)
    wait_for(switch, "bgapi originate")
    for _ in range(2):
        happens(switch, "CHANNEL_ANSWER", phone.uuid)
    gevent.sleep(0.05)
    assert switch.said.count(f"api uuid_break {CALLER}") == int(at_once)
    ringing.kill()
