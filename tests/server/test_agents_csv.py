"""A file of agents: what spreadsheets write is read, and what is wrong is named by its line."""

from pathlib import Path

import pytest

from fsapp.domain.agent import AgentRecord, QueuePlace
from fsapp.domain.errors import ConfigError, FsappError
from fsapp.server.agents_csv import read

HEADS = "number,name,queue,skills\n"


def only_known_queues(record: AgentRecord) -> None:
    for queue in record.queues:
        if queue not in ("service", "sales"):
            raise FsappError(f"there is no queue {queue!r}")


def agents(tmp_path: Path, text: str, *known: AgentRecord, own_phones: bool = True) -> list[AgentRecord]:
    file = tmp_path / "staff.csv"
    file.write_bytes(text.encode())
    return read(file, known, only_known_queues, own_phones=own_phones)


def problems(tmp_path: Path, text: str, *known: AgentRecord) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        agents(tmp_path, text, *known)
    return [f"{each.line}: {each.sentence}" for each in raised.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        HEADS + "2001,张伟,service:1:2 sales,billing:5 cantonese:3\n",
        "\ufeff" + HEADS + "2001,张伟,service:1:2;sales,billing:5; cantonese:3\n",
        "工号,姓名,队列,技能\r\n2001,张伟,service:1:2；sales,billing:5 cantonese:3\r\n",
        "name,number,skills,queue\n张伟,2001,billing:5 cantonese:3,service:1:2 sales\n",
        HEADS + '\n2001," 张伟 ","service:1:2\nsales",billing:5 cantonese:3\n\n,,,\n',
    ],
)
def test_a_row_is_an_agent_however_the_spreadsheet_wrote_it(tmp_path: Path, text: str) -> None:
    queues = {"service": QueuePlace(1, 2), "sales": QueuePlace(1, 1)}
    skills = {"billing": 5, "cantonese": 3}
    assert agents(tmp_path, text) == [AgentRecord("2001", "张伟", "2001", queues=queues, skills=skills)]


def test_agents_may_have_no_phone_of_their_own(tmp_path: Path) -> None:
    (agent,) = agents(tmp_path, HEADS + "2001,Anna,,\n", own_phones=False)
    assert agent.extension == ""


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2,Anna,,", "'2' is not an agent's number: it has 2 to 16 digits"),
        ("2001,,,", "an agent has a name"),
        ("2001,Anna,servise,", "there is no queue 'servise'"),
        ("2001,Anna,service:0,", "the level in 'service' is 0; it runs from 1 to 100"),
        ("2001,Anna,service,billing", "'billing' is no skill with a level: write billing:5"),
        ("2001,Anna,service,billing:11", "the level of 'billing' is 11; it runs from 1 to 10"),
        ("2001,Anna,service", "there are 3 cells here, not 4"),
        ("2001,Anna,service,,,", "there are 6 cells here, not 4"),
        ("1001,Anna,,", "1001 is taken already: Bob (1001)"),
        ("8001,Anna,,", "8001 is taken already: Bob (1001)"),
    ],
)
def test_a_broken_row_is_named_by_its_line(tmp_path: Path, row: str, sentence: str) -> None:
    bob = AgentRecord("1001", "Bob", "8001")
    (found,) = problems(tmp_path, HEADS + "2009,Fine,service,\n" + row + "\n", bob)
    assert found.startswith(f"3: {sentence}")


def test_every_broken_row_is_named_also_behind_a_cell_of_several_lines(tmp_path: Path) -> None:
    text = HEADS + '2001,"two\nlines",,\n2002,Anna,,\n2002,Bob,,\n2003,Cid,,x\n'
    assert [each.split(":")[0] for each in problems(tmp_path, text)] == ["2", "5", "6"]
    assert "2002 is taken already: line 4" in problems(tmp_path, text)[1]


@pytest.mark.parametrize("heads", ["number,name,queue", "number,name,queue,skill", "2001,Anna,service,", "", "a"])
def test_a_file_without_the_heads_is_refused(tmp_path: Path, heads: str) -> None:
    (found,) = problems(tmp_path, heads + "\n2001,Anna,,\n")
    assert "is to name the columns number,name,queue,skills" in found


def test_a_file_without_agents_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, HEADS) == ["1: there are no agents below the heads"]
    assert len(problems(tmp_path, "")) == 1


def test_a_file_in_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_bytes((HEADS + "2001,张伟,,\n").encode("gbk"))
    with pytest.raises(ConfigError, match="save it as `CSV UTF-8`"):
        read(file, (), only_known_queues)
