"""What others are called, in a spreadsheet: text, never a formula; and in a table on a terminal: one line."""

import csv
import io
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.__main__ import main
from fsapp.cli.records import cdr_table, events_table
from fsapp.domain.cdr import Cdr
from fsapp.domain.events import Event, Kind
from fsapp.files import csv_cells
from fsapp.store.writer import Writer
from tests.security.hostile import CELLS, HOSTILE

FORMULAS = tuple("=+-@＝＋－＠\t\r\n")
ROOT = Path(__file__).parents[2]


def is_formula(cell: str) -> bool:
    return cell.startswith(FORMULAS)


@pytest.mark.parametrize("cell", CELLS)
def test_no_cell_is_a_formula_and_every_cell_is_read_back(cell: str) -> None:
    (written,) = next(csv.reader(io.StringIO(csv_cells.row([cell]), newline="")))
    assert not is_formula(written)
    assert csv_cells.plain(written) == cell


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_no_row_breaks_whatever_its_cells_are(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(csv_cells.row(cells), newline=""))
    assert not any(map(is_formula, row))
    assert [csv_cells.plain(cell) for cell in row] == cells


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site whose records are of hostile agents and queues."""
    (tmp_path / "data").mkdir()
    writer = Writer(f"sqlite:///{tmp_path / 'data' / 'fsapp.db'}", tmp_path / "data" / "spool")
    for number, text in enumerate(CELLS):
        state = {
            "agent": text,
            "state": "on_break",
            "reason": text,
            "since": 1_789_999_940_000,
            "followed_by": "available",
            "because": text,
        }
        writer.record(Event("acd:x", 2 * number, 1_790_000_000_000, Kind.AGENT_STATE_ENDED, state))
        acted = {"agent": text, "what": text, "by": text, "queue": text, "call": text, "contact": text}
        writer.record(Event("acd:x", 2 * number + 1, 1_790_000_000_000, Kind.AGENT_ACTED, acted))
    assert writer.flush(5)
    writer.close()
    (tmp_path / "fsapp.yaml").write_text("data: data\n")
    return tmp_path / "fsapp.yaml"


@pytest.mark.parametrize("export", [("log",), ("times",), ("times", "--totals")])
def test_no_export_has_a_formula(
    site: Path, export: tuple[str, ...], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    period = ("--from", "1970-01-01", "--to", "2030-01-01")
    assert main(["queues", *export, "--csv", *period, "--config", str(site)]) == 0
    rows = list(csv.reader(io.StringIO(capfdbinary.readouterr().out.decode(), newline="")))
    assert len(rows) > len(CELLS)
    assert [cell for row in rows for cell in row if is_formula(cell)] == []


def test_every_file_that_writes_csv_writes_it_by_the_one_function() -> None:
    writing = [file for file in (ROOT / "fsapp").rglob("*.py") if "csv.writer" in file.read_text()]
    assert [file.name for file in writing] == ["csv_cells.py"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_on_a_terminal_stays_one_and_moves_no_cursor(text: str) -> None:
    cdr = Cdr(uuid="u", arrived_at=0, ended_at=0, ani=text, dnis=text, flow=text, disposition=text, caller_name=text)
    assert len(cdr_table([cdr], UTC).split("\n")) == 2
    shown = events_table([Event("u", 0, 0, text, {text: text})], UTC)
    assert len(shown.split("\n")) == 2
    assert shown.replace("\n", "").isprintable()
