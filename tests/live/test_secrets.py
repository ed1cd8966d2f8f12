"""After a day's work no secret stands in any log, file or record, of the engine or of the switch."""

import base64
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from gevent.pywsgi import WSGIServer

from tests.live.caller import Caller, until
from tests.live.engine import Engine
from tests.live.office import Office
from tests.live.switch import Switch

AGENT = "2810"
LINE = "7001"
PIN, WRONG_PIN = "8402917365", "8402917366"
CARD = "6222021934"
PHONE_PASSWORD = "Tr0ub4dor-and-3-Zebras"
BEARER = "Bearer eyJhbGciOiJub25lIn0.c2VjcmV0"


class Webhook:
    """Takes nothing, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None)
        self._server.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.address[1]}/pop"

    def close(self) -> None:
        self._server.stop()

    def _answer(self, environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        self.told.append(environ["HTTP_AUTHORIZATION"])
        start("500 Internal Server Error" if len(self.told) % 2 else "401 Unauthorized", [])
        return []


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    made = Webhook()
    yield made
    made.close()


class SecretEngine(Engine):
    """With a webhook that wants a secret."""

    webhook: Webhook

    def _written(self, switch: Switch) -> dict[str, object]:
        headers = self._folder / "headers"
        headers.touch(0o600)
        headers.write_text(f"Authorization: {BEARER}\n")
        pop = {"url": self.webhook.url, "headers_file": str(headers), "retries": 1}
        return {**super()._written(switch), "screen_pop": pop}


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int, webhook: Webhook) -> Iterator[Engine]:
    SecretEngine.webhook = webhook
    started = SecretEngine(switch, engine_port)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def agent_phone(engine: Engine, office: Office, phone: Callable[..., Caller], switch: Switch, root: Path) -> Caller:
    """The phone of an agent who was taken on with a PIN and a password of their own."""
    for name, secret in (("pin", PIN), ("password", PHONE_PASSWORD)):
        (root.parent / name).write_text(secret)
    files = ["--pin-file", str(root.parent / "pin"), "--password-file", str(root.parent / "password")]
    engine.command("agents", "add", AGENT, "--name", "座席", "--queue", "live:1", *files)
    account = ["--user", AGENT, "--password", PHONE_PASSWORD, "--registrar", switch.registrar]
    made = phone(AGENT, *account)
    made.wait_for("registered")
    return made


def encoded(secret: str) -> set[bytes]:
    """How a secret may stand in a file."""
    plain = secret.encode()
    forms = {
        plain,
        plain.hex().encode(),
        quote(secret, safe="").encode(),
        secret[::-1].encode(),
        secret.encode("utf-16-le"),
    }
    for shift in range(3):  # within a longer text that is base64
        whole = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        forms.add(whole[(0, 2, 3)[shift] : len(whole) - 1])
    return forms


def holders(folder: Path, secret: str) -> set[str]:
    """The files below a folder in which a secret stands, in whatever form."""
    forms = encoded(secret)
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
    return {str(file.relative_to(folder)) for file in files if any(form in file.read_bytes() for form in forms)}


def keys_in(log: str) -> str:
    """The keys that the switch's log tells of, one after another."""
    return "".join(re.findall(r"DTMF (?:digit )?\[?([0-9*#])", log))


def test_no_secret_stands_anywhere_when_the_day_is_over(
    agent_phone: Caller,
    engine: Engine,
    office: Office,
    switch: Switch,
    root: Path,
    number: str,
    webhook: Webhook,
) -> None:
    switch.api("fsctl loglevel debug")
    office.dial(agent_phone, f"*11{AGENT}")
    for pin in (WRONG_PIN, PIN):
        office.begins(agent_phone, "desk_ask_pin")
        agent_phone.press(f"{pin}#")
    office.hear(agent_phone, "desk_signed_in")
    agent_phone.wait_for("ended")

    caller = office.caller(number, "20001")
    caller.hear(Path(office.studio.say("输入密码请按一，留言请按二，人工请按三。", "zh").path))
    caller.press("1")
    caller.hear(Path(office.studio.say("请输入您的密码。", "zh").path))
    caller.press(f"{CARD}#")
    caller.wait_for("ended")

    waiting = office.caller(f"{number[:-1]}9", LINE)
    agent_phone.wait_for("from")
    agent_phone.answer()
    office.wait(AGENT, "talking")
    until(lambda: len(webhook.told) >= 2, 10, "screen pop")
    waiting.hang_up()
    agent_phone.hang_up()
    switch.wait_empty(10)
    engine.command("agents", "set-pin", AGENT, "--pin-file", str(root.parent / "pin"))
    engine.command("agents", "set", AGENT, "--password-file", str(root.parent / "password"))
    before = holders(root, BEARER)
    engine.stop()

    assert set(webhook.told) == {BEARER}
    assert before == {"engine/headers"}
    assert holders(root, (root / "data/freeswitch/esl-password").read_text().strip()) == {
        "data/freeswitch/esl-password",
        "conf/rendered/secrets.xml",
        "freeswitch/log/freeswitch.xml.fsxml",  # what the switch has read, in a folder for itself alone
    }
    assert stat.S_IMODE((root / "freeswitch/log").stat().st_mode) == 0o700
    for secret in (PIN, WRONG_PIN, CARD, PHONE_PASSWORD):
        assert holders(root, secret) == set(), secret
    keys = keys_in(switch.log)
    assert "1" in keys  # others are told of: at this level the switch writes every key
    for secret in (PIN, WRONG_PIN, CARD):
        assert secret not in keys
    assert (root / "data/fsapp.db").exists()
    assert list((root / "data/freeswitch/cdr").glob("*.json"))


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for name, text in (
        ("plain", CARD),
        ("hex", CARD.encode().hex()),
        ("base64", base64.b64encode(b"xy" + CARD.encode() + b"z").decode()),
    ):
        (tmp_path / name).write_text(f"...{text}...")
    (tmp_path / "none").write_text(CARD[:-1])
    assert holders(tmp_path, CARD) == {"plain", "hex", "base64"}
