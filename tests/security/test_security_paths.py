"""Names that lead elsewhere, at everything that makes a path of a name."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.arguments import SoundPath
from fsapp.domain.call import Call
from fsapp.domain.errors import FsappError
from fsapp.files.paths import under
from fsapp.server.phone_accounts import PhoneAccounts
from fsapp.server.system import MessageFiles
from tests.security.hostile import FILES, HOSTILE

LEADING_OUT = [
    "../x",
    "..",
    "a/../../x",
    "a/..",
    "/etc/passwd",
    "//etc/passwd",
    "./x",
    "a/./b",
    "a//b",
    "a\\..\\b",
    "..\\..\\etc\\passwd",
    "%2e%2e/x",
    "%2e%2e%2fx",
    "%252e%252e/x",
    "..%2fx",
    "..;/x",
    "....//x",
    "．．/x",
    "a\0.wav",
    "a.wav\0.txt",
    "a\n.wav",
    "{modname=x}a.wav",
    "shell_stream://id",
    "file_string://a!b",
    "http://169.254.169.254/",
    "https://evil.example/x.wav",
    "file:///etc/passwd",
    "~/x",
    "~root/x",
    "$HOME/x",
    "${HOME}/x",
    "-rf",
    "C:\\x",
    "\\\\host\\share",
    " a",
    "a ",
    "",
    ".",
    ".ssh/id",
    "/proc/self/environ",
    "/dev/zero",
]


def call(uuid: str) -> Call:
    return Call(uuid, "1", "2", datetime(2026, 11, 24, tzinfo=UTC))


def account(folder: Path, name: str) -> Path:
    (folder / "directory" / "phones").mkdir(parents=True, exist_ok=True)
    with PhoneAccounts(folder, "site").written({name: "correct horse battery"[:16].replace(" ", "-")}):
        pass
    return folder / "directory" / "phones" / f"{name}.xml"


MAKERS: dict[str, Callable[[Path, str], object]] = {
    "a file below a root": under,
    "a message, by its name": lambda folder, text: MessageFiles(folder).message_path(call("ab-1"), text),
    "a message, by the call": lambda folder, text: MessageFiles(folder).message_path(call(text), "message"),
    "a phone's account": account,
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("name", [*LEADING_OUT, *FILES])
def test_no_name_leads_out_of_its_folder(tmp_path: Path, maker: str, name: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    try:
        made = Path(str(MAKERS[maker](root, name)))
    except (ValueError, FsappError, OSError):
        pass
    else:
        assert made.resolve().is_relative_to(root.resolve())
        assert ".." not in made.parts
    assert {each.name for each in tmp_path.iterdir()} == {"root"}


@pytest.mark.parametrize("name", [*LEADING_OUT, *(each for each in FILES if not each.isalpha())])
def test_a_name_that_leads_out_is_refused_and_not_repaired(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"file name|leads out"):
        under(tmp_path, name)


@pytest.mark.parametrize("name", HOSTILE)
def test_freeswitch_is_told_plain_paths_only(name: str) -> None:
    try:
        path = SoundPath(name)
    except ValueError:
        return
    assert not set("{}:!%$\\ \t\r\n\0") & set(path)
    assert ".." not in path


def test_no_link_leads_out_at_any_depth(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "b").symlink_to("/etc")
    (root / "c").symlink_to(root / "a" / "b")
    for name in ("a/b/passwd", "c/passwd", "c"):
        with pytest.raises(ValueError, match="leads out"):
            under(root, name)


@given(st.text(max_size=40) | st.text(alphabet="./\\%2eab~\0", max_size=20))
def test_any_name_is_below_its_root_or_refused(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.getbasetemp() / "below"
    try:
        made = under(root, name)
    except ValueError:
        return
    assert made.is_relative_to(root)
