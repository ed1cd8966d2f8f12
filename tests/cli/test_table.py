"""Tables line up on a terminal, whatever is in them."""

from hypothesis import given
from hypothesis import strategies as st

from fsapp.cli.table import table
from fsapp.flow.draw_text import columns


def test_a_chinese_character_takes_two_columns() -> None:
    assert table(("name", "n"), [("电费", "1"), ("bill", "2")]) == "name  n\n电费  1\nbill  2"


@given(st.lists(st.tuples(st.text(max_size=9), st.text("ab电费\n\x1b", max_size=9)), max_size=5))
def test_every_second_column_begins_at_one_place_and_every_row_is_one_line(rows: list[tuple[str, str]]) -> None:
    marked = [(first, f"|{second}") for first, second in rows]
    lines = table(("first", "|second"), marked).split("\n")
    assert len(lines) == len(rows) + 1
    assert len({columns(line[: line.rindex("|")]) for line in lines if line.count("|") == 1}) <= 1
