"""fsapp tickets: opened, dealt with, listed, traced, told of; also as cron does it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.dom.minidom import parseString

import pytest

from fsapp.cli.commands import main
from tests.server.post_office import PostOffice

ROOT = Path(__file__).parents[2]

TICKETS = """
departments:
  service: {name: 客户服务部, superior: director, mail: service@example.com}
  repair: {name: 抢修班, superior: director}
people:
  director: {name: 张主任, mail: director@example.com}
kinds:
  complaint:
    zh: 投诉
    en: a complaint
    owner: service
    limits: {accept: 30m, reply: 3d, close: 5d}
    levels: {urgent: {accept: 1m}}
    revisit: true
    fields: {happened_on: date}
  consult: {zh: 咨询, owner: service}
"""

Fsapp = Callable[..., tuple[int, str, str]]


@pytest.fixture
def post() -> PostOffice:
    return PostOffice()


@pytest.fixture
def site(tmp_path: Path, post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    server = post.start()
    mail = f"{{host: 127.0.0.1, port: {server.server_port}, sender: fsapp@example.com, timeout: 2}}"
    (tmp_path / "fsapp.yaml").write_text(f"data: data\ntickets: tickets.yaml\nmail: {mail}\n")
    (tmp_path / "tickets.yaml").write_text(TICKETS)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    server.stop()


@pytest.fixture
def tickets(site: Path, capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp tickets …`: exit code, what it printed, what it complained of."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["tickets", *words, "--config", "fsapp.yaml"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def new(tickets: Fsapp, *words: str) -> dict[str, Any]:
    code, out, err = tickets("new", *words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def done(tickets: Fsapp, *words: str) -> dict[str, Any]:
    code, out, err = tickets(*words, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_ticket_is_opened_from_a_letter(tickets: Fsapp) -> None:
    ticket = new(
        tickets,
        *("complaint", "--text", "态度不好", "--number", "+86 13800138000", "--channel", "letter"),
        *("--field", "happened_on=2026-11-23", "--attach", "scan.tif", "--caller-name", "李雷", "--by", "收发室"),
    )
    assert (ticket["ani"], ticket["channel"], ticket["opened_by"]) == ("13800138000", "letter", "收发室")
    assert (ticket["fields"], ticket["attachments"]) == ({"happened_on": "2026-11-23"}, ["scan.tif"])
    assert (ticket["owner"], ticket["state"], ticket["due"]["for"]) == ("service", "new", "accept")


def test_a_ticket_goes_its_way_to_the_end(tickets: Fsapp) -> None:
    number = new(tickets, "complaint")["number"]
    steps = [
        (("accept", number), "accepted"),
        (("transfer", number, "repair", "属抢修班"), "new"),
        (("return", number, "不属本班"), "new"),
        (("accept", number), "accepted"),
        (("dispatch", number, "repair"), "dispatched"),
        (("urge", number, "第二次来电"), "dispatched"),
        (("note", number, "客户要求下午联系", "--attach", "a.wav"), "dispatched"),
        (("follow", number, "待复测", "--until", "2099-01-01 09:00"), "following"),
        (("follow", number, "已复测", "--solved"), "solved"),
        (("revisit", number, "satisfied"), "solved"),
        (("close", number, "已解决"), "closed"),
        (("reopen", number, "又坏了"), "new"),
    ]
    assert [done(tickets, *words)["state"] for words, _ in steps] == [state for _, state in steps]
    shown = json.loads(tickets("show", number, "--json")[1])
    assert [each["action"] for each in shown["events"]][-3:] == ["revisit", "close", "reopen"]
    assert shown["attachments"] == ["a.wav"]
    text = tickets("show", number)[1]
    assert "→ repair 属抢修班" in text
    assert "state      new 待受理" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "praises"), "there is no kind of ticket 'praises'; known: complaint, consult"),
        (("new", "complaint", "--owner", "nobody"), "there is nobody 'nobody' here; known: service, repair, director"),
        (("new", "complaint", "--level", "vip"), "a complaint has no level 'vip'; known: normal, urgent"),
        (("new", "complaint", "--field", "happened_on=gestern"), "it is a date, such as 2026-11-24"),
        (("new", "complaint", "--field", "x=1"), "there is no field 'x' in it; known: happened_on"),
        (("new", "complaint", "--field", "x"), "'x' is no field: write address="),
        (("new", "complaint", "--channel", "smoke"), "'smoke' is no channel"),
        (("new", "complaint", "--number", "12"), "'12' is no telephone number"),
        (("new", "complaint", "--customer", "C9"), "there is no customer 'C9'"),
        (("accept", "7"), "'7' is no ticket's number: write 20261124-0007"),
        (("accept", "20200101-0001"), "there is no ticket 20200101-0001"),
        (("close", "NUMBER", "x"), "a complaint is closed after a revisit"),
        (("reopen", "NUMBER", "x"), "it is new (待受理): `reopen` is for closed"),
        (("transfer", "NUMBER", "nobody", "x"), "there is nobody 'nobody' here"),
        (("transfer", "NUMBER", "repair"), "`transfer` wants words: what, or why"),
        (("accept", "NUMBER", "--version", "5"), "and it is version 0 now, not 5; look at it again"),
        (("accept", "NUMBER", "--by", ""), "who does it is to be one line"),
        (("revisit", "NUMBER", "happy"), "'happy' is no result of a revisit; known: satisfied, neutral"),
        (("follow", "NUMBER", "x", "--until", "soon"), "'soon' is no time such as 2026-11-01"),
        (("list", "--state", "lost"), "there is no state 'lost'; known: new, accepted"),
        (("list", "--kind", "lost"), "there is no kind of ticket 'lost'"),
        (("list", "--owner", "lost"), "there is nobody 'lost' here"),
        (("list", "--from", "lost"), "'lost' is no time such as 2026-11-01"),
        (("due", "--owner", "lost"), "there is nobody 'lost' here"),
        (("show", "lost"), "'lost' is no ticket's number"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(tickets: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    number = new(tickets, "complaint")["number"]
    before = tickets("list", "--all", "--json")[1]
    code, out, err = tickets(*(number if word == "NUMBER" else word for word in words))
    assert (code, out) == (2, "")
    assert sentence in err
    assert tickets("list", "--all", "--json")[1] == before


def test_lists_choose(tickets: Fsapp) -> None:
    first, second = new(tickets, "complaint", "--number", "13800138000"), new(tickets, "consult")
    done(tickets, "close", second["number"], "当场答复")

    def found(*words: str) -> list[str]:
        return [json.loads(line)["number"] for line in tickets("list", *words, "--json")[1].splitlines()]

    assert found() == [first["number"]]
    assert found("--all") == [second["number"], first["number"]]
    assert found("--state", "closed") == [second["number"]]
    assert found("--kind", "consult") == []
    assert found("--customer", "13800138000") == [first["number"]]
    assert found("--owner", "service", "--level", "normal", "--from", "2020-01-01", "--to", "2099-01-01") == [
        first["number"]
    ]
    assert tickets("list", "--owner", "repair")[1] == "no tickets\n"
    assert tickets("due")[1] == "no tickets\n"
    assert first["number"] in tickets("due", "--within", "1")[1]


def test_kinds_are_listed_with_their_fields(tickets: Fsapp) -> None:
    assert "complaint  投诉  service 客户服务部  normal urgent  happened_on:date" in tickets("kinds")[1]


def test_a_path_is_text_and_picture(tickets: Fsapp) -> None:
    number = new(tickets, "complaint", "--text", "态度不好")["number"]
    done(tickets, "accept", number)
    text = tickets("trace", number)[1]
    assert "✓" in text
    assert "●" in text
    assert "回复 至" in text
    assert "accepted" in tickets("trace", number, "--language", "en")[1]
    assert tickets("trace", number, "--svg", "-o", "path.svg")[:2] == (0, "")
    assert parseString(Path("path.svg").read_bytes()).getElementsByTagName("svg")  # noqa: S318 -- our own


def test_telling_sends_each_letter_once(tickets: Fsapp, post: PostOffice) -> None:
    new(tickets, "complaint")
    assert tickets("tell", "--verbose")[:2] == (0, "0 late, 1 told, 0 to be told later, 0 given up\n")
    assert tickets("tell", "--verbose")[:2] == (0, "0 late, 0 told, 0 to be told later, 0 given up\n")
    assert [letter["To"] for letter in post.letters] == ["service@example.com"]


def test_who_cannot_be_told_is_named(tickets: Fsapp, post: PostOffice) -> None:
    post.answers = {"RCPT": "450 later"}
    number = new(tickets, "complaint")["number"]
    code, out, err = tickets("tell")
    assert (code, out) == (1, "")
    assert err == f"{number} to service by mail: service@example.com answered with code 450\n"


def test_cron_sees_nothing_where_all_is_well(
    tickets: Fsapp, site: Path, post: PostOffice, tmp_path_factory: Any
) -> None:
    new(tickets, "complaint")
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C", "LC_ALL": "C"}
    run = subprocess.run(
        [ROOT / "scripts/tickets-due", "--config", site / "fsapp.yaml"],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert [letter["To"] for letter in post.letters] == ["service@example.com"]


def test_a_command_without_a_terminal_writes_chinese_as_it_is(tickets: Fsapp, site: Path) -> None:
    number = new(tickets, "complaint", "--text", "态度不好")["number"]
    run = subprocess.run(
        [sys.executable, "-m", "fsapp", "tickets", "show", number, "--json", "--config", site / "fsapp.yaml"],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert json.loads(run.stdout)["text"] == "态度不好"
