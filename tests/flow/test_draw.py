"""The picture of a flow: nothing overlaps, no arrow runs through a box, everything that is written is shown safely."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapp.flow.draw import svg
from fsapp.flow.draw_boxes import ON_ERROR, START, Box, Row, boxes
from fsapp.flow.draw_layers import arranged
from fsapp.flow.draw_places import Places, box_height, placed, settled
from fsapp.flow.draw_routes import Line, routed
from fsapp.flow.draw_text import columns, cut, escaped
from fsapp.flow.graph import Leaves
from fsapp.flow.loader import parse
from fsapp.flow.mermaid import mermaid
from fsapp.flow.model import Flow
from fsapp.flow.registry import discover

KINDS = discover("fsapp.steps")

TEXT = """
version: 1
flow: hotline
language: zh
numbers: ["95598"]
on_error: sorry
main:
  - say: "您好，<欢迎> & \\"你好\\"，这里是供电服务热线，请您仔细收听以下各项服务内容。"
  - menu: {prompt: ask, on: {1: bill, 2: main, timeout: bill, invalid: sorry}}
bill:
  - if: {test: "1 < 2", on: {yes: main}}
  - return
sorry:
  - hangup
"""


@pytest.fixture(name="flow")
def _flow() -> Flow:
    return parse(TEXT.encode(), "hotline.yaml", KINDS)


# --- what is drawn ----------------------------------------------------------------------------------------------


def test_each_label_is_a_box_and_each_group_of_exits_to_one_label_a_row(flow: Flow) -> None:
    drawn = boxes(flow)
    assert list(drawn) == [START, ON_ERROR, "main", "bill", "sorry"]
    assert drawn["main"].rows[1:] == (
        Row("ask", "menu"),
        Row("1, timeout", leads_to="bill"),
        Row("2", leads_to="main"),
        Row("invalid", leads_to="sorry"),
    )


def test_ends_are_marked_where_the_flow_hangs_up_or_returns(flow: Flow) -> None:
    drawn = boxes(flow)
    assert drawn["bill"].rows[-1].leaves is Leaves.RETURNS
    assert drawn["sorry"].rows[-1].leaves is Leaves.HANGS_UP


def test_a_way_out_without_a_name_leaves_from_the_row_of_its_step() -> None:
    text = b"version: 1\nflow: f\nmain:\n- transfer: {number: '10086', on: {failed: main}}"
    rows = boxes(parse(text, "f.yaml", KINDS))["main"].rows
    assert rows == (Row("10086", "transfer", leaves=Leaves.HANGS_UP), Row("failed", leads_to="main"))


def test_a_step_that_runs_a_flow_is_no_end() -> None:
    rows = boxes(parse(b"version: 1\nflow: f\nmain:\n- run_flow: other", "f.yaml", KINDS))["main"].rows
    assert rows == (Row("other", "run_flow"),)


def test_calls_and_failures_come_in_from_boxes_of_their_own(flow: Flow) -> None:
    drawn = boxes(flow)
    assert (drawn[START].title, drawn[START].rows[0].leads_to) == ("95598", "main")
    assert drawn[ON_ERROR].rows[0].leads_to == "sorry"


def test_the_svg_is_well_formed_and_shows_every_word_as_it_is_written(flow: Flow) -> None:
    shown = " ".join(ET.fromstring(svg(flow)).itertext())  # noqa: S314  # our own picture
    for words in ("hotline", "95598", "on_error", "bill", "sorry", "1, timeout", "1 < 2", '您好，<欢迎> & "你好"，'):
        assert words in shown


def test_nothing_is_fetched_from_elsewhere_and_nothing_runs(flow: Flow) -> None:
    picture = svg(flow).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|<script|@import|url\(|\son\w+=", picture)


def test_a_flow_without_main_is_drawn_too() -> None:
    flow = parse(b"version: 1\nflow: broken\non_error: nowhere\nstart:\n- say: hello\n- goto: lost", "b.yaml", KINDS)
    assert "lost" in svg(flow)
    assert "lost" in mermaid(flow)


# --- words ------------------------------------------------------------------------------------------------------


def test_a_chinese_character_is_as_wide_as_two_letters() -> None:
    assert columns("电费 ok") == 7


@given(st.text(max_size=60), st.integers(4, 40))
def test_what_is_cut_fits(text: str, limit: int) -> None:
    assert columns(cut(text, limit)) <= limit


def test_what_is_left_out_is_shown_by_an_ellipsis() -> None:
    assert cut("电费查询请按一", 9) == "电费查…"
    assert cut("电费查询", 8) == "电费查询"


@given(st.text())
def test_any_text_can_stand_in_the_picture(text: str) -> None:
    ET.fromstring(f'<a b="{escaped(text)}">{escaped(text)}</a>')  # noqa: S314  # what is tested


# --- geometry ---------------------------------------------------------------------------------------------------


@st.composite
def drawings(draw: st.DrawFn) -> dict[str, Box]:
    names = [f"label_{number}" for number in range(draw(st.integers(1, 14)))]
    drawn = {START: Box(START, "1", (Row("", leads_to=names[0]),))}
    for name in names:
        goals = draw(st.lists(st.sampled_from([*names, None]), max_size=5))
        words = draw(st.sampled_from(["x", "请按一", "a longer line of words in it"]))
        drawn[name] = Box(name, name, (Row(words, "say"), *(Row("exit", leads_to=goal) for goal in goals)))
    return drawn


def rectangle(places: Places, name: str) -> tuple[float, float, float, float]:
    left, top = places.left[name], places.top[places.slot(name)]
    return left, top, left + places.width(name), top + box_height(places.boxes[name])


@settings(max_examples=150, deadline=None)
@given(drawings())
def test_no_two_boxes_overlap(drawn: dict[str, Box]) -> None:
    places = placed(drawn)
    for one, other in combinations(drawn, 2):
        a, b = rectangle(places, one), rectangle(places, other)
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


@settings(max_examples=150, deadline=None)
@given(drawings())
def test_no_arrow_runs_through_a_box(drawn: dict[str, Box]) -> None:
    places = placed(drawn)
    rectangles = [rectangle(places, name) for name in drawn]
    for line in routed(places).lines:
        for x, y in points(line):
            assert not any(
                left + 1 < x < right - 1 and top + 1 < y < bottom - 1 for left, top, right, bottom in rectangles
            )


@settings(max_examples=150, deadline=None)
@given(drawings())
def test_every_arrow_can_be_followed_from_its_row_to_its_box(drawn: dict[str, Box]) -> None:
    places = placed(drawn)
    follow: dict[tuple[str, float, float], list[tuple[float, float]]] = {}
    for line in routed(places).lines:
        along = list(points(line))
        follow.setdefault((line.target, *along[0]), []).append(along[-1])
    for box in drawn.values():
        for number, row in enumerate(box.rows):
            if row.leads_to is not None:
                right = places.left[box.name] + places.width(box.name)
                at = round(right, 1), round(places.exit(places.slot(box.name), number), 1)
                assert arrives(places, row.leads_to, at, follow)


def arrives(
    places: Places,
    goal: str,
    at: tuple[float, float],
    follow: dict[tuple[str, float, float], list[tuple[float, float]]],
) -> bool:
    left, top, right, bottom = rectangle(places, goal)
    ways = follow.get((goal, *at), ()) or follow.get((goal, round(at[0], 1), round(at[1], 1)), ())
    ends = [end for end in ways if end != at]
    near = [abs(x - left) < 1 or abs(x - right) < 1 for x, _ in ends]
    inside = [hit and top <= end[1] <= bottom for hit, end in zip(near, ends, strict=True)]
    return any(inside) or any(arrives(places, goal, end, follow) for end in ends)


def points(line: Line) -> Iterator[tuple[float, float]]:
    """Points along a path of M, H, L, C and Q pieces, its beginning and its end among them."""
    x = y = 0.0
    for verb, numbers in re.findall(r"([MHLCQ])([^MHLCQ]*)", line.path):
        values = [float(number) for number in numbers.split()]
        ends = [(values[0], y)] if verb == "H" else list(zip(values[::2], values[1::2], strict=True))
        if verb == "M":
            ((x, y),) = ends
            yield x, y
            continue
        yield from (bezier([(x, y), *ends], step / 20) for step in range(1, 20))
        x, y = ends[-1]
        yield x, y


def bezier(controls: list[tuple[float, float]], share: float) -> tuple[float, float]:
    while len(controls) > 1:
        controls = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairwise(controls)]
    return controls[0]


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(1, 100)), min_size=1, max_size=12))
def test_what_settles_keeps_its_order_and_its_room(wishes: list[tuple[float, float]]) -> None:
    wanted, rooms = [want for want, _ in wishes], [room for _, room in wishes]
    tops = settled(wanted, rooms)
    assert all(below - above >= room - 1e-6 for (above, below), room in zip(pairwise(tops), rooms, strict=False))


def test_what_has_room_settles_where_it_wants_to() -> None:
    assert settled([10.0, 50.0], [20.0, 20.0]) == [10.0, 50.0]
    assert settled([10.0, 10.0], [20.0, 20.0]) == [0.0, 20.0]


def test_only_arrows_that_close_a_circle_go_back() -> None:
    layers = arranged(["a", "b", "c"], [("a", 0, "b"), ("a", 1, "c"), ("b", 0, "c"), ("c", 0, "a")])
    assert layers.back == (("c", 0, "a"),)
    assert layers.column_of == {"a": 0, "b": 1, "c": 2}


# --- Mermaid ----------------------------------------------------------------------------------------------------


def test_mermaid_has_labels_exits_ends_and_failures(flow: Flow) -> None:
    assert mermaid(flow) == (
        "flowchart LR\n"
        '    n0(["95598"])\n'
        '    n1(["on_error"])\n'
        '    n2["<b>main</b><br>say 您好#65292;#60;欢迎#62; #38; #34;你好#34;#65292;这里是供电…<br>menu ask"]\n'
        '    n3["<b>bill</b><br>if 1 #60; 2<br>return"]\n'
        '    n4["<b>sorry</b><br>hangup"]\n'
        "    n0 --> n2\n"
        "    n1 -.-> n4\n"
        '    n2 -->|"1, timeout"| n3\n'
        '    n2 -->|"2"| n2\n'
        '    n2 -->|"invalid"| n4\n'
        '    n3 -->|"yes"| n2\n'
        '    n3 --> n3_2(("returns"))\n'
        '    n4 --> n4_0(("hangs up"))\n'
    )
