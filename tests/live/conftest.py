"""A real switch for the tests of this folder; without one they are skipped, and say so."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from fsapp.media import catalogue
from fsapp.media.speech import SpeechSettings, Voice
from fsapp.server.freeswitch_settings import FreeswitchSettings
from tests.live import switch as real
from tests.live.caller import Caller
from tests.live.engine import Engine
from tests.live.office import Office
from tests.live.switch import Switch

ROOT = Path(__file__).parents[2]
OPERATOR = "1001"
PASSWORD = "correct horse"
CARRIER = "127.0.0.2"

_numbers = count(int(time.time()) % 10**6 * 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def engine_port() -> int:
    return real.free_port()


@pytest.fixture(scope="session")
def carrier_port() -> int:
    """Where the gateway `pstn` sends calls."""
    return real.free_port()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What switch and engine write lies here."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="session")
def switch(root: Path, engine_port: int, carrier_port: int) -> Iterator[Switch]:
    program = real.binary()
    if program is None:
        pytest.skip("no FreeSWITCH: set FREESWITCH_BIN or put it on PATH")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    settings = FreeswitchSettings.model_validate(
        {
            "event_socket": {"port": real.free_port()},
            "engines": [f"127.0.0.1:{engine_port}"],
            "phone_copies": f"127.0.0.1:{real.free_port()}",
            "trunks": {"port": real.free_port()},
            "phones": {"port": real.free_port()},
            "rtp": {"first": 20000 + 4000 * worker, "last": 23998 + 4000 * worker},
            "gateways": [
                {"name": "pstn", "proxy": f"127.0.0.1:{carrier_port}", "networks": [CARRIER], "ping_seconds": None}
            ],
            "fallback": {"number": OPERATOR},
            "log_level": "info",
        }
    )
    started = Switch(program, root, settings)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module", autouse=True)
def ends_its_calls(switch: Switch) -> Iterator[None]:
    """A call that a module leaves behind would come to the engine of the next one."""
    yield
    try:
        switch.wait_empty(20)
    finally:
        switch.api("hupall")


@pytest.fixture
def door(engine_port: int) -> Iterator[socket.socket]:
    """A listening socket where FreeSWITCH looks for the engine."""
    with socket.create_server(("127.0.0.1", engine_port)) as listening:
        listening.settimeout(15)
        yield listening


@pytest.fixture
def taken(door: socket.socket) -> Iterator[Callable[[], Session]]:
    """Takes the next call that arrives: `taken()`."""
    sessions: list[Session] = []

    def take() -> Session:
        sessions.append(Session(door.accept()[0]))
        sessions[-1].connect()
        return sessions[-1]

    yield take
    for each in sessions:
        each.stop()


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Callable[..., Caller]]:
    """Makes telephones: `phone(number, *options)`."""
    pytest.importorskip("pjsua2", reason="no telephone: pip install pjsua2-python")
    phones: list[Caller] = []

    def make(number: str, *options: str) -> Caller:
        phones.append(Caller(number, tmp_path / "phones", *options))
        return phones[-1]

    yield make
    for each in phones:
        each.close()


@pytest.fixture
def operator(switch: Switch, phone: Callable[..., Caller], tmp_path: Path) -> Callable[[Path], Caller]:
    """A registered phone that answers and says what the file says: `operator(speech)`."""

    def make(speech: Path) -> Caller:
        switch.add_phone(OPERATOR, PASSWORD)
        options = ["--user", OPERATOR, "--password", PASSWORD, "--registrar", switch.registrar]
        made = phone(OPERATOR, *options, "--answer", "--play", str(speech))
        made.wait_for("registered")
        return made

    return make


@pytest.fixture(scope="session")
def studio(root: Path) -> Iterator[Voice]:
    """Speaks as the engine does and into the same files: what a caller should hear."""
    voice = Voice(SpeechSettings(), catalogue.load(ROOT / "sounds"), root / "data" / "speech")
    voice.start()
    yield voice
    voice.close()


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int) -> Iterator[Engine]:
    """The engine, serving this module's calls."""
    started = Engine(switch, engine_port)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    """The agents of a module, each with the options of `fsapp agents add`; a module has its own."""
    return ()


@pytest.fixture(scope="module")
def premises(
    engine: Engine, switch: Switch, studio: Voice, root: Path, staff: tuple[tuple[str, ...], ...]
) -> Iterator[Office]:
    made = Office(engine, switch, studio, root)
    for agent, *options in staff:
        made.add(agent, *options)
    yield made
    made.close()


@pytest.fixture
def office(premises: Office, phone: Callable[..., Caller]) -> Iterator[Office]:
    """The agents of this module, and phones for this test."""
    premises.phone = phone
    yield premises
    premises.clear()


@pytest.fixture
def number() -> str:
    """A caller's number that no other test has."""
    return f"138{next(_numbers):08}"


@pytest.fixture
def caller(phone: Callable[..., Caller], switch: Switch) -> Caller:
    calling = phone("13800138000")
    calling.call(f"sip:95598@{switch.trunk}")
    return calling


@pytest.fixture
def session(caller: Caller, taken: Callable[[], Session]) -> Session:
    return taken()


@pytest.fixture
def leg(session: Session) -> EslLeg:
    answered = EslLeg(session.channel)
    answered.answer()
    return answered
