"""The engine dies while callers are in it; FreeSWITCH keeps them, and the next engine takes them back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from fsapp.domain.cdr import Cdr
from fsapp.media.speech import Voice
from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.switch import Switch

WELCOME, MENU, ASK_PIN, BYE, TALK_OVER = (
    "您好，这里是测试热线。",
    "输入密码请按一，留言请按二，人工请按三。",
    "请输入您的密码。",
    "感谢您的来电，再见。",
    "通话已经结束。",
)


@pytest.fixture
def engine(switch: Switch, engine_port: int) -> Iterator[Engine]:
    """One for each test: it will be killed."""
    started = Engine(switch, engine_port)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def caller(
    engine: Engine, phone: Callable[..., Caller], switch: Switch, number: str, prompt: Callable[[str], Path]
) -> Caller:
    calling = phone(number)
    calling.call(f"sip:20001@{switch.trunk}")
    return calling


@pytest.fixture
def prompt(studio: Voice) -> Callable[[str], Path]:
    for text in (WELCOME, ASK_PIN, BYE):
        studio.say(text, "zh")
    return lambda text: Path(studio.say(text, "zh").path)


def the_only_record(engine: Engine, number: str) -> Cdr:
    until(lambda: [cdr.hangup_cause for cdr in engine.cdrs(number)] == ["NORMAL_CLEARING"], 10, "record of the end")
    (cdr,) = engine.cdrs(number)
    assert cdr.complete
    return cdr


def test_a_caller_in_a_prompt_hears_a_chime_and_is_served_by_the_next_engine(
    engine: Engine, caller: Caller, number: str, prompt: Callable[[str], Path]
) -> None:
    until(lambda: hearing.trimmed(caller.heard()).size > hearing.RATE, 10, "second of the welcome")
    engine.kill()
    until(lambda: hearing.seconds_of_tone(caller.heard(), 880) >= 0.15, 5, "chime")
    caller.forget()
    engine.start()
    caller.hear(prompt(WELCOME))
    caller.press("1")
    caller.hear(prompt(ASK_PIN))
    caller.press("0000#")
    caller.wait_for("ended")
    assert caller.has_heard(prompt(BYE))
    assert hearing.longest_silence(hearing.trimmed(caller.heard())) < 3
    assert the_only_record(engine, number).hangup_party == "engine"


def test_a_talk_outlives_the_engine_and_the_flow_goes_on_behind_it(
    engine: Engine,
    caller: Caller,
    number: str,
    prompt: Callable[[str], Path],
    operator: Callable[[Path], Caller],
    tmp_path: Path,
) -> None:
    speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(8).normal(0, 3000, 5 * hearing.RATE))
    agent = operator(speech)
    caller.hear(prompt(WELCOME))
    caller.press("3")
    agent.wait_for("answered")
    engine.kill()
    caller.hear(speech)
    engine.start()
    caller.forget()
    agent.hang_up()
    caller.hear(prompt(TALK_OVER))
    caller.hang_up()
    assert the_only_record(engine, number).hangup_party == "caller"


def test_an_engine_that_is_told_to_stop_hands_its_callers_back(
    engine: Engine, caller: Caller, number: str, prompt: Callable[[str], Path]
) -> None:
    caller.hear(prompt(WELCOME))
    caller.forget()
    assert engine.stop() == 0
    engine.start()
    until(lambda: hearing.seconds_of_tone(caller.heard(), 880) >= 0.15, 10, "chime")
    caller.hear(prompt(MENU))
    assert not caller.has_heard(prompt(WELCOME))
    caller.hang_up()
    assert the_only_record(engine, number).hangup_party == "caller"


def test_a_caller_at_a_question_is_asked_it_again_by_the_next_engine(
    engine: Engine, caller: Caller, number: str, prompt: Callable[[str], Path]
) -> None:
    caller.hear(prompt(MENU))
    caller.press("1")
    caller.hear(prompt(ASK_PIN))
    caller.forget()
    engine.kill()
    engine.start()
    caller.hear(prompt(ASK_PIN))
    caller.press("73910462#")
    caller.hear(prompt(BYE))
    assert the_only_record(engine, number).path == "main>secret>bye"


def test_a_restart_in_the_middle_of_everything_leaves_no_channel_behind(switch: Switch) -> None:
    switch.wait_empty(10)
