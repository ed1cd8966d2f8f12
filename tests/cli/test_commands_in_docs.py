"""Every `fsapp …` in a sentence of the pages is a command with these options; blocks: test_docs_are_current."""

import re
import shlex
from pathlib import Path

import pytest

from fsapp.cli import commands

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/operations.md", "docs/security.md", "conf/freeswitch/README.md")
NEVER_GIVEN = {"…", "--help"}
DAY = "2026-11-24"


def written(page: str) -> list[str]:
    """What stands in a sentence or a table, cut where a shell would begin another command."""
    text = re.sub(r"^```.*?^```", "", (ROOT / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    code = re.findall(r"`([^`\n]+)`", text)
    found = [re.match(r"""(?:\S+/)?(fsapp [a-z](?:"[^"]*"|'[^']*'|[^#|&;>"'])*)""", each) for each in code]
    return sorted({each[1].strip() for each in found if each})


CASES = [(page, command) for page in PAGES for command in written(page)]


@pytest.mark.parametrize(("page", "command"), CASES, ids=[command for _, command in CASES])
def test_a_command_in_a_page_is_one(page: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    plain = re.sub(r'"?\$\([^)]*\)"?', DAY, command)
    words = [DAY if word == "DAY" else word for word in shlex.split(plain)[1:] if word not in NEVER_GIVEN]
    if words[0] not in commands.COMMANDS or "NAME" in words:
        return  # a sentence that begins with the engine's name, or a pattern
    try:
        commands._parser().parse_args(words)
    except SystemExit as ended:
        told = capsys.readouterr().err
        if "the following arguments are required" not in told:  # a command named without what it is about
            pytest.fail(f"{page}: {command}: {told}" if ended.code else "")


def test_the_pages_name_commands() -> None:
    assert len(CASES) > 40
