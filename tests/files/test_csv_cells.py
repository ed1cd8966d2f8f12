"""CSV that no spreadsheet calculates, and that is read back as it was."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.domain.errors import ConfigError
from fsapp.files.csv_cells import lines, plain, row, safe


@pytest.mark.parametrize("cell", ["=cmd|'/c calc'!A1", "+SUM(1)", "-2+3", "@x", "\tA", "\rA", "+8613800138000"])
def test_what_a_spreadsheet_would_calculate_begins_with_an_apostrophe(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["李雷", "13800138000", "a=b", "", "0571-88880000"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe(cell) == cell


@given(st.text())
def test_a_cell_is_read_back_as_it_was_written(cell: str) -> None:
    assert plain(safe(cell)) == cell


@given(st.text())
def test_no_cell_begins_with_a_sign_of_a_formula(cell: str) -> None:
    assert not safe(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_nothing_and_numbers_are_cells_too() -> None:
    assert row([None, 5, "a,b", 'say "x"']) == ',5,"a,b","say ""x"""\r\n'


def test_rows_come_with_the_line_that_they_begin_on(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes('\ufeffa,b\r\n\r\n"1\n2",\'+86\r\n c , d \r\n'.encode())
    assert list(lines(file)) == [(1, ["a", "b"]), (3, ["1\n2", "+86"]), (5, ["c", "d"])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("姓名\n".encode("gb18030"), r"x\.csv:1: this is not UTF-8 text; save it as `CSV UTF-8`"),
        (b'a\n"b\n', r"x\.csv:2: this is not readable CSV: unexpected end of data"),
    ],
)
def test_a_file_that_is_no_csv_is_told_by_its_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=sentence):
        list(lines(file))
