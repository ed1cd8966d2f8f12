"""What holds for any caller: questions end, by an exit that they list, in a time that the operator can reckon."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fsapp.domain.events import Kind
from fsapp.flow.matching import fitting
from tests.steps.step_cases import Given, happens

WORDS = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=6),
    st.text("0123456789*#", min_size=1, max_size=2).map("!{}".format),
    st.integers(0, 9).map("wait:{} 5".format),
    st.sampled_from(["-", "hangup", "!hangup"]),
)
SCRIPTS = st.lists(WORDS, max_size=5).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(SCRIPTS, st.integers(1, 4))
def test_a_menu_ends_by_one_of_its_exits_in_bounded_time(keys: str, attempts: int) -> None:
    on = {"1": "a", "5": "b", "*": "c", "timeout": "d", "invalid": "e"}
    menu = {"menu": {"prompt": "welcome", "attempts": attempts, "on": on}}
    happened = happens(menu, Given(keys=keys))
    finished = happened.fields(Kind.STEP_FINISHED)[0]
    assert finished["exit"] in {*on, "hung_up"}
    assert happened.seconds <= attempts * (2 + 5)


@settings(max_examples=150, deadline=None)
@given(SCRIPTS, st.integers(1, 3), st.integers(0, 3), st.booleans())
def test_what_is_collected_is_what_was_asked_for(keys: str, fewest: int, more: int, sensitive: bool) -> None:
    collect = {"into": "x", "prompt": "welcome", "min": fewest, "max": fewest + more, "sensitive": sensitive}
    happened = happens({"collect": {**collect, "on": {"failed": "a"}}}, Given(keys=keys))
    finished = happened.fields(Kind.STEP_FINISHED)[0]
    assert finished["exit"] in {"collected", "failed", "hung_up"}
    assert ("x" in happened.variables) == (finished["exit"] == "collected")
    if "x" in happened.variables:
        digits = happened.variables["x"]
        assert digits.isdecimal()
        assert fewest <= len(digits) <= fewest + more
    assert ("keys" in finished) <= (not sensitive)
    assert happened.seconds <= 3 * (2 + 5 + 3 * (fewest + more))


TURNS = st.one_of(
    st.sampled_from(["agent:30", "timeout", "full", "closed", "no_agents", "move:sales", "hangup", "wait:8 hangup"]),
    st.sampled_from(["agent:20 send:x", "agent:20 transfer:x", "!9", "!5", "5"]),
    st.sampled_from("0123456789*#").map("key:{}".format),
    st.tuples(st.integers(1, 90), st.sampled_from(["agent:5", "timeout", "key:9", "key:2"])).map(
        "wait:{0[0]} {0[1]}".format
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(TURNS, max_size=6).map(" ".join))
def test_a_caller_leaves_a_queue_by_one_exit_and_its_record_adds_up(keys: str) -> None:
    on = {"9": "a", "callback": "b", "timeout": "c", "failed": "d"}
    step = {"enqueue": {"queue": "service", "callback_key": 2, "labels": {"1": "x"}, "on": on}}
    happened = happens(step, Given(keys=keys))
    finished = happened.fields(Kind.STEP_FINISHED)[0]
    assert finished["exit"] in {*on, "answered", "x", "hung_up"}
    assert (finished["exit"] in ("answered", "x")) <= ("agent" in finished)
    assert ("talk_seconds" in finished) == (finished["exit"] == "answered")
    if "talk_seconds" in finished:
        assert finished["waited"] + finished["talk_seconds"] <= happened.seconds + 0.01


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 20))
def test_a_number_fits_a_range_if_it_lies_in_it(value: int, low: int, width: int) -> None:
    key = f"{low}-{low + width}"
    assert fitting(value, [key]) == (key if low <= value <= low + width else None)


@given(st.one_of(st.integers(), st.text(), st.booleans(), st.none()))
def test_a_value_fits_itself_before_any_range(value: object) -> None:
    key = str(value).lower() if isinstance(value, bool) else str(value)
    assert fitting(value, ["-999-999", key]) == key
