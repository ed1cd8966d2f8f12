"""A session at the terminal as a flow test: what was dialled, keyed, looked up and heard."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fsapp.flow.ports import Lookups
    from fsapp.switchboard.rehearsal import Rehearsal

CDR_FIELDS = ("flow", "disposition", "hangup_cause", "hangup_party")
"""What a saved test expects of the record."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One look-up and its answer: a record, `missing` or `failed`."""

    source: str
    given: Mapping[str, str]
    answer: Mapping[str, Any] | str


class Overheard:
    """Look-ups that remember what was asked and answered. Satisfies fsapp.flow.ports.Lookups."""

    def __init__(self, lookups: "Lookups") -> None:
        self._lookups = lookups
        self.asked: list[Asked] = []

    def find(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, Any] | None:
        answer: Mapping[str, Any] | str = "failed"
        try:
            record = self._lookups.find(source, arguments)
            answer = "missing" if record is None else record
        finally:
            self.asked.append(Asked(source, dict(arguments), answer))
        return record


@dataclass(frozen=True, slots=True)
class Session:
    """What was done and what came of it."""

    number: str
    ani: str
    at: str
    keys: str
    asked: list[Asked]
    rehearsal: "Rehearsal"


def save(file: Path, session: Session) -> None:
    """Adds the session to a file of flow tests, which is made if there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as tests:
        if not tests.tell():
            tests.write("tests:\n")
        tests.write(_test(session))


def _test(session: Session) -> str:
    cdr = session.rehearsal.cdr
    expected = {name: getattr(cdr, name) for name in CDR_FIELDS if getattr(cdr, name)}
    name = f"{session.number}: {session.keys or 'nothing'}"
    lines = [
        f"  - name: {_yaml(name)}",
        f"    call: {_yaml(session.number)}",
        f"    from: {_yaml(session.ani)}",
        f"    at: {_yaml(session.at)}",
        f"    keys: {_yaml(session.keys)}",
        *_answers(session.asked),
        "    expect:",
        f"      heard: {_yaml(session.rehearsal.heard)}",
        f"      route: {_yaml(cdr.path)}",
        f"      cdr: {_yaml(expected)}",
    ]
    return "\n".join(lines) + "\n"


def _answers(asked: list[Asked]) -> list[str]:
    sources = dict.fromkeys(each.source for each in asked)
    lines = ["    lookups:"] if sources else []
    for source in sources:
        lines.append(f"      {source}:")
        answers = (each for each in asked if each.source == source)
        lines += [f"        - {{given: {_yaml(each.given)}, answer: {_yaml(each.answer)}}}" for each in answers]
    return lines


def _yaml(value: Any) -> str:
    """JSON is YAML too."""
    return json.dumps(value, ensure_ascii=False)
