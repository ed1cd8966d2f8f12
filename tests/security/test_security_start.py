"""What the engine refuses to start with: a door without a lock, a secret that everybody reads."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.esl.client import Client
from fsapp.files.places import parse
from fsapp.lookup.settings import LookupSettings
from fsapp.server import settings
from fsapp.server.exposure import secrets_in_the_open

ROOT = Path(__file__).parents[2]


def written(folder: Path, text: str, mode: int = 0o644) -> Path:
    file = folder / "fsapp.yaml"
    file.write_text(text)
    file.chmod(mode)
    return file


def serve(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`fsapp serve` with the shipped site, in a folder of its own."""
    places = {name: ROOT / name for name in ("dialplan", "sounds")} | {
        "flows": ROOT / "ivr_flows",
        "calendars": ROOT / "conf" / "calendars.yaml",
        "queues": ROOT / "conf" / "queues.yaml",
        "data": folder / "data",
    }
    file = written(folder, "".join(f"{name}: {place}\n" for name, place in places.items()))
    command = [sys.executable, "-m", "fsapp", "serve", "--config", str(file), "--listen", "127.0.0.1:0", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)


@pytest.mark.parametrize(
    ("password", "mode", "sentence"),
    [
        ("ClueCon", 0o600, "too short"),
        ("", 0o600, "one line of ASCII"),
        ("0123456789", 0o600, "too short"),
        ("a" * 64, 0o644, "others can read this password"),
        ("a" * 64, 0o640, "others can read this password"),
    ],
)
def test_the_engine_does_not_start_with_an_easy_or_open_password(
    tmp_path: Path, password: str, mode: int, sentence: str
) -> None:
    file = tmp_path / "data" / "freeswitch" / "esl-password"
    file.parent.mkdir(parents=True)
    file.write_text(password)
    file.chmod(mode)
    done = serve(tmp_path, "--metrics", "127.0.0.1:0")
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not password or password not in done.stderr + done.stdout


@pytest.mark.parametrize("password", ["", "ClueCon"])
def test_no_client_speaks_with_freeswitchs_own_password(password: str) -> None:
    with pytest.raises(ValueError, match="password"):
        Client("127.0.0.1", 8021, password)


@pytest.mark.parametrize("options", [("--metrics", "0.0.0.0:0"), ("--event-socket", "8.8.8.8:8021")])
def test_the_command_line_opens_no_door_either(tmp_path: Path, options: tuple[str, str]) -> None:
    done = serve(tmp_path, *options)
    assert done.returncode != 0
    assert re.search("others can read|private address", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics: 0.0.0.0:9464", "others can read"),
        ("metrics: '[::]:9464'", "others can read"),
        ("metrics: 8.8.8.8:9464", "others can read"),
        ("metrics: metrics.example.com:9464", "others can read"),
        ("peers: []", "at least 1"),
        ("peers: [0.0.0.0/0]", "no private network"),
        ("peers: ['::/0']", "no private network"),
        ("peers: [127.0.0.0/8, 8.8.8.0/24]", "no private network"),
        ("freeswitch: {event_socket: {address: 0.0.0.0}}", "private address"),
        ("freeswitch: {event_socket: {address: 8.8.8.8}}", "private address"),
    ],
)
def test_settings_that_open_a_door_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        settings.load(written(tmp_path, text))


@pytest.mark.parametrize(
    "text", ["metrics: 10.1.2.3:9464", "metrics: 0.0.0.0:9464\nmetrics_public: true", "metrics: null"]
)
def test_metrics_are_served_where_somebody_said_so(tmp_path: Path, text: str) -> None:
    settings.load(written(tmp_path, text))


def test_by_default_nothing_listens_but_on_loopback() -> None:
    default = settings.EngineSettings()
    assert default.metrics is not None
    hosts = {default.listen.host, default.metrics.host, str(default.freeswitch.event_socket.address)}
    assert hosts == {"127.0.0.1"}
    assert all(each.is_loopback for each in default.peers)


SECRETS = [
    "database: postgresql://fsapp:s3cret@db/calls",
    "lookups: {a: {sql: {url: 'postgresql://me:s3cret@db/x', query: 'select 1'}}}",
    "lookups: {a: {http: {url: 'https://crm/x', headers: {authorization: Bearer s3cret}}}}",
    "lookups: {a: {http: {url: 'https://crm/x', headers: {X-Api-Key: s3cret}}}}",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_does_not_stand_in_settings_that_everybody_reads(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="everybody may read") as caught:
        settings.load(written(tmp_path, text))
    assert "s3cret" not in str(caught.value)
    settings.load(written(tmp_path, text, 0o640))


@pytest.mark.parametrize("text", ["database: postgresql://fsapp@db/calls", "a: file:/run/secrets/x", "a: [b, {c: 1}]"])
def test_what_is_no_secret_may_be_read(text: str) -> None:
    assert list(secrets_in_the_open(parse(text.encode(), "f"), 0o644)) == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_of_a_look_ups_secret_is_its_owners_alone(tmp_path: Path, mode: int) -> None:
    secret = tmp_path / "token"
    secret.write_text("Bearer s3cret\n")
    secret.chmod(mode)
    wanted = {"http": {"url": "https://crm/x", "headers": {"authorization": f"file:{secret}"}}}
    with pytest.raises(ValueError, match="chmod 600") as caught:
        LookupSettings.model_validate(wanted)
    assert "s3cret" not in str(caught.value)
    secret.chmod(0o600)
    LookupSettings.model_validate(wanted)
