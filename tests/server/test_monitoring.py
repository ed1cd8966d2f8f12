"""The dashboard and the alert rules in conf/monitoring name metrics and labels that the engine exports, no others."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CODE = "".join(file.read_text() for file in (ROOT / "fsapp").rglob("*.py") if "/cli/" not in str(file))
EXPORTED = set(re.findall(r'"(fsapp_\w+)"', CODE))
TOLD = dict(re.findall(r"^\| `(fsapp_\w+)(?:\{([^}]*)\})?`", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
"""Each metric's labels, as the operations page has them, which is held to the code."""

RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "conf/monitoring/alerts.yml").read_text())["groups"][0]["rules"]
BOARD: dict[str, Any] = json.loads((ROOT / "conf/monitoring/grafana.json").read_text())
TARGETS = [(panel["title"], target) for panel in BOARD["panels"] for target in panel["targets"]]
EXPRESSIONS = [(rule["alert"], rule["expr"]) for rule in RULES] + [(name, each["expr"]) for name, each in TARGETS]


def metric(name: str) -> str:
    """A histogram's own name."""
    plain = re.sub(r"_(bucket|sum|count)$", "", name)
    return name if name in EXPORTED else plain


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS)
def test_every_metric_that_is_named_is_exported(name: str, expression: str) -> None:
    named = re.findall(r"\bfsapp_\w+", expression)
    assert {metric(each) for each in named} <= EXPORTED, name
    assert named or re.search(r"\b(up|process_\w+)\{", expression)


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS)
def test_every_label_that_is_named_is_one_of_the_metrics(name: str, expression: str) -> None:
    for each, chosen in re.findall(r"\b(fsapp_\w+)\{([^}]*)\}", expression):
        labels = {label for label in re.findall(r"(\w+)(?:=|!=|=~)", chosen) if label != "le"}
        assert labels <= set(TOLD[metric(each)].split(",")), name
    for group, rest in re.findall(r"by \(([^)]*)\) \((.*?)\)", expression):
        for each in re.findall(r"\bfsapp_\w+", rest):
            assert set(re.split(r",\s*", group)) <= set(TOLD[metric(each)].split(",")), name


@pytest.mark.parametrize(("name", "expression"), EXPRESSIONS)
def test_every_expression_is_whole(name: str, expression: str) -> None:
    for opened, closed in ("()", "{}", "[]"):
        assert expression.count(opened) == expression.count(closed), name


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_rule_says_how_bad_it_is_and_what_it_means(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert re.search(r"[\u4e00-\u9fff]", rule["annotations"]["summary"])
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))


def test_every_alarm_has_its_heading_in_the_operations_page_and_something_to_do() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    alarms = page.partition("\n## Alarms")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^### (\w+)\n\n(.*?)(?=\n### |\Z)", alarms, re.MULTILINE | re.DOTALL))
    assert set(told) == {rule["alert"] for rule in RULES}
    assert [alarm for alarm, text in told.items() if len(text) < 100] == []


def test_names_of_rules_and_places_of_panels_are_their_own() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= 24
        taken |= cells


def test_the_board_asks_whatever_source_is_chosen() -> None:
    assert all(target["datasource"]["uid"] == "${source}" for _, target in TARGETS)
    assert [each["name"] for each in BOARD["templating"]["list"]] == ["source"]
