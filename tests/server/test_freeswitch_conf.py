"""The rendered configuration of FreeSWITCH, without a FreeSWITCH."""

import re
import stat
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fsapp.domain.errors import ConfigError
from fsapp.server import freeswitch_lint
from fsapp.server.freeswitch_conf import TREE, esl_password, render
from fsapp.server.freeswitch_settings import FreeswitchSettings

OF_FREESWITCH_ITSELF = {"temp_dir"}


def settings(**values: Any) -> FreeswitchSettings:
    return FreeswitchSettings.model_validate(values)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path


def rendered(place: Path, **values: Any) -> Path:
    render(settings(**values), place / "conf", place / "data")
    return place / "conf"


def secret(place: Path, name: str, text: str, mode: int = 0o600) -> Path:
    file = place / "data" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


def parsed(file: Path) -> ElementTree.Element:
    return ElementTree.fromstring(file.read_text())  # noqa: S314  our own files


def elements(directory: Path, tag: str) -> Iterator[ElementTree.Element]:
    for file in sorted(directory.rglob("*.xml")):
        yield from parsed(file).iter(tag)


def variables(directory: Path) -> dict[str, str]:
    sets = (e.attrib["data"] for e in elements(directory, "X-PRE-PROCESS") if e.attrib["cmd"] == "set")
    return dict(each.split("=", 1) for each in sets)


def used_variables(directory: Path) -> set[str]:
    return set(re.findall(r"\$\$\{(\w+)\}", "".join(file.read_text() for file in directory.rglob("*.xml"))))


def test_the_tree_uses_exactly_the_variables_that_are_rendered(place: Path) -> None:
    of_the_tree = set(variables(TREE))  # for FreeSWITCH's modules
    assert used_variables(TREE) - OF_FREESWITCH_ITSELF == set(variables(rendered(place))) - of_the_tree


def test_every_file_that_is_included_is_there(place: Path) -> None:
    for file in rendered(place).rglob("*.xml"):
        for element in parsed(file).iter("X-PRE-PROCESS"):
            if element.attrib["cmd"] == "include" and not element.attrib["data"].startswith("phones/"):
                assert list(file.parent.glob(element.attrib["data"])) or (file.parent / element.attrib["data"]).exists()


def test_no_line_that_freeswitch_drops_holds_anything_else(place: Path) -> None:
    """Its preprocessor drops each line with `<include>`, `</include>` or `<?` whole."""
    for file in rendered(place).rglob("*.xml"):
        for line in file.read_text().splitlines():
            assert not re.search("</?include>", line) or line.strip() in ("<include>", "</include>")


def test_nothing_listens_on_a_public_address_by_default(place: Path) -> None:
    found = variables(rendered(place))
    assert {found[f"{who}_address"] for who in ("esl", "trunks", "phones")} == {"127.0.0.1"}
    assert found["engines"] == "127.0.0.1:8084|127.0.0.1:8085"


def test_the_password_is_random_kept_and_in_files_of_its_owner_alone(place: Path) -> None:
    conf = rendered(place)
    password = esl_password(settings(), place / "data")
    rendered(place)
    assert re.fullmatch("[0-9a-f]{64}", password)
    assert variables(conf)["esl_password"] == password
    holders = [file for file in place.rglob("*") if file.is_file() and password in file.read_text()]
    assert {file.name for file in holders} == {"esl-password", "secrets.xml"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in holders} == {0o600}


def test_rendering_again_changes_no_byte(place: Path) -> None:
    def content(conf: Path) -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in conf.rglob("*.xml")}

    assert content(rendered(place)) == content(rendered(place))


def test_rendering_again_keeps_the_phones(place: Path) -> None:
    phone = rendered(place) / "directory/phones/1001.xml"
    phone.write_text("<include>\n</include>\n")
    rendered(place, trunks={"port": 5081})
    assert phone.exists()


def test_the_repository_is_not_rendered_into(place: Path) -> None:
    with pytest.raises(ConfigError, match="another folder"):
        render(settings(), TREE, place / "data")


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        ("ClueCon\n", 0o600, "too short"),
        ("", 0o600, "one line of ASCII"),
        ("a" * 19, 0o600, "too short"),
        ("two words of a password here", 0o600, "one line of ASCII"),
        ("$${api_password}aaaaaaaaaaaaaaaaaaaaa", 0o600, "one line of ASCII"),
        ("a" * 64, 0o644, "others can read"),
    ],
)
def test_a_bad_event_socket_password_is_refused(place: Path, text: str, mode: int, sentence: str) -> None:
    secret(place, "freeswitch/esl-password", text, mode)
    with pytest.raises(ConfigError, match=sentence):
        esl_password(settings(), place / "data")


