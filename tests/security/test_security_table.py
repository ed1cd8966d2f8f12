"""Every hostile text in every place where texts of callers, agents, databases and web servers end up.

What FreeSWITCH is told has its own table (test_security_sinks.py); tests/live/test_sinks.py does the same with a real
switch, a mail server and webhooks.
"""

import ast
import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path
from xml.dom.minidom import parseString

import pytest

from fsapp.cli import records, table
from fsapp.cli.top_screen import STATES, screen
from fsapp.domain.arguments import DisplayName
from fsapp.domain.call import Call
from fsapp.domain.cdr import Cdr
from fsapp.domain.events import Event, Kind
from fsapp.domain.fax import station_id
from fsapp.domain.periods import Period
from fsapp.domain.ticket import Action
from fsapp.fax import cover
from fsapp.files import csv_cells
from fsapp.flow.templates import Text
from fsapp.reports import charts, page, written
from fsapp.reports.model import Column, Picture, Report, Table, Unit
from fsapp.reports.model import Kind as Drawn
from fsapp.server import mail, phone_accounts, ticket_letters
from fsapp.server.logs import line_of
from fsapp.server.system import MessageFiles
from fsapp.server.ticket_letters import Ways
from fsapp.server.ticket_picture import picture
from fsapp.store import rows
from fsapp.tickets.trace import trace
from tests.flow.bench import a_context
from tests.security.hostile import HOSTILE
from tests.security.test_security_exports import FORMULAS
from tests.security.test_security_logs import OBEYED
from tests.tickets.site import PLAN, ZONE, Case

ROOT = Path(__file__).parents[2]
SCRATCH = Path(tempfile.mkdtemp(prefix="fsapp-table-"))
ONE_ADDRESS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~.-@")
PAGE_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "svg", "rect", "line", "text"),
}


class Reader(HTMLParser):
    """The tags and the words of a page, as a browser takes them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs), attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def report(text: str, chosen: str = "") -> Report:
    columns = (Column("agent", Unit.TEXT), Column("calls", Unit.COUNT))
    made = Table("agents", columns, [{"agent": text, "calls": 1}], {"calls": 1})
    drawn = Picture("agents", Drawn.RANKING, [text], {"calls": [1]}, Unit.COUNT)
    return Report("agents", Period(0, 86_400_000), 0, (made,), (drawn,), chosen={"agent": chosen})


def whole(text: str) -> str:
    """Without halves of characters, which no database and no JSON of others can bring."""
    return text.encode(errors="replace").decode()


# A sink takes a text, and asserts that it stays one.


def report_page(text: str) -> None:
    read = Reader(page.page(report(text, text), "en", UTC))
    assert read.tags <= PAGE_TAGS
    assert text.replace("\r\n", "\n").strip() in "\n".join(read.words).replace("\r\n", "\n") or not text.isprintable()


def report_picture(text: str) -> None:
    for kind in Drawn:
        drawn = charts.svg(Picture("agents", kind, [text, "b"], {"calls": [1, 2]}, Unit.COUNT), "en")
        assert Reader(drawn).tags <= {"svg", "rect", "text", "line", "circle", "title"}


def report_csv(text: str) -> None:
    found = list(csv.reader(io.StringIO(written.as_csv(report(text).tables[0], "en"), newline="")))
    assert [csv_cells.plain(cell) for cell in found[1]] == [text, "1"]
    assert not any(cell.startswith(FORMULAS) for row in found for cell in row)


def report_terminal(text: str) -> None:
    assert_still(written.as_text(report(text), "en", UTC, table.table))


def terminal_tables(text: str) -> None:
    cdr = Cdr(uuid="u", arrived_at=0, ended_at=0, ani=text, dnis=text, flow=text, disposition=text, caller_name=text)
    assert_still(records.cdr_table([cdr], UTC))
    assert_still(records.events_table([Event("u", 0, 0, text, {text: text})], UTC))


def terminal_wallboard(text: str) -> None:
    agent = {"agent": "1", "name": text, "state": "on_break", "reason": text, "seconds": 1, "phone": text, "calls": 0}
    queue = {"open": True, "waiting": 1, "longest_seconds": 1, "agents": dict.fromkeys(STATES, 0)}
    lines = screen({"queues": {text: queue}, "agents": [agent]}, None, datetime.now(UTC), (100, 40), "en")
    assert all(line.isprintable() for line in lines), lines


def assert_still(shown: str) -> None:
    """No cursor is moved."""
    assert shown.replace("\n", "").isprintable(), repr(shown)


def ticket_picture(text: str) -> None:
    case = Case("complaint", text=text, caller_name=text, ani=text)
    case.do(Action.ACCEPT, why=text)
    svg = picture(case.ticket, trace(PLAN, case.events, case.now), PLAN, ZONE, "en")
    tree = parseString(svg.encode(errors="replace"))  # noqa: S318 - our own picture
    tags = {each.tagName for each in tree.getElementsByTagName("*")}
    assert tags <= {"svg", "title", "style", "rect", "text", "g", "path", "tspan", "marker", "defs"}, tags


def letter(text: str) -> None:
    try:
        made = mail._message(mail.Letter("a@b.example", text, text, key="k", html=""), "fsapp@b.example")
        sent = message_from_bytes(bytes(made), policy=SMTP)
    except ValueError:  # half a character: NeverSent
        return
    assert set(sent.keys()) == {
        *("From", "To", "Subject", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert sent["To"] == "a@b.example"
    assert sent.get_content_type() == "text/plain"
    assert len(sent["Subject"].splitlines()) <= 1


def letter_to(text: str) -> None:
    try:
        made = mail._message(mail.Letter(text, "s", "t"), "fsapp@b.example")
    except ValueError:
        return
    assert set(text) <= ONE_ADDRESS
    assert bytes(made).count(b"@evil.example") <= 1


def ticket_notices(text: str) -> None:
    text = whole(text)
    case = Case("complaint", text=text, caller_name=text, ani=text)
    ways = Ways(webhook=True, mail=True, language="en", zone=ZONE)
    for notice in ticket_letters.waiting_notices(PLAN, case.ticket, case.events[-1], ways):
        if notice.way == "webhook":
            assert json.loads(notice.body)["ticket"]["text"] == text
        else:
            letter(notice.subject)


def webhook(text: str) -> None:
    line = line_of({"event": "offer", "name": text, "data": {text: text}})
    assert json.loads(line)["data"] == {text: text}
    assert not OBEYED & set(line.decode())


def journal(text: str) -> None:
    text = whole(text)
    event = Event("u", 0, 0, Kind.CALL_ARRIVED, {"ani": text, text: [text]})
    assert rows.event_value(rows.event_row(event)) == event


def spreadsheet(text: str) -> None:
    (cells,) = csv.reader(io.StringIO(csv_cells.row([text, "next"]), newline=""))
    assert len(cells) == 2
    assert not cells[0].startswith(FORMULAS)


def template_value(text: str) -> None:
    assert Text("{{ x }}").text(a_context({"x": text})) == text


def template_again(text: str) -> None:
    """What came of a template is no template."""
    once = Text("{{ x }}").text(a_context({"x": text}))
    assert Text("{{ y }}").text(a_context({"y": once})) == text


def message_file(text: str) -> None:
    """A call's id comes from the switch; whatever it is, the file is below its folder or there is none."""
    files = MessageFiles(SCRATCH)
    try:
        path = files.message_path(Call(text, text, text, datetime.now(UTC)), "message")
    except (ValueError, OSError):
        return
    assert Path(path).resolve().is_relative_to(SCRATCH.resolve())
    assert not set("{}$'!:,") & set(path)


