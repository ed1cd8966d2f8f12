"""fsapp fax: documents and faxes, as an administrator commands them; no engine runs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from fsapp.cli.commands import main
from fsapp.domain.fax import DocumentKind
from fsapp.domain.ticket_opening import Opening
from fsapp.fax import fonts
from fsapp.server import settings
from fsapp.server.system import SystemClock
from fsapp.server.ticket_office import office
from fsapp.store.database import upgrade_at
from fsapp.store.documents import Documents

pytestmark = pytest.mark.skipif(
    not any(Path(place).exists() for place in fonts.PLACES),
    reason="no Chinese font: apt-get install fonts-wqy-microhei",
)

Fsapp = Callable[..., tuple[int, str, str]]

TICKETS = """departments: {service: {name: 客户服务部}}
kinds: {complaint: {owner: service}}
"""

RULES = """
from fsapp.domain.dialplan import numbers

local = numbers("0571[0-9]{8}", gateway="pstn")
"""
NUMBER = "057188880000"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def fax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fsapp:
    """Runs `fsapp fax …` in a site of its own: its exit code, what it printed, and what it complained of."""
    (tmp_path / "fsapp.yaml").write_text("data: data\ndialplan: dialplan\nfax: {cover: cover.txt}\n")
    (tmp_path / "cover.txt").write_text("致 {{ to }} {{ number }}")
    (tmp_path / "dialplan").mkdir()
    (tmp_path / "dialplan" / "rules.py").write_text(RULES)
    (tmp_path / "bill.txt").write_text("电费312.5元。\f第二页")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["fax", *words, "--config", "fsapp.yaml"])
        except SystemExit as error:
            code = int(error.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def tariff(fax: Fsapp) -> Fsapp:
    """A site with one document."""
    fax("documents", "add", "bill.txt", "--name", "tariff", "--title", "电价表", "--category", "prices")
    return fax


def test_a_file_becomes_a_document(fax: Fsapp) -> None:
    code, out, _ = fax("documents", "add", "bill.txt", "--name", "tariff", "--json")
    document = json.loads(out)
    assert code == 0
    assert (document["id"], document["pages"], document["kind"]) == ("tariff", 2, "library")


def test_documents_are_listed_and_found(tariff: Fsapp) -> None:
    assert "tariff" in tariff("documents", "list")[1]
    assert "电价表" in tariff("documents", "list", "--words", "电价", "--category", "prices")[1]
    assert tariff("documents", "list", "--words", "other")[1] == "no documents\n"
    assert tariff("documents", "list", "--kind", "received")[1] == "no documents\n"


def test_a_document_is_shown_with_its_file(tariff: Fsapp) -> None:
    code, out, _ = tariff("documents", "show", "tariff")
    assert code == 0
    assert "fax.tif" in out
    assert json.loads(tariff("documents", "show", "tariff", "--json")[1])["title"] == "电价表"


def test_a_fax_that_came_is_shown_with_its_customer_and_its_ticket(tariff: Fsapp, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "tickets.yaml").write_text(TICKETS)
    url = f"sqlite:///{tmp_path / 'data' / 'fsapp.db'}"
    upgrade_at(url)
    came = replace(
        Documents(url).list()[0], id="fax-1", kind=DocumentKind.RECEIVED, call="call-1", caller="13800138000"
    )
    Documents(url).add(came)
    main(["customers", "add", "--name", "李雷", "--number", "13800138000", "--config", "fsapp.yaml"])
    site = office(settings.load(Path("fsapp.yaml")), SystemClock())
    opening = Opening("complaint", ani="13800138000", call="call-1", attachments=("fax-1",))
    ticket = site.open(opening, "call call-1")
    site.open(replace(opening, attachments=("message.wav",)), "call call-1")
    assert ticket.customer == 1
    _, out, _ = tariff("documents", "show", "fax-1")
    assert "C1 李雷" in out
    assert out.count(ticket.number[:9]) == 1
    shown = json.loads(tariff("documents", "show", "fax-1", "--json")[1])
    assert (shown["customer"], shown["tickets"]) == (1, [ticket.number])


ON_DEMAND = """version: 1
flow: on_demand
language: zh
numbers: ["7202"]
main:
  - fax_send: {document: tarif, on: {failed: bye}}
  - fax_send: {document: "{{ call.dnis }}", on: {failed: bye}}
  - hangup
bye:
  - hangup