@given(password=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=60))
def test_a_carriers_password_survives_the_xml(tmp_path_factory: pytest.TempPathFactory, password: str) -> None:
    if "$${" in password:
        return
    place = tmp_path_factory.mktemp("render")
    secret(place, "carrier", password)
    conf = rendered(
        place,
        gateways=[
            {
                "name": "carrier",
                "proxy": "sip.example.com",
                "username": "u",
                "password_file": "carrier",
                "register_with_carrier": True,
            }
        ],
    )
    gateway = next(elements(conf, "gateway"))
    assert {p.attrib["name"]: p.attrib["value"] for p in gateway}["password"] == password


def test_a_gateways_calls_are_known_by_its_own_address_list(place: Path) -> None:
    conf = rendered(place, gateways=[{"name": "north", "proxy": "192.0.2.9:5060", "networks": ["192.0.2.0/28"]}])
    lists = {e.attrib["name"]: [n.attrib["cidr"] for n in e] for e in elements(conf, "list")}
    assert lists["north"] == ["192.0.2.0/28"]
    acls = [e.attrib["value"] for e in elements(conf / "rendered", "param") if e.attrib["name"] == "apply-inbound-acl"]
    assert acls == ["north"]


@pytest.mark.parametrize(
    ("fallback", "dialled"),
    [
        ({"number": 10010, "gateway": "north"}, "sofia/gateway/north/10010"),
        ({"number": "1001"}, "sofia/phones/1001%$${domain}"),
    ],
)
def test_without_an_engine_the_fallback_is_dialled(place: Path, fallback: dict[str, Any], dialled: str) -> None:
    conf = rendered(place, gateways=[{"name": "north", "proxy": "192.0.2.9"}], fallback=fallback)
    assert ("bridge", dialled) in [(e.attrib["application"], e.attrib.get("data")) for e in elements(conf, "action")]


HOSTILE = ["", "a b", "a,b", "a'b", "${x}", "$${x}", "a\nb", "a|b", "a/b", "a{b}", "&", "\u00e9", "999,sofia/x/1"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "values",
    [
        lambda text: {"domain": text},
        lambda text: {"gateways": [{"name": text, "proxy": "192.0.2.9"}]},
        lambda text: {"gateways": [{"name": "a", "proxy": text}]},
        lambda text: {"fallback": {"number": text}},
        lambda text: {"engines": [text]},
        lambda text: {"codecs": [text]},
    ],
)
def test_no_setting_carries_what_freeswitch_would_interpret(values: Callable[[str], Any], text: str) -> None:
    with pytest.raises(ValidationError):
        settings(**values(text))


@pytest.mark.parametrize(
    "values",
    [
        {"event_socket": {"address": "0.0.0.0"}},  # noqa: S104  refused
        {"event_socket": {"address": "::"}},
        {"event_socket": {"address": "8.8.8.8"}},
        {"engines": []},
        {"engines": ["localhost:8084"]},
        {"one_moment": "http://example.com/x.wav"},
        {"apology": "../x.wav"},
        {"gateways": [{"name": "engines", "proxy": "a"}]},
        {"gateways": [{"name": "loopback.auto", "proxy": "a"}]},
        {"gateways": [{"name": "a", "proxy": "a"}, {"name": "a", "proxy": "b"}]},
        {"gateways": [{"name": "a", "proxy": "a", "register_with_carrier": True}]},
        {"fallback": {"number": "1001", "gateway": "nobody"}},
        {"log_level": "all"},
    ],
)
def test_settings_that_would_not_work_or_open_a_door_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**values)


def test_the_frame_ends_in_an_apology_and_never_in_silence() -> None:
    actions = parsed(TREE / "dialplan" / "engine.xml").iter("action")
    frame = [(e.attrib["application"], e.attrib.get("data", "")) for e in actions]
    after = dict(pairwise(frame))
    assert ("set", "socket_resume=true") in frame
    assert [name for name, _ in frame].count("socket") == 5
    assert after["answer", ""] == ("playback", "$${apology}")
    assert frame[-1] == ("hangup", "NORMAL_TEMPORARY_FAILURE")


