"""A CSV file of agents: `number,name,queue,skills`, such as `1001,李雷,service:1:2 sales,billing:5 cantonese:3`.

Spreadsheets save it as "CSV UTF-8". Several queues or skills in a cell stand apart by blanks or semicolons; a queue may
go without level and position. The heads may be Chinese: 工号, 姓名, 队列, 技能.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from fsapp.domain.agent import AgentRecord, queue_place, skill_level
from fsapp.domain.errors import ConfigError, FsappError, Problem

HEADS = ("number", "name", "queue", "skills")

_CHINESE = {"工号": "number", "姓名": "name", "队列": "queue", "技能": "skills"}
_GAP = re.compile(r"[\s;；]+")

Line = tuple[int, Sequence[str]]
"""A row's cells, with the line that it begins on."""


def read(
    file: Path, known: Iterable[AgentRecord], check: Callable[[AgentRecord], None], *, own_phones: bool = True
) -> list[AgentRecord]:
    """The agents of a file, whose numbers are also those of their own phones if they have any.

    `known` are the agents there are; `check` raises FsappError for one that cannot be. Raises ConfigError with every
    row that is wrong, by its line, and OSError.
    """
    lines = _lines(file)
    order = _order(file, lines)
    taken = {number: f"{each.name} ({each.id})" for each in known for number in _numbers(each, own_phones=own_phones)}
    records: list[AgentRecord] = []
    problems: list[Problem] = []
    for line, cells in lines[1:]:
        try:
            record = _record(dict(zip(order, cells, strict=False)), len(cells), own_phones=own_phones)
            if record.id in taken:
                raise ValueError(f"{record.id} is taken already: {taken[record.id]}")
            check(record)
        except (ValueError, FsappError) as error:
            problems.append(Problem(str(file), line, str(error)))
        else:
            taken[record.id] = f"line {line}"
            records.append(record)
    if problems or not records:
        raise ConfigError(problems or [Problem(str(file), 1, "there are no agents below the heads")])
    return records


def _lines(file: Path) -> Sequence[Line]:
    """The rows that hold anything. Raises ConfigError, OSError."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError([Problem(str(file), 1, "this is not UTF-8 text; save it as `CSV UTF-8`")]) from None
    rows, lines, begins = csv.reader(io.StringIO(text, newline="")), [], 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            lines.append((begins, [cell.strip() for cell in cells]))
        begins = rows.line_num + 1
    return lines


def _order(file: Path, lines: Sequence[Line]) -> list[str]:
    """What each column is. Raises ConfigError."""
    line, heads = lines[0] if lines else (1, [])
    order = [_CHINESE.get(head, head.lower()) for head in heads]
    if sorted(order) != sorted(HEADS):
        sentence = f"the first line is to name the columns {','.join(HEADS)}, not {','.join(heads)[:60]!r}"
        raise ConfigError([Problem(str(file), line, sentence)])
    return order


def _record(row: Mapping[str, str], cells: int, *, own_phones: bool) -> AgentRecord:
    if cells != len(HEADS):
        raise ValueError(f"there are {cells} cells here, not {len(HEADS)}")
    return AgentRecord(
        row["number"],
        row["name"],
        row["number"] if own_phones else "",
        queues=dict(map(queue_place, _words(row["queue"]))),
        skills=dict(map(skill_level, _words(row["skills"]))),
    )


def _numbers(record: AgentRecord, *, own_phones: bool) -> tuple[str, ...]:
    """What a new agent's number must not be."""
    return (record.id, record.extension) if own_phones else (record.id,)


def _words(cell: str) -> list[str]:
    return [word for word in _GAP.split(cell) if word]
