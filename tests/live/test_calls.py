"""Whole calls: a telephone, FreeSWITCH, the engine with its flows, and the records of both."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fsapp.domain.cdr import Cdr
from fsapp.media.speech import Voice
from tests.live import hearing
from tests.live.caller import HEARD, Caller, until
from tests.live.engine import Engine
from tests.live.sip import RawCaller
from tests.live.switch import Switch

pytestmark = pytest.mark.usefixtures("engine")

HOTLINE, BILLS = "20001", "95598"
WELCOME, MENU = "您好，这里是测试热线。", "输入密码请按一，留言请按二，人工请按三。"
ASK_PIN, RIGHT_PIN = "请输入您的密码。", "密码正确。"
ASK_MESSAGE, MESSAGE_SAVED = "请留言。", "留言已经保存。"
TALK_OVER, BYE = "通话已经结束。", "感谢您的来电，再见。"
PIN = "73910462"
GREETING = "您好，欢迎致电供电服务热线。"
BILL = "户号幺二三，四五六，七八九零，十月份电费三百一十二元五角，请于二零二六年十一月三十日前缴纳。"

Dial = Callable[[str], Caller]


@pytest.fixture
def dial(phone: Callable[..., Caller], switch: Switch, number: str) -> Dial:
    """Calls a number: `dial(HOTLINE)`."""

    def call(called: str) -> Caller:
        caller = phone(number)
        caller.call(f"sip:{called}@{switch.trunk}")
        return caller

    return call


@pytest.fixture
def prompt(studio: Voice) -> Callable[[str], Path]:
    """The sound of a text: `prompt(WELCOME)`. Those of the flows are made before any call, as in production."""
    for text in (WELCOME, MENU, ASK_PIN, RIGHT_PIN, ASK_MESSAGE, MESSAGE_SAVED, TALK_OVER, BYE, GREETING):
        studio.say(text, "zh")
    return lambda text: Path(studio.say(text, "zh").path)


def record_of_the_switch(switch: Switch, uuid: str) -> dict[str, Any]:
    until(lambda: uuid in str(switch.cdrs()), 5, "record of the switch")
    return next(cdr["variables"] for cdr in switch.cdrs() if cdr["variables"]["uuid"] == uuid)


def assert_both_records_agree(cdr: Cdr, switch: Switch) -> None:
    theirs = record_of_the_switch(switch, cdr.uuid)
    assert cdr.complete
    assert cdr.hangup_cause == theirs["hangup_cause"]
    assert cdr.ani == theirs["sip_from_user"]
    assert cdr.billable_ms == int(theirs["billmsec"])
    assert cdr.duration_ms == pytest.approx(int(theirs["mduration"]), abs=300)
    assert cdr.sip_call_id == theirs["sip_call_id"]
    assert cdr.codec == theirs["read_codec"] == "PCMA"


def test_a_caller_asks_for_the_bill_and_hears_it(
    engine: Engine, switch: Switch, dial: Dial, number: str, prompt: Callable[[str], Path], studio: Voice
) -> None:
    caller = dial(BILLS)
    caller.hear(prompt(GREETING))
    caller.press("1")
    caller.hear(Path(studio.prompt("enter_account", "zh").path))
    caller.press("1234567890")
    until(lambda: BILL in engine.log, 40, "bill in the engine's log")  # made by the engine, while the caller waits
    caller.hear(prompt(BILL))
    caller.hang_up()
    cdr = engine.cdr(number)
    assert_both_records_agree(cdr, switch)
    assert (cdr.flow, cdr.disposition, cdr.hangup_party) == ("power_hotline", "bill_told", "caller")
    assert cdr.path.startswith("main>menu>bill")


def test_a_flow_runs_to_its_end_and_hangs_up(
    engine: Engine, switch: Switch, dial: Dial, number: str, prompt: Callable[[str], Path], studio: Voice
) -> None:
    caller = dial(HOTLINE)
    caller.hear(prompt(WELCOME))
    caller.press("1")
    caller.hear(prompt(ASK_PIN))
    caller.press(f"{PIN}#")
    caller.wait_for("ended")
    assert caller.has_heard(prompt(RIGHT_PIN))
    assert caller.has_heard(prompt(BYE))
    assert not caller.has_heard(prompt(MESSAGE_SAVED))
    cdr = engine.cdr(number)
    assert_both_records_agree(cdr, switch)
    assert (cdr.path, cdr.hangup_party, cdr.hangup_cause) == ("main>secret>bye", "engine", "NORMAL_CLEARING")


def test_a_pin_stands_in_no_file_of_the_engine_or_the_switch(
    engine: Engine, switch: Switch, dial: Dial, number: str, prompt: Callable[[str], Path]
) -> None:
    caller = dial(HOTLINE)
    caller.hear(prompt(WELCOME))
    caller.press("1")
    caller.hear(prompt(ASK_PIN))
    caller.press(f"{PIN}#")
    caller.hear(prompt(RIGHT_PIN))
    caller.wait_for("ended")
    assert_both_records_agree(engine.cdr(number), switch)
    ours = Path("engine") / "flows" / "live_hotline.yaml"
    files = [file for file in switch.root.rglob("*") if file.is_file() and not str(file).endswith(str(ours))]
    assert [file for file in files if PIN.encode() in file.read_bytes()] == []


def test_a_key_breaks_into_the_menu(dial: Dial, prompt: Callable[[str], Path]) -> None:
    caller = dial(HOTLINE)
    caller.hear(prompt(WELCOME))
    caller.press("2")
    caller.hear(prompt(ASK_MESSAGE))
    assert not caller.has_heard(prompt(MENU))


def test_a_message_holds_the_callers_voice(
    engine: Engine,
    switch: Switch,
    phone: Callable[..., Caller],
    number: str,
    prompt: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    voice = hearing.write(tmp_path / "voice.wav", np.random.default_rng(2).normal(0, 3000, 2 * hearing.RATE))
    caller = phone(number, "--play", str(voice))
    caller.call(f"sip:{HOTLINE}@{switch.trunk}")
    caller.hear(prompt(WELCOME))
    caller.press("2")
    caller.hear(prompt(ASK_MESSAGE))
    messages = switch.data / "messages"
    until(lambda: any(file.stat().st_size > 4 * 16_000 for file in messages.rglob("*.wav")), 15, "four seconds")
    caller.press("#")
    caller.hear(prompt(MESSAGE_SAVED))
    caller.wait_for("ended")
    (message,) = engine.cdr(number).messages
    assert hearing.likeness(hearing.sound(Path(message["path"])), hearing.sound(voice)) >= HEARD
    assert message["seconds"] == pytest.approx(len(hearing.sound(Path(message["path"]))) / hearing.RATE, abs=0.1)


def test_an_agent_talks_and_the_caller_returns_to_the_flow(
    engine: Engine,
    switch: Switch,
    dial: Dial,
    number: str,
    prompt: Callable[[str], Path],
    operator: Callable[[Path], Caller],
    tmp_path: Path,
) -> None:
    speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(4).normal(0, 3000, 3 * hearing.RATE))
    agent = operator(speech)
    caller = dial(HOTLINE)
    caller.hear(prompt(WELCOME))
    caller.press("3")
    agent.wait_for("answered")
    caller.hear(speech)
    agent.hang_up()
    caller.hear(prompt(TALK_OVER))
    caller.wait_for("ended")
    cdr = engine.cdr(number)
    assert_both_records_agree(cdr, switch)
    (leg,) = engine.record(cdr.uuid).legs
    assert (leg.number, leg.end, leg.cause) == ("1001", "answered", "NORMAL_CLEARING")
    assert leg.answered_at is not None
    assert leg.started_at <= leg.answered_at < leg.ended_at


def at_the_welcome(caller: Caller, _: Callable[[str], Path]) -> None:
    until(lambda: hearing.trimmed(caller.heard()).size > hearing.RATE // 2, 10, "half a second of the welcome")


def in_the_menu(caller: Caller, prompt: Callable[[str], Path]) -> None:
    caller.hear(prompt(WELCOME))


def after_the_menu(caller: Caller, prompt: Callable[[str], Path]) -> None:
    caller.hear(prompt(MENU))


def at_the_pin(caller: Caller, prompt: Callable[[str], Path]) -> None:
    in_the_menu(caller, prompt)
    caller.press("1")
    caller.hear(prompt(ASK_PIN))
    caller.press("73")


def in_the_message(caller: Caller, prompt: Callable[[str], Path]) -> None:
    in_the_menu(caller, prompt)
    caller.press("2")
    caller.hear(prompt(ASK_MESSAGE))


@pytest.mark.parametrize(
    ("moment", "path"),
    [
        (at_the_welcome, "main"),
        (in_the_menu, "main"),
        (after_the_menu, "main"),
        (at_the_pin, "main>secret"),
        (in_the_message, "main>message"),
    ],
)
def test_wherever_the_caller_hangs_up_both_records_say_so(
    engine: Engine,
    switch: Switch,
    dial: Dial,
    number: str,
    prompt: Callable[[str], Path],
    moment: Callable[[Caller, Callable[[str], Path]], None],
    path: str,
) -> None:
    caller = dial(HOTLINE)
    moment(caller, prompt)
    caller.hang_up()
    cdr = engine.cdr(number)
    assert_both_records_agree(cdr, switch)
    assert (cdr.path, cdr.hangup_party, cdr.hangup_cause) == (path, "caller", "NORMAL_CLEARING")


@pytest.fixture
def talked(
    dial: Dial, prompt: Callable[[str], Path], operator: Callable[[Path], Caller], tmp_path: Path
) -> Callable[[], None]:
    """A talk of some seconds that the caller ends."""

    def talk() -> None:
        speech = hearing.write(tmp_path / "speech.wav", np.random.default_rng(6).normal(0, 3000, 2 * hearing.RATE))
        agent = operator(speech)
        caller = dial(HOTLINE)
        in_the_menu(caller, prompt)
        caller.press("3")
        caller.hear(speech)
        caller.hang_up()
        agent.wait_for("ended")

    return talk


def test_a_caller_who_hangs_up_in_a_talk(
    engine: Engine, switch: Switch, number: str, talked: Callable[[], None]
) -> None:
    talked()
    cdr = engine.cdr(number)
    assert_both_records_agree(cdr, switch)
    assert (cdr.path, cdr.hangup_party) == ("main>agent", "caller")


def test_a_talk_that_the_caller_ends_is_kept_with_its_length(
    engine: Engine, number: str, talked: Callable[[], None]
) -> None:
    talked()
    (leg,) = engine.record(engine.cdr(number).uuid).legs
    assert (leg.number, leg.end) == ("1001", "answered")
    assert leg.answered_at is not None
    assert leg.ended_at - leg.answered_at > 2000


def test_forged_headers_change_nothing_but_the_name(
    engine: Engine, switch: Switch, number: str, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    name = f"x%0AUnique-ID: forged%0A%0A${{system touch {canary}}}"
    with RawCaller(switch.settings.trunks.port) as forger:
        forger.invite(HOTLINE, user=number, display=name, headers={"X-Evil": name}, sdp=name)
        assert forger.answer() == 200
        forger.hang_up()
        cdr = engine.cdr(number)
    assert_both_records_agree(cdr, switch)
    assert cdr.uuid != "forged"
    assert "Unique-ID: forged" in cdr.caller_name
    assert not canary.exists()


def test_a_number_that_no_flow_serves_is_told_so(
    engine: Engine, switch: Switch, dial: Dial, number: str, studio: Voice
) -> None:
    caller = dial("29999")
    caller.wait_for("ended", within=40)
    cdr = engine.cdr(number)
    assert cdr.refused_reason == "no_flow"
    assert cdr.hangup_cause == "UNALLOCATED_NUMBER"
    assert cdr.hangup_cause == record_of_the_switch(switch, cdr.uuid)["hangup_cause"]
