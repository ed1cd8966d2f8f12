"""SIP accounts of agents' phones: what is written, who can read it, and what never is."""

import hashlib
import os
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fsapp.domain.arguments import Name, Number
from fsapp.domain.errors import FsappError
from fsapp.server import freeswitch_lint
from fsapp.server.freeswitch_conf import render
from fsapp.server.freeswitch_settings import FreeswitchSettings
from fsapp.server.phone_accounts import PhoneAccounts, a1_hash, new_password

PASSWORD = "correct-horse-battery"


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    render(FreeswitchSettings(), tmp_path / "conf", tmp_path / "data")
    return tmp_path / "conf"


@pytest.fixture
def accounts(configuration: Path) -> PhoneAccounts:
    return PhoneAccounts(configuration, "fsapp.local")


def file(configuration: Path, extension: str = "1001") -> Path:
    return configuration / "directory" / "phones" / f"{extension}.xml"


def written(accounts: PhoneAccounts, **passwords: str) -> None:
    with accounts.written({extension.removeprefix("phone"): password for extension, password in passwords.items()}):
        pass


def test_the_file_holds_a_hash_in_the_place_of_the_password(accounts: PhoneAccounts, configuration: Path) -> None:
    written(accounts, phone1001=PASSWORD)
    text = file(configuration).read_text()
    user = ElementTree.fromstring(text).find("user")  # noqa: S314  our own file
    assert user is not None
    assert user.attrib == {"id": "1001"}
    expected = hashlib.md5(f"1001:fsapp.local:{PASSWORD}".encode()).hexdigest()  # noqa: S324  SIP's digest
    assert [param.attrib for param in user.iter("param")] == [{"name": "a1-hash", "value": expected}]
    assert PASSWORD not in text


def test_the_hash_is_that_of_the_shell_command_in_the_handbook() -> None:
    assert a1_hash(Number("1001"), Name("fsapp.local"), "PASSWORD") == "8692c504130474f4d9c0f2cc7e44c069"


def test_nobody_else_can_read_the_file(accounts: PhoneAccounts, configuration: Path) -> None:
    written(accounts, phone1001=PASSWORD)
    assert stat.S_IMODE(file(configuration).stat().st_mode) == 0o600
    assert freeswitch_lint.problems(configuration) == []


def test_check_tells_of_an_account_that_others_can_read(accounts: PhoneAccounts, configuration: Path) -> None:
    written(accounts, phone1001=PASSWORD)
    file(configuration).chmod(0o644)
    assert [each.file for each in freeswitch_lint.problems(configuration)] == [str(file(configuration))]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_belongs_to_whoever_the_configuration_belongs_to(
    accounts: PhoneAccounts, configuration: Path
) -> None:
    os.chown(configuration, 4321, 4322)
    written(accounts, phone1001=PASSWORD)
    about = file(configuration).stat()
    assert (about.st_uid, about.st_gid) == (4321, 4322)


def test_no_line_that_freeswitch_drops_holds_anything_else(accounts: PhoneAccounts, configuration: Path) -> None:
    written(accounts, phone1001=PASSWORD)
    lines = file(configuration).read_text().splitlines()
    assert [line for line in lines if "include>" in line] == ["<include>", "</include>"]


def test_an_account_is_there_once_the_block_ends_and_not_before(accounts: PhoneAccounts, configuration: Path) -> None:
    with accounts.written({"1001": PASSWORD}):
        assert not list(file(configuration).parent.glob("*.xml"))
    assert file(configuration).exists()


def test_nothing_is_left_of_an_account_whose_block_fails(accounts: PhoneAccounts, configuration: Path) -> None:
    before = set(file(configuration).parent.iterdir())
    with pytest.raises(RuntimeError), accounts.written({"1001": PASSWORD, "1002": PASSWORD}):
        raise RuntimeError
    assert set(file(configuration).parent.iterdir()) == before


def test_a_phone_that_has_an_account_keeps_it(accounts: PhoneAccounts) -> None:
    written(accounts, phone1001=PASSWORD)
    plan = accounts.plan(["1001", "1002"])
    assert set(plan.passwords) == {"1002"}
    assert plan.notes == ("the SIP account 1001 was there, and keeps its password",)


def test_a_phone_gets_another_password_where_that_is_wanted(accounts: PhoneAccounts) -> None:
    written(accounts, phone1001=PASSWORD)
    assert accounts.plan(["1001"], "another-password").passwords == {"1001": "another-password"}
    assert len(accounts.plan(["1001"], renew=True).passwords["1001"]) == 16


def test_a_removed_account_is_gone(accounts: PhoneAccounts, configuration: Path) -> None:
    written(accounts, phone1001=PASSWORD)
    assert accounts.remove("1001")
    assert not file(configuration).exists()
    assert not accounts.remove("1001")


@pytest.mark.parametrize("extension", ["../1001", "1001/../../x", "", "10 01", "１００１", "1001\n", "*", "+86"])
def test_a_phones_number_leads_nowhere_else(accounts: PhoneAccounts, tmp_path: Path, extension: str) -> None:
    before = set(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="is no"), accounts.written({extension: PASSWORD}):
        pass
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "password", ["", "short", "with blanks in it", "密码密码密码密码密码密码", "a" * 65, "line\nanother-line"]
)
def test_a_password_that_no_phone_takes_or_somebody_guesses_is_refused(accounts: PhoneAccounts, password: str) -> None:
    with pytest.raises(ValueError, match="12 to 64"):
        accounts.plan(["1001"], password)


def test_passwords_that_are_made_are_never_the_same() -> None:
    assert len({new_password() for _ in range(1000)}) == 1000


def test_without_a_configuration_it_is_said_that_there_is_no_account() -> None:
    nowhere = PhoneAccounts(None, "fsapp.local")
    plan = nowhere.plan(["1001"])
    assert plan.passwords == {}
    assert plan.notes[0].startswith("no SIP account was made for 1001: name its folder as `configuration`")
    assert not nowhere.remove("1001")
    with pytest.raises(FsappError, match="a password goes into FreeSWITCH's configuration"):
        nowhere.plan(["1001"], PASSWORD)


def test_a_folder_that_holds_no_configuration_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FsappError, match="`fsapp freeswitch render` makes it"):
        PhoneAccounts(tmp_path, "fsapp.local").plan(["1001"])