def phone_account(text: str) -> None:
    """The directory of the switch, which is XML."""
    accounts = phone_accounts.PhoneAccounts(SCRATCH, "site.example")
    (SCRATCH / phone_accounts.PHONES).mkdir(parents=True, exist_ok=True)
    with pytest.raises(ValueError, match=r"digits|number"), accounts.written({text: "x" * 16}):
        raise ValueError("a number after all")


def fax_station(text: str) -> None:
    try:
        assert set(station_id(text)) <= set("0123456789+ ")
    except ValueError:
        return


def fax_cover(text: str) -> None:
    template = SCRATCH / "cover.html"
    template.write_text("<p>{{ to }}</p>")
    assert Reader(cover.filled(template, {"to": text})).tags == {"p"}


def phone_display(text: str) -> None:
    assert not set("\"'<>;,{}[]()|&$\\%=:\r\n\0") & set(DisplayName.of(text) or "")


SINKS: dict[str, Callable[[str], None]] = {
    "HTML: a report": report_page,
    "SVG: a report's picture": report_picture,
    "CSV: a report": report_csv,
    "terminal: a report": report_terminal,
    "terminal: calls and journals": terminal_tables,
    "terminal: the wallboard": terminal_wallboard,
    "SVG: a ticket's path": ticket_picture,
    "mail: subject and text": letter,
    "mail: receiver": letter_to,
    "mail and webhook: tickets": ticket_notices,
    "webhook: screen pop": webhook,
    "SQL: journal": journal,
    "CSV: any cell": spreadsheet,
    "template: a value": template_value,
    "template: a value of a value": template_again,
    "path: a message": message_file,
    "XML: a phone's account": phone_account,
    "fax: station": fax_station,
    "HTML: a fax's cover": fax_cover,
    "SIP: the phone's display": phone_display,
}


@pytest.mark.parametrize("sink", SINKS)
def test_no_hostile_text_is_more_than_a_text_anywhere(sink: str) -> None:
    for text in HOSTILE:
        SINKS[sink](text)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_no_program_is_started_by_a_shell() -> None:
    """Programs are lists of words, which nobody parses."""
    for file in (ROOT / "fsapp").rglob("*.py"):
        for call in calls(ast.parse(file.read_text())):
            name = ast.unparse(call.func)
            assert name not in ("os.system", "os.popen", "subprocess.getoutput", "eval"), file
            assert not any(word.arg == "shell" for word in call.keywords), file
            if name in ("subprocess.run", "subprocess.Popen"):
                assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp), file
