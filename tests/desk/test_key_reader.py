"""Keys of a talk become commands: examples, and what holds for any keys at any time."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsapp.desk.codes import Asks, Code
from fsapp.desk.key_reader import Cancelled, Command, KeyReader, Miskeyed, Reading
from fsapp.domain.talk import Refusal
from tests.desk.room import site_plan

PLAN = site_plan()
PATIENCE = PLAN.times.between_keys
BY_NAME = {code.name: code for code in PLAN.codes}
IN_TALK = [code for code in PLAN.codes if code.in_talk]


def command(name: str, *answers: str) -> Command:
    return Command(BY_NAME[name], answers)


def read(keys: str, gap: float = 0.3, *, wait: float = 60.0) -> list[Reading]:
    """What comes of keys, `gap` seconds apart and silence after them."""
    reader, now = KeyReader(PLAN), 100.0
    readings: list[Reading] = []
    for key in keys:
        readings += reader.press(key, now)
        now += gap
    return [*readings, *reader.wake(now + wait)]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("*31", [command("hold")]),
        ("*31*30", [command("hold"), command("take_back")]),
        ("*411002#", [command("transfer_agent", "1002")]),
        ("*411002", [command("transfer_agent", "1002")]),  # nothing comes after it
        ("*421", [command("transfer_queue", "1")]),  # all queues have one digit
        ("*35101", [command("play_knowledge", "101")]),
        ("*33123*4#", [command("send_keys", "123*4")]),
        ("*33*1#", [command("send_keys", "*1")]),
        ("*331*#", [command("send_keys", "1*")]),
        ("*446", [command("transfer_label", "6")]),
        ("*4305718888#*31", [command("transfer_number", "05718888"), command("hold")]),
        ("*10", [command("sign_out")]),
        ("*4*31", [command("hold")]),  # begun anew
    ],
)
def test_a_code_and_what_it_asks_for_are_a_command(keys: str, expected: list[Reading]) -> None:
    assert read(keys) == expected


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("*0", Refusal.UNKNOWN_CODE),
        ("*3#", Refusal.UNKNOWN_CODE),
        ("*3", Refusal.INCOMPLETE),
        ("*", Refusal.INCOMPLETE),
        ("*41#", Refusal.INCOMPLETE),
        ("*41", Refusal.INCOMPLETE),
        ("*21", Refusal.ONLY_DIALLED),
        ("*81", Refusal.ONLY_DIALLED),
    ],
)
def test_keys_that_are_no_command_are_told_with_the_reason(keys: str, why: Refusal) -> None:
    assert read(keys) == [Miskeyed(keys, why)]


@pytest.mark.parametrize("keys", ["", "1", "123#", "#", "0#0#", "12345678901234567890"])
def test_keys_that_do_not_begin_with_a_star_mean_nothing(keys: str) -> None:
    assert read(keys) == []


@pytest.mark.parametrize("keys", ["**", "*4**", "*41**", "*4110**", "*33*1**"])
def test_two_stars_take_back_what_was_keyed(keys: str) -> None:
    assert read(keys) == [Cancelled()]
    assert read(keys + "*31") == [Cancelled(), command("hold")]


def test_after_a_wrong_code_further_digits_mean_nothing() -> None:
    assert read("*0123") == [Miskeyed("*0", Refusal.UNKNOWN_CODE)]


def test_a_pause_completes_a_number_before_the_next_code() -> None:
    reader = KeyReader(PLAN)
    assert [each for key in "*41100" for each in reader.press(key, 0.0)] == []
    assert reader.press("*", PATIENCE) == (command("transfer_agent", "100"),)
    assert [each for key in "31" for each in reader.press(key, PATIENCE)] == [command("hold")]


def test_nobody_is_woken_where_nothing_is_under_way() -> None:
    reader = KeyReader(PLAN)
    assert reader.next_deadline() is None
    reader.press("*", 5.0)
    assert reader.next_deadline() == 5.0 + PATIENCE
    assert reader.wake(5.0 + PATIENCE - 0.001) == ()
    reader.wake(5.0 + PATIENCE)
    assert reader.next_deadline() is None


KEYS = st.text("0123456789*#", max_size=30)


def answers(asks: Asks) -> st.SearchStrategy[str]:
    shape = PLAN.shape(asks)
    return st.text("0123456789", min_size=shape.most if shape.fixed else 1, max_size=shape.most)


@st.composite
def commands(draw: st.DrawFn) -> Command:
    code: Code = draw(st.sampled_from(IN_TALK))
    return Command(code, tuple(draw(answers(asks)) for asks in code.asks))


def typed(each: Command) -> str:
    """As a person types it: `#` behind what has no fixed length."""
    shapes = PLAN.shapes(each.code.asks)
    ends = ("" if len(answer) == shape.most else "#" for shape, answer in zip(shapes, each.answers, strict=True))
    return each.code.keys + "".join(answer + end for answer, end in zip(each.answers, ends, strict=True))


@given(st.lists(commands(), max_size=6), st.text("0123456789#", max_size=5))
def test_whatever_is_typed_in_order_is_read_in_order(expected: list[Command], noise: str) -> None:
    assert read(noise.join(["", *map(typed, expected), ""])) == expected


@given(KEYS, st.lists(st.floats(0.0, 10.0), min_size=30, max_size=30))
def test_readings_do_not_depend_on_who_wakes_the_reader_when(keys: str, gaps: Sequence[float]) -> None:
    assert list(_read_eagerly(keys, gaps)) == list(_read_lazily(keys, gaps))


def _read_lazily(keys: str, gaps: Sequence[float]) -> Iterator[Reading]:
    """Woken by keys alone."""
    reader, now = KeyReader(PLAN), 0.0
    for key, gap in zip(keys, gaps, strict=False):
        now += gap
        yield from reader.press(key, now)
    while (deadline := reader.next_deadline()) is not None:
        yield from reader.wake(max(now, deadline))


def _read_eagerly(keys: str, gaps: Sequence[float]) -> Iterator[Reading]:
    """Woken at each deadline."""
    reader, now = KeyReader(PLAN), 0.0
    for key, gap in zip(keys, gaps, strict=False):
        now += gap
        while (deadline := reader.next_deadline()) is not None and deadline <= now:
            yield from reader.wake(deadline)
        yield from reader.press(key, now)
    while (deadline := reader.next_deadline()) is not None:
        yield from reader.wake(deadline)


@given(KEYS, st.floats(0.0, 10.0))
def test_deadlines_lie_ahead_and_the_reader_always_comes_to_rest(keys: str, gap: float) -> None:
    reader, now = KeyReader(PLAN), 0.0
    for key in keys:
        now += gap
        reader.press(key, now)
        deadline = reader.next_deadline()
        assert deadline is None or deadline > now
    for _ in range(4):
        reader.wake(reader.next_deadline() or now)
    assert reader.next_deadline() is None


@given(KEYS)
def test_two_stars_after_anything_leave_nothing_behind(keys: str) -> None:
    assert read(keys.rstrip("*") + "**" + "*31", wait=0.0)[-1] == command("hold")


@given(st.text("0123456789#", max_size=30))
def test_no_keys_without_a_star_are_ever_a_command(keys: str) -> None:
    assert read(keys) == []
