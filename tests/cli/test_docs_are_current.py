"""What is written for people says what the engine does: generated files are current, commands and metrics exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsapp.cli import commands
from fsapp.cli.commands import main
from fsapp.files.calendars import load_calendars
from fsapp.server import dialplan, settings

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/operations.md")


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("at_root")
def test_the_manual_and_the_schema_are_those_of_the_steps(tmp_path: Path) -> None:
    manual, schema = tmp_path / "manual.md", tmp_path / "schema.json"
    assert main(["docs", "--manual", str(manual), "--schema", str(schema)]) == 0
    assert manual.read_text() == (ROOT / "docs/flow-language.md").read_text(), "run: fsapp docs"
    assert schema.read_text() == (ROOT / "ivr_flows/_schema.json").read_text(), "run: fsapp docs"


@pytest.mark.usefixtures("at_root")
def test_the_picture_is_that_of_the_flow(tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    assert main(["draw", "power_hotline", "-o", str(picture)]) == 0
    current = (ROOT / "docs/power_hotline.svg").read_text()
    assert picture.read_text() == current, "run: fsapp draw power_hotline -o docs/power_hotline.svg"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_is_one(page: str) -> None:
    shown = list(_shown_commands(page))
    assert shown
    for line in shown:
        assert commands._parser().parse_args(shlex.split(line, comments=True)[1:])


@pytest.mark.parametrize("page", [*PAGES, "docs/design.md"])
def test_every_file_that_a_page_links_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / page).parent.joinpath(link).exists(), link


def test_the_operations_page_explains_every_metric_and_no_other() -> None:
    code = "".join(
        (ROOT / f"fsapp/{file}").read_text()
        for file in (
            "app/gauges.py",
            "server/metrics.py",
            "server/queue_metrics.py",
            "server/outside_calls.py",
            "server/recording_metrics.py",
        )
    )
    exported = set(re.findall(r'"(fsapp_\w+)"', code))
    rows = re.findall(r"^\| `(fsapp_\w+)", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(exported)


@pytest.mark.usefixtures("at_root")
def test_the_flow_that_is_shown_passes_every_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (flow,) = (block for block in _blocks("README.md", "yaml") if "\nflow:" in block)
    (tmp_path / "meter_reading.yaml").write_text(flow)
    assert main(["check", str(tmp_path)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_settings_that_are_shown_can_be_read(page: str, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    token.chmod(0o600)
    shown = [block for block in _blocks(page, "yaml") if re.match("(speech|freeswitch|lookups|screen_pop|fax):", block)]
    assert shown
    for text in shown:
        file = tmp_path / "fsapp.yaml"
        file.write_text(text.replace("/etc/fsapp/oms-token", str(token)))
        assert settings.load(file)


def test_the_calendar_and_the_rule_that_are_shown_can_be_read(tmp_path: Path) -> None:
    (calendar,) = (block for block in _blocks("README.md", "yaml") if block.startswith("business:"))
    (rule,) = _blocks("README.md", "python")
    (tmp_path / "calendars.yaml").write_text(calendar)
    (tmp_path / "rule.py").write_text(rule)
    assert load_calendars(tmp_path / "calendars.yaml").names == ("business",)
    assert dialplan.load(tmp_path, {"welcome"}).routes


def _blocks(page: str, language: str) -> list[str]:
    """The code that a page shows in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def _shown_commands(page: str) -> Iterator[str]:
    """The lines of shell blocks that call fsapp, up to a pipe."""
    for block in _blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if found := re.match(r"""(?:runuser -u \w+ -- )?(?:\S+/)?(fsapp (?:"[^"]*"|'[^']*'|[^|>"'])*)""", line):
                yield found[1]
