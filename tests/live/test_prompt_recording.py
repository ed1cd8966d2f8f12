"""Prompts recorded at a telephone of the real switch, and imported beside it: the next call hears them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fsapp.media import say_export
from fsapp.media.speech import Voice
from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import ROOT, Engine
from tests.live.office import HALF, TONES, Office, hears
from tests.live.switch import Switch

BOSS, AGENT = "2301", "2302"
SAYS = "7061"
LANGUAGES = """
<section name="languages"><language name="zh_CN" say-module="zh_CN" sound-prefix="{prefix}">
<phrases><macros/></phrases></language></section>
"""
SPOKEN = (
    *(f"digits/{word}" for word in ("1", "10000", "2", "1000", "3", "100", "0", "5")),
    *("currency/yuan", "digits/6", "currency/jiao", "digits/7", "currency/fen"),
)
"""12,305.67 yuan."""

PROMPT = "closed_now"

pytestmark = pytest.mark.timeout(180)
"""Seconds: whole prompts are listened to."""


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int, root: Path) -> Iterator[Engine]:
    """An engine whose prompts may be changed."""
    sounds = root / "sounds"
    shutil.copytree(ROOT / "sounds", sounds, dirs_exist_ok=True)
    started = Engine(switch, engine_port, sounds=sounds)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return ((BOSS, "--supervisor"), (AGENT,))


@pytest.fixture(autouse=True)
def spoken_again(engine: Engine) -> Iterator[None]:
    """A voice speaks the prompt before and after each test."""
    yield
    engine.command("prompts", "history", PROMPT, "--language", "zh", "--voice")


def ordered(office: Office) -> str:
    """What is dialled to record the prompt."""
    return str(json.loads(office.engine.command("prompts", "record", PROMPT, "--language", "zh", "--json"))["dial"])


def edits(office: Office) -> list[str]:
    told = office.engine.command("prompts", "history", PROMPT, "--language", "zh", "--json")
    return [json.loads(line)["what"] for line in told.splitlines()]


def speaks(office: Office, phone: Caller) -> None:
    """The phone says its tone for two seconds and ends the recording by a key."""
    before = office.recorded("prompt")
    office.hear(phone, "desk_record_prompt", "beep")
    until(lambda: office.recorded("prompt") > before + 2, 12, "two seconds of recording")
    phone.forget()
    phone.press("#")


def test_a_prompt_is_recorded_by_a_code_heard_accepted_and_the_next_call_hears_it(office: Office, number: str) -> None:
    boss = office.agent(BOSS)
    office.dial(boss, ordered(office))
    office.hear(boss, "desk_prompt_now", PROMPT)
    speaks(office, boss)
    hears(boss, office.tone(BOSS))
    office.begins(boss, "desk_prompt_check")
    boss.press("3")
    hears(boss, office.tone(BOSS))
    office.begins(boss, "desk_prompt_check")
    boss.press("1")
    office.hear(boss, "desk_prompt_accepted", "desk_prompts_end")
    boss.wait_for("ended")
    caller = office.phone(number)
    caller.call(f"sip:{SAYS}@{office.switch.trunk}")
    hears(caller, office.tone(BOSS))
    caller.wait_for("ended")
    assert not caller.has_heard(office.prompt(PROMPT))
    assert edits(office)[-1] == "recorded"


def test_what_is_dropped_changes_nothing(office: Office, number: str) -> None:
    boss = office.agent(BOSS)
    office.dial(boss, ordered(office))
    speaks(office, boss)
    hears(boss, office.tone(BOSS))
    office.begins(boss, "desk_prompt_check")
    boss.press("0")
    office.hear(boss, "desk_prompt_dropped", "desk_prompts_end")
    boss.wait_for("ended")
    caller = office.phone(number)
    caller.call(f"sip:{SAYS}@{office.switch.trunk}")
    office.hear(caller, PROMPT)


def test_an_agent_who_is_no_supervisor_records_nothing(office: Office) -> None:
    agent = office.agent(AGENT)
    office.dial_and_hear(agent, ordered(office), "desk_no_not_supervisor")


def test_an_import_is_heard_by_the_next_call_and_taken_back_by_the_one_after(
    office: Office, number: str, tmp_path: Path
) -> None:
    file = shutil.copy(office.speech(TONES[3]), tmp_path / f"{PROMPT}.wav")
    told = office.engine.command("prompts", "import", str(file), "--language", "zh")
    assert told.splitlines()[-1] == "new calls hear it"
    caller = office.phone(number)
    caller.call(f"sip:{SAYS}@{office.switch.trunk}")
    hears(caller, TONES[3])
    caller.wait_for("ended")
    office.engine.command("prompts", "history", PROMPT, "--language", "zh", "--voice")
    caller.forget()
    caller.call(f"sip:{SAYS}@{office.switch.trunk}")
    office.hear(caller, PROMPT)


def test_the_switchs_own_say_finds_every_word(office: Office, studio: Voice, tmp_path: Path) -> None:
    """mod_say_zh itself: 12,305.67 yuan, in the files that we lay out."""
    for file in say_export.files("zh"):
        say_export.write(studio, file, tmp_path, ROOT / "sounds")
    prefix = tmp_path / "zh" / "cn" / say_export.VOICE
    configuration = office.switch.root / "conf" / "freeswitch.xml"
    section = LANGUAGES.format(prefix=prefix)
    configuration.write_text(configuration.read_text().replace("</document>", f"{section}</document>"))
    office.switch.api("reloadxml")
    office.switch.api("load mod_say_zh")
    phone = office.at(AGENT, "--answer")
    where = f"sofia/phones/{AGENT}%{office.switch.settings.domain}"
    office.switch.api(f"bgapi originate {where} '&say(zh_CN currency pronounced 12305.67)'")
    phone.wait_for("ended", within=30)
    heard = hearing.trimmed(phone.heard())
    expected = np.concatenate([hearing.sound(prefix / f"{word}.wav") for word in SPOKEN])
    assert len(heard) == pytest.approx(len(expected), abs=hearing.RATE)
    assert hearing.likeness(heard, expected) >= HALF