"""


def test_documents_that_are_named_and_not_there_are_a_warning_of_the_check(
    tariff: Fsapp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "on_demand.yaml").write_text(ON_DEMAND)
    with (tmp_path / "fsapp.yaml").open("a") as file:
        file.write(f"flows: flows\nsounds: {ROOT / 'sounds'}\nlanguages: [zh]\n")
    main(["check", "flows", "--config", "fsapp.yaml"])
    assert capsys.readouterr().err == (
        "flows/on_demand.yaml:6: warning: there is no document 'tarif' yet; did you mean 'tariff'?\n"
    )
    tariff("documents", "add", "bill.txt", "--name", "tarif")
    (tmp_path / "flows" / "on_demand.yaml").write_text(
        ON_DEMAND.replace("fax_send: {document: tarif, on: {failed: bye}}", "fax_receive: {category: order}")
    )
    site = (tmp_path / "fsapp.yaml").read_text()
    (tmp_path / "fsapp.yaml").write_text(site.replace("fax: {", "fax: {deliver: [{category: orders, folder: x}], "))
    main(["check", "flows", "--config", "fsapp.yaml"])
    assert capsys.readouterr().err == (
        "flows/on_demand.yaml:6: warning: no line of `fax.deliver` has the category 'order'; did you mean 'orders'?\n"
    )
    (tmp_path / "fsapp.yaml").write_text(site)
    assert main(["check", "flows", "--config", "fsapp.yaml"]) == 0
    assert capsys.readouterr().err == ""


def test_a_page_is_shown_as_a_picture(tariff: Fsapp) -> None:
    assert tariff("documents", "preview", "tariff", "--page", "2")[0] == 0
    with Image.open("tariff-2.png") as picture:
        assert picture.width == 864


def test_a_fax_is_queued(tariff: Fsapp) -> None:
    code, out, _ = tariff("send", NUMBER, "tariff", "--at", "2030-01-01 08:00", "--window", "08:00-20:00", "--json")
    job = json.loads(out)
    assert code == 0
    assert (job["number"], job["document"], job["pages"], job["state"]) == (NUMBER, "tariff", 2, "waiting")
    assert job["not_before"] > job["queued_at"]
    assert job["expires_at"] == job["not_before"] + 24 * 3_600_000
    assert job["id"] in tariff("list")[1]
    assert tariff("list", "--state", "sent")[1] == "no faxes\n"


def test_a_file_is_queued_with_a_cover_page(fax: Fsapp) -> None:
    code, out, _ = fax("send", NUMBER, "bill.txt", "--cover", "--field", "to=张伟", "--json")
    job = json.loads(out)
    assert code == 0
    assert job["pages"] == 3
    assert job["document"].startswith("out-")


def test_a_fax_is_cancelled_once(tariff: Fsapp) -> None:
    job = json.loads(tariff("send", NUMBER, "tariff", "--json")[1])["id"]
    assert tariff("cancel", job)[:2] == (0, f"{job} is cancelled\n")
    code, _, complaint = tariff("cancel", job)
    assert (code, complaint) == (2, f"fsapp fax: the fax {job} is over: cancelled\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("send", "0088123456", "tariff"), "no rule in the dialplan's outbound list allows 0088123456"),
        (("send", "110", "tariff"), "110 is an emergency number"),
        (("send", "x", "tariff"), "is no number that can be dialled"),
        (("send", NUMBER, "nothing"), "'nothing' is neither a document nor a file"),
        (("send", NUMBER, "tariff", "--window", "8-20"), "is no time of the day"),
        (("send", NUMBER, "tariff", "--at", "tomorrow"), "is no time such as"),
        (("send", NUMBER, "tariff", "--cover"), "'to' is undefined"),
        (("send", NUMBER, "tariff", "--cover", "--field", "to"), "is no field such as"),
        (("cancel", "nothing"), "there is no fax nothing"),
        (("documents", "show", "nothing"), "there is no document 'nothing'"),
        (("documents", "preview", "tariff", "--page", "9"), "there is no page 9"),
        (("documents", "add", "missing.pdf"), "there is no file missing.pdf"),
        (("documents", "add", "bill.txt", "--name", "../../x"), "is no document's name"),
        (("documents", "add", "bill.txt", "--name", "tariff"), "there is a document 'tariff' already"),
        (("documents", "add", "/bin/true", "--name", "true"), "true is no text"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(tariff: Fsapp, words: tuple[str, ...], sentence: str) -> None:
    code, out, complaint = tariff(*words)
    assert (code, out) == (2, "")
    assert sentence in complaint
    assert "Traceback" not in complaint


def test_a_document_can_take_anothers_place(tariff: Fsapp) -> None:
    Path("new.txt").write_text("新")
    assert tariff("documents", "add", "new.txt", "--name", "tariff", "--replace")[0] == 0
    assert json.loads(tariff("documents", "show", "tariff", "--json")[1])["pages"] == 1
