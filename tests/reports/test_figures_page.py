"""docs/figures.md defines every figure, and each of its examples comes true."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from fsapp.domain.periods import Period
from fsapp.reports import agents, inout, queues, resolution, satisfaction, tickets, traffic
from fsapp.reports.asking import By, Request
from fsapp.reports.model import Report, Row, Table, Unit
from fsapp.reports.shown import shown
from fsapp.reports.words import column
from fsapp.store.facts import facts
from tests.reports.scenarios import SHANGHAI, Afternoon, at

PAGE = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")

SECTIONS: dict[str, tuple[Any, By, str, str]] = {
    "Traffic": (traffic, By.DAY, "traffic", ""),
    "Queues": (queues, By.QUEUE, "queues", ""),
    "Waits": (queues, By.QUEUE, "waits", "15-20 s"),
    "Told waits": (queues, By.QUEUE, "estimates", "service"),
    "Agents": (agents, By.AGENT, "agents", ""),
    "Breaks": (agents, By.AGENT, "breaks", "1001"),
    "Calls in and out": (inout, By.DAY, "inout", ""),
    "Satisfaction": (satisfaction, By.QUEUE, "satisfaction", ""),
    "Answers": (satisfaction, By.QUEUE, "answers", "5"),
    "First-call resolution": (resolution, By.DAY, "fcr", ""),
    "Tickets": (tickets, By.KIND, "tickets", ""),
    "Results": (tickets, By.KIND, "results", "solved"),
    "Revisits": (tickets, By.KIND, "revisits", "satisfied"),
}
"""By heading: the report, how it is divided, the table, and the row (empty: the total)."""


@dataclass(frozen=True)
class Section:
    heading: str
    told: list[Any]
    figures: dict[str, tuple[str, str]]
    """By name: the Chinese head, and what the example comes to."""


def sections() -> Iterator[Section]:
    """A section without a story of its own goes on with the one before."""
    told: list[Any] = []
    for part in re.split(r"^#{2,3} ", PAGE, flags=re.MULTILINE)[1:]:
        heading = re.match(r"[A-Za-z -]+", part)
        assert heading
        story = re.search(r"```yaml\n(.*?)```", part, re.DOTALL)
        told = yaml.safe_load(story[1]) if story else told
        rows = re.findall(r"^\| `(\w+)` \| (\S+) \| .* \| .*?\*\*(\S+)\*\* \|$", part, re.MULTILINE)
        yield Section(heading[0].strip(), told, {name: (head, value) for name, head, value in rows})


ALL = {section.heading: section for section in sections()}
CASES = [(section.heading, name) for section in ALL.values() for name in section.figures]


def made(section: Section, url: str) -> Report:
    module, by, *_ = SECTIONS[section.heading]
    afternoon = Afternoon(url)
    afternoon.tell(section.told)
    afternoon.happen()
    begins = at("00:00", 10) if module is resolution else at("00:00")
    now = at("14:00") if module is tickets else at("00:00", 25)
    with facts(url) as known:
        report: Report = module.report(known, Request(Period(begins, at("00:00", 25)), by, SHANGHAI, now))
    return report


def row_of(table: Table, wanted: str) -> Row:
    if not wanted:
        assert table.total is not None
        return table.total
    return next(row for row in table.rows if wanted in row.values())


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    return {
        heading: made(section, f"sqlite:///{tmp_path_factory.mktemp('figures')}/calls.db")
        for heading, section in ALL.items()
    }


@pytest.mark.parametrize(("heading", "figure"), CASES)
def test_the_example_of_a_figure_comes_true(reports: dict[str, Report], heading: str, figure: str) -> None:
    _, _, name, wanted = SECTIONS[heading]
    table = next(table for table in reports[heading].tables if table.name == name)
    unit = next(each.unit for each in table.columns if each.name == figure)
    head, value = ALL[heading].figures[figure]
    assert shown(row_of(table, wanted)[figure], unit) == value
    assert head == column(figure, "zh")


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_figure_of_a_table_is_defined(reports: dict[str, Report], heading: str) -> None:
    table = next(table for table in reports[heading].tables if table.name == SECTIONS[heading][2])
    figures = [each.name for each in table.columns if each.unit is not Unit.TEXT]
    assert list(ALL[heading].figures) == figures


def test_every_table_of_every_report_has_its_section(reports: dict[str, Report]) -> None:
    told = {table for _, _, table, _ in SECTIONS.values()}
    beside = {table.name for report in reports.values() for table in report.tables if table.name.startswith("by_")}
    assert {table.name for report in reports.values() for table in report.tables} == told | beside
    assert list(ALL) == list(SECTIONS)
