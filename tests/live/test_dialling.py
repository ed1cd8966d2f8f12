"""A second leg, as flows dial it, on a real switch with a telephone at each end."""

from collections.abc import Callable
from pathlib import Path

import gevent
import numpy as np
import pytest

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.errors import EslError
from fsapp.domain.leg import Dial, DialEnd, PlayEnd, Utterance
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.media.speech import Voice
from tests.live import hearing
from tests.live.caller import Caller
from tests.live.conftest import OPERATOR, PASSWORD
from tests.live.switch import Switch


@pytest.fixture
def ask(studio: Voice) -> Utterance:
    return studio.say("请输入您的十位户号。", "zh")


def an_agent(switch: Switch) -> Endpoint:
    return Endpoint(Number(OPERATOR), profile=Name("phones"), domain=Name(switch.settings.domain))


def test_an_agent_is_dialled_talks_and_the_caller_comes_back(
    leg: EslLeg, caller: Caller, switch: Switch, operator: Callable[[Path], Caller], tmp_path: Path, ask: Utterance
) -> None:
    speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(5).normal(0, 3000, 3 * hearing.RATE))
    agent = operator(speech)
    dialling = gevent.spawn(leg.dial, Dial(an_agent(switch), 20, caller_number="13800138000"))
    agent.wait_for("answered")
    caller.hear(speech)
    agent.hang_up()
    dialled = dialling.get(timeout=5)
    assert dialled.end is DialEnd.ANSWERED
    assert 2 < dialled.talk_seconds < 15
    assert leg.play([ask], barge_in=False) is PlayEnd.PLAYED
    caller.hear(Path(ask.path))


def test_a_number_is_dialled_through_the_gateway(
    leg: EslLeg, caller: Caller, phone: Callable[..., Caller], carrier_port: int, tmp_path: Path
) -> None:
    speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(11).normal(0, 3000, 2 * hearing.RATE))
    outside = phone("057188880000", "--port", str(carrier_port), "--answer", "--play", str(speech))
    endpoint = Endpoint(Number("057188880000"), gateway=Name("pstn"))
    dialling = gevent.spawn(leg.dial, Dial(endpoint, 20, caller_number="13800138000"))
    assert "sip:13800138000@127.0.0.1" in outside.wait_for("from")
    caller.hear(speech)
    outside.hang_up()
    assert dialling.get(timeout=5).end is DialEnd.ANSWERED


def test_a_phone_that_nobody_answers(leg: EslLeg, switch: Switch, phone: Callable[..., Caller], ask: Utterance) -> None:
    switch.add_phone("1002", PASSWORD)
    silent = phone("1002", "--user", "1002", "--password", PASSWORD, "--registrar", switch.registrar)
    silent.wait_for("registered")
    endpoint = Endpoint(Number("1002"), profile=Name("phones"), domain=Name(switch.settings.domain))
    assert leg.dial(Dial(endpoint, 2)).end is DialEnd.NO_ANSWER
    assert leg.play([ask], barge_in=False) is PlayEnd.PLAYED


def test_a_phone_that_is_not_registered(leg: EslLeg, switch: Switch) -> None:
    endpoint = Endpoint(Number("1098"), profile=Name("phones"), domain=Name(switch.settings.domain))
    assert leg.dial(Dial(endpoint, 5)).end is DialEnd.FAILED


def test_a_talk_outlives_the_engine_and_the_caller_comes_back_after_it(
    leg: EslLeg,
    session: Session,
    caller: Caller,
    switch: Switch,
    operator: Callable[[Path], Caller],
    taken: Callable[[], Session],
    tmp_path: Path,
) -> None:
    speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(9).normal(0, 3000, 5 * hearing.RATE))
    agent = operator(speech)
    dialling = gevent.spawn(leg.dial, Dial(an_agent(switch), 20))
    agent.wait_for("answered")
    session.stop()
    with pytest.raises(EslError):
        dialling.get(timeout=1)
    caller.hear(speech)
    agent.hang_up()
    assert taken().uuid == session.uuid
