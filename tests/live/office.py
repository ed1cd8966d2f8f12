"""Agents at their telephones for the tests of the desk: who signs in where, what they dial and hear."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fsapp.media.speech import Voice
from fsapp.server.control_socket import request
from tests.live import hearing
from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.switch import Switch

PIN = "5823"
PASSWORD = "correct-horse-battery"
CALLER_TONE = 2900
TONES = (600, 1050, 1400, 1750, 2300)
"""Hertz: what each phone says, so that nobody is taken for another. Hold music is 425 Hz, ringing 450 Hz."""

HALF = 0.5
"""Of a question's first second, which a jitter buffer may have cut in the middle."""

MUSIC = 425
ENOUGH = 0.8
"""Seconds of a tone that tell that it is heard."""


class Office:
    """Agents of one test module, and the phones of one test: `phone` makes them."""

    def __init__(self, engine: Engine, switch: Switch, studio: Voice, root: Path) -> None:
        self.engine = engine
        self.switch = switch
        self.studio = studio
        self.phone: Callable[..., Caller]
        self._root = root
        self._agents: list[str] = []

    # Who there is.

    def add(self, agent: str, *options: str) -> None:
        """Takes an agent on."""
        self.engine.command(
            "agents", "add", agent, "--name", f"座席{agent}", "--pin", PIN, "--password-file", "-", *options,
            stdin=PASSWORD,
        )  # fmt: skip
        self._agents.append(agent)

    def close(self) -> None:
        for agent in self._agents:
            self.engine.command("agents", "remove", agent)

    def set(self, agent: str, state: str, **fields: str) -> None:
        """What an administrator can set: in, out, ready, busy."""
        request(self.engine.data, "agent_state", {"agent": agent, "state": state, **fields}, 5)

    def clear(self) -> None:
        """Everybody is signed out, as a test leaves them."""
        for agent in self._agents:
            self.set(agent, "out")

    # Phones.

    def at(self, extension: str, *options: str) -> Caller:
        """A registered phone that says its own tone."""
        account = ["--user", extension, "--password", PASSWORD, "--registrar", self.switch.registrar]
        made = self.phone(extension, *account, "--play", str(self.speech(self.tone(extension))), *options)
        made.wait_for("registered")
        return made

    def agent(self, agent: str, *options: str) -> Caller:
        """The own phone of an agent who is signed in and ready there."""
        phone = self.at(agent, *options)
        self.set(agent, "in")
        self.wait(agent, "available", "offered")
        return phone

    def caller(self, number: str, called: str) -> Caller:
        """Somebody calls from outside, and says the callers' tone."""
        calling = self.phone(number, "--play", str(self.speech(CALLER_TONE)))
        calling.call(f"sip:{called}@{self.switch.trunk}")
        return calling

    def talk(self, agent: str, number: str, called: str) -> tuple[Caller, Caller]:
        """An agent's phone and a caller who talk."""
        phone = self.agent(agent)
        caller = self.caller(number, called)
        phone.wait_for("from")
        phone.answer()
        self.wait(agent, "talking")
        hears(phone, CALLER_TONE)
        return phone, caller

    def tone(self, extension: str) -> int:
        return TONES[self._agents.index(extension)]

    def speech(self, hertz: int) -> Path:
        """Four seconds of a tone."""
        file = self._root / f"tone{hertz}.wav"
        if not file.exists():
            times = np.arange(4 * hearing.RATE) / hearing.RATE
            hearing.write(file, 1000 * np.sin(2 * np.pi * hertz * times))
        return file

    # What happens.

    def dial(self, phone: Caller, code: str) -> None:
        phone.forget()
        phone.call(f"sip:{code}@{self.switch.registrar}")

    def prompt(self, name: str, language: str = "zh") -> Path:
        return Path(self.studio.prompt(name, language).path)

    def hear(self, phone: Caller, *prompts: str, language: str = "zh") -> None:
        """Listens for these prompts of the catalogue."""
        for name in prompts:
            phone.hear(self.prompt(name, language))

    def hear_words(self, phone: Caller, words: str) -> None:
        phone.hear(Path(self.studio.say(words, "zh").path))

    def begins(self, phone: Caller, prompt: str) -> None:
        """Listens until a question has begun, which keys may cut short."""
        beginning = hearing.trimmed(hearing.sound(self.prompt(prompt)))[: hearing.RATE]
        until(lambda: hearing.likeness(phone.heard(), beginning) >= HALF, 10, f"{prompt} at {phone.number}")
        phone.forget()

    def dial_and_hear(self, phone: Caller, code: str, *prompts: str) -> None:
        """Dials a code; the desk says this, and hangs up."""
        count = len(phone.events("ended"))
        self.dial(phone, code)
        self.hear(phone, *prompts)
        phone.wait_for("ended", count=count + 1)

    def recorded(self, name: str) -> float:
        """Seconds that messages of this name have so far."""
        files = (self.engine.data / "messages").rglob(f"*-{name}-*.wav")
        return sum(each.stat().st_size for each in files) / (2 * hearing.RATE)

    def seen(self, agent: str) -> Any:
        """An agent as the engine has it."""
        return self.engine.agent(agent)

    def wait(self, agent: str, *states: str) -> None:
        until(lambda: self.seen(agent)["state"] in states, 8, f"agent {agent} {' or '.join(states)}")


def hears(phone: Caller, *tones: int, within: float = 8) -> None:
    """Waits until each of these tones was heard, since the phone forgot what was before."""
    for tone in tones:
        until(partial(_has_heard, phone, tone), within, f"{tone} Hz at {phone.number}")


def _has_heard(phone: Caller, tone: int) -> bool:
    return hearing.seconds_among(phone.heard(), tone) >= ENOUGH


def hears_music(phone: Caller) -> None:
    """Waits for two notes of the switch's own hold music: 150 ms of 425 Hz every three seconds."""
    until(lambda: hearing.seconds_among(phone.heard(), MUSIC) >= 0.2, 8, f"music at {phone.number}")


def hears_not(phone: Caller, *tones: int) -> None:
    """None of these was heard since the phone forgot what was before."""
    for tone in tones:
        heard = hearing.seconds_among(phone.heard(), tone)
        assert heard < 0.3, f"{phone.number} heard {heard:.1f} s of {tone} Hz"
