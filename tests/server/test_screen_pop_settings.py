"""The section `screen_pop`, and the file of secret headers that it names."""

from pathlib import Path

import pytest

from fsapp.domain.clock import Clock
from fsapp.domain.errors import ConfigError
from fsapp.server import screen_pop, settings
from fsapp.server.system import SystemClock

CLOCK: Clock = SystemClock()


def load(folder: Path, text: str) -> settings.EngineSettings:
    file = folder / "fsapp.yaml"
    file.write_text(text)
    return settings.load(file)


def refusals(raised: pytest.ExceptionInfo[ConfigError], folder: Path) -> list[str]:
    return [str(problem).replace(str(folder), "") for problem in raised.value.problems]


def test_without_the_section_nobody_is_told(tmp_path: Path) -> None:
    assert screen_pop.opened(load(tmp_path, ""), CLOCK) is None


def test_an_address_is_enough(tmp_path: Path) -> None:
    opened = screen_pop.opened(load(tmp_path, "screen_pop: {url: https://crm.example.com/pop}"), CLOCK)
    assert opened is not None
    opened.close()


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("{url: crm/pop}", "'screen_pop.url': 'crm/pop' is no address"),
        ("{url: 'ftp://crm/pop'}", "'screen_pop.url': 'ftp://crm/pop' is no address"),
        ("{url: 'https://me:pw@crm/pop'}", "'screen_pop.url': 'https://me:pw@crm/pop': the host is fixed"),
        ("{url: 'https://crm/{call}'}", "'screen_pop.url': 'https://crm/{call}': what is told goes into the body"),
        ("{url: 'https://crm/p', timeout: 0}", "'screen_pop.timeout': input should be greater than 0, not 0"),
        ("{url: 'https://crm/p', retries: -1}", "'screen_pop.retries': input should be greater than or equal to 0"),
        ("{url: 'https://crm/p', backlog: 0}", "'screen_pop.backlog': input should be greater than or equal to 1"),
        ("{url: 'https://crm/p', headers: {}}", "there is no setting 'screen_pop.headers' here; known: url, timeout"),
        ("{timeout: 3}", "'screen_pop.url' is missing"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(tmp_path: Path, section: str, expected: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, f"capacity: 5\nscreen_pop: {section}")
    (problem,) = refusals(raised, tmp_path)
    assert problem.startswith(f"/fsapp.yaml:2: {expected}")


def with_headers(folder: Path, text: str, mode: int = 0o600) -> settings.EngineSettings:
    file = folder / "headers"
    file.write_text(text)
    file.chmod(mode)
    return load(folder, "screen_pop:\n  url: https://crm.example.com/pop\n  headers_file: headers\n")


def test_headers_stand_in_a_file_beside_the_settings(tmp_path: Path) -> None:
    text = "Authorization: Bearer a=b: c\n\nX-Site:\t north \n"
    assert screen_pop.headers(with_headers(tmp_path, text)) == {"authorization": "Bearer a=b: c", "x-site": "north"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_of_secrets_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ConfigError) as raised:
        screen_pop.opened(with_headers(tmp_path, "Authorization: Bearer s3cret\n", mode), CLOCK)
    assert refusals(raised, tmp_path) == [
        "/fsapp.yaml:3: 'screen_pop.headers_file': /headers holds secrets, and others may read it: chmod 600 /headers"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bearer s3cret", "line 1 of /headers is no header: write `Authorization: Bearer …`"),
        ("X-Site: a\nAuthorization:", "line 2 of /headers is no header"),
        ("Authorization Bearer: s3cret", "line 1 of /headers is no header"),
        ("X-Site: a\x0bb", "line 1 of /headers is no header"),
        ("Host: evil.example.com", "line 1 of /headers: 'host' is the engine's to say"),
        ("Idempotency-Key: 1", "line 1 of /headers: 'idempotency-key' is the engine's to say"),
        ("X-Name: 王", "/headers holds more than ASCII text"),
    ],
)
def test_a_line_that_is_no_header_is_refused_and_not_shown(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as raised:
        screen_pop.headers(with_headers(tmp_path, text))
    (problem,) = refusals(raised, tmp_path)
    assert problem.startswith(f"/fsapp.yaml:3: 'screen_pop.headers_file': {expected}")
    assert "s3cret" not in problem


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    wanted = load(tmp_path, "screen_pop:\n  url: https://crm/pop\n  headers_file: none\n")
    with pytest.raises(ConfigError) as raised:
        screen_pop.opened(wanted, CLOCK)
    assert refusals(raised, tmp_path) == [
        "/fsapp.yaml:3: 'screen_pop.headers_file': /none cannot be read: No such file or directory"
    ]


def test_certificates_that_cannot_be_read_are_told_of(tmp_path: Path) -> None:
    wanted = load(tmp_path, "screen_pop:\n  url: https://crm/pop\n  ca_file: none.pem\n")
    with pytest.raises(ConfigError) as raised:
        screen_pop.opened(wanted, CLOCK)
    (problem,) = refusals(raised, tmp_path)
    assert problem.startswith("/fsapp.yaml:3: 'screen_pop.ca_file': the certificates in /none.pem cannot be read")
