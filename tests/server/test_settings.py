"""conf/fsapp.yaml: what it says, and what is said of a wrong one."""

from pathlib import Path

import pytest

from fsapp.domain.errors import ConfigError
from fsapp.server import databases, settings

ROOT = Path(__file__).parents[2]


def write(directory: Path, text: str) -> Path:
    file = directory / "fsapp.yaml"
    file.write_text(text)
    return file


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert settings.load(write(tmp_path, "")).model_dump() == settings.EngineSettings().model_dump()


def test_a_written_path_is_relative_to_the_file(tmp_path: Path) -> None:
    loaded = settings.load(write(tmp_path, "flows: ../flows\nsounds: /srv/sounds\n"))
    assert loaded.flows == tmp_path.parent / "flows"
    assert loaded.sounds == Path("/srv/sounds")


def test_the_switchs_configuration_is_relative_to_the_file_too(tmp_path: Path) -> None:
    loaded = settings.load(write(tmp_path, "freeswitch: {configuration: ../freeswitch}\n"))
    assert loaded.freeswitch.configuration == tmp_path.parent / "freeswitch"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("data: /srv/fsapp", "sqlite:////srv/fsapp/fsapp.db"),
        ("database: sqlite:///calls.db", "sqlite:///{folder}/calls.db"),
        ("database: sqlite:////srv/calls.db", "sqlite:////srv/calls.db"),
        ("database: postgresql://fsapp@db/calls", "postgresql://fsapp@db/calls"),
        ("data: 100%/a?b#c", "sqlite:///{folder}/100%25/a%3Fb%23c/fsapp.db"),
    ],
)
def test_the_database_is_a_file_of_the_site_or_a_url(tmp_path: Path, text: str, url: str) -> None:
    assert databases.own_url(settings.load(write(tmp_path, text))) == url.format(folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "host", "port"), [("127.0.0.1:8084", "127.0.0.1", 8084), ("[::1]:0", "::1", 0), ("engine:1", "engine", 1)]
)
def test_an_address_is_a_host_and_a_port(tmp_path: Path, text: str, host: str, port: int) -> None:
    address = settings.load(write(tmp_path, f'listen: "{text}"')).listen
    assert (address.host, address.port, str(address)) == (host, port, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("capacity: 0", "1: 'capacity': input should be greater than or equal to 1, not 0"),
        ("listen: 8084", "1: 'listen'"),
        ("listen: localhost", "1: 'listen': 'localhost' is no host:port"),
        ("\ntimezone: China/Peking", "2: 'timezone': there is no time zone 'China/Peking'"),
        ("timezone: ../../etc/passwd", "1: 'timezone': there is no time zone"),
        ("capcity: 3", "1: there is no setting 'capcity' here; known: listen, peers"),
        ("peers: [10.0.0.0/33]", "1: 'peers': '10.0.0.0/33' is no network; write 10.1.0.0/16, or one address"),
        ("peers: [10.0.0.1/8]", "1: 'peers': '10.0.0.1/8' is no network"),
        ("peers: 10.0.0.0/8", "1: 'peers': "),
        ("log: {level: loud}", "1: 'log.level'"),
        ("country: china", "1: 'country'"),
        ("- a", "1: "),
        ("a: [", "2: this is not readable YAML"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        settings.load(file)
    assert str(raised.value.problems[0]).startswith(f"{file}:{expected}")


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        settings.load(write(tmp_path, "capacity: 0\nlisten: x\ncountry: ''\n"))
    assert sorted(each.line for each in raised.value.problems) == [1, 2, 3]


def test_the_settings_of_this_repository_are_right() -> None:
    loaded = settings.load(ROOT / "conf" / "fsapp.yaml")
    assert loaded.flows == ROOT / "ivr_flows"
    assert loaded.dialplan == ROOT / "dialplan"