def test_a_caller_who_waits_without_an_engine_comes_into_the_frame() -> None:
    waiting = next(each for each in elements(TREE / "dialplan", "extension") if each.attrib["name"] == "caller")
    condition = waiting.find("condition")
    assert condition is not None
    answer, *silences, frame = condition
    assert answer.attrib["application"] == "answer"
    assert {each.attrib["application"] for each in silences} == {"playback"}
    assert frame.attrib == {"cmd": "include", "data": "engine.xml"}


def test_no_argument_of_the_dialplan_is_expanded_at_run_time() -> None:
    for action in elements(TREE / "dialplan", "action"):
        assert not re.search(r"(?<!\$)\$\{", action.attrib.get("data", ""))


def test_the_linter_is_content_with_what_we_ship_and_render(place: Path) -> None:
    assert freeswitch_lint.problems(TREE) == []
    assert freeswitch_lint.problems(rendered(place)) == []


@pytest.mark.parametrize(
    ("file", "good", "bad", "sentence"),
    [
        (
            "autoload_configs/switch.conf.xml",
            '"api-expansion" value="false"',
            '"api-expansion" value="true"',
            "api-exp",
        ),
        ("autoload_configs/switch.conf.xml", "api-expansion", "something", "api-expansion is missing"),
        ("freeswitch.xml", "disable_system_app_commands=true", "disable_system_app_commands=no", "disable_system_app"),
        ("freeswitch.xml", "disable_system_api_commands", "something", "disable_system_api"),
        ("autoload_configs/event_socket.conf.xml", "$${esl_address}", "::", "public address"),
        ("autoload_configs/event_socket.conf.xml", "$${esl_address}", "0.0.0.0", "public address"),  # noqa: S104  refused
        ("autoload_configs/event_socket.conf.xml", "$${esl_password}", "ClueCon", "password is easy"),
        ("autoload_configs/event_socket.conf.xml", '"password"', '"pass"', "password is missing"),
        ("autoload_configs/event_socket.conf.xml", "apply-inbound-acl", "acl", "apply-inbound-acl is missing"),
        ("autoload_configs/modules.conf.xml", "mod_console", "mod_xml_rpc", "mod_xml_rpc must not"),
        ("sip_profiles/phones.xml", '"auth-messages" value="true"', '"auth-messages" value="false"', "MESSAGE"),
        ("sip_profiles/trunks.xml", '"auth-messages" value="true"', '"auth-messages" value="no"', "MESSAGE"),
        ("sip_profiles/phones.xml", '"enable-chat" value="false"', '"enable-chat" value="true"', "enable-chat"),
        ("sip_profiles/trunks.xml", "auth-messages", "disable-auth-messages", "MESSAGE"),
        ("sip_profiles/phones.xml", '"disable-transfer" value="true"', '"disable-transfer" value="false"', "REFER"),
        ("sip_profiles/trunks.xml", "disable-transfer", "transfer", "disable-transfer is missing"),
        ("sip_profiles/trunks.xml", '"auth-calls" value="true"', '"auth-calls" value="false"', "auth-calls"),
        ("sip_profiles/phones.xml", '"accept-blind-reg" value="false"', '"accept-blind-reg" value="true"', "agent"),
        ("dialplan/engine.xml", "disable_app_log=true", "x=${system touch /tmp/x}", "API command"),
        ("dialplan/contexts.xml", "</include>", "", "this is no XML"),
        ("rendered/vars.xml", "esl_address=127.0.0.1", "esl_address=8.8.8.8", "public address"),
    ],
)
def test_the_linter_finds_what_opens_a_door(place: Path, file: str, good: str, bad: str, sentence: str) -> None:
    conf = rendered(place)
    text = (conf / file).read_text()
    assert good in text
    (conf / file).write_text(text.replace(good, bad))
    found = [problem.sentence for problem in freeswitch_lint.problems(conf)]
    assert found
    assert all(sentence in each for each in found)


def test_the_linter_finds_a_password_that_others_can_read(place: Path) -> None:
    secrets = rendered(place) / "rendered/secrets.xml"
    secrets.chmod(0o644)
    assert [(p.file, p.line) for p in freeswitch_lint.problems(place / "conf")] == [(str(secrets), 2)]
