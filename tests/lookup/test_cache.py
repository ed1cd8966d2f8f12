"""A cache forgets what is old, and what was used least when it is full."""

from collections import OrderedDict

from hypothesis import given
from hypothesis import strategies as st

from fsapp.lookup.cache import Answer, Cache

FOUND, MISSING = Answer({"amount": 1}), Answer(None)


def test_answers_are_kept_for_their_time() -> None:
    cache = Cache(size=10, seconds=60, missing_seconds=5)
    cache.put("a", FOUND, now=0)
    cache.put("b", MISSING, now=0)
    assert [cache.get("a", now) for now in (0, 59.9, 60)] == [FOUND, FOUND, None]
    assert cache.get("b", 4.9) == MISSING
    assert cache.get("b", 5) is None
    assert len(cache) == 0


def test_no_time_keeps_nothing() -> None:
    cache = Cache(size=10, seconds=0, missing_seconds=0)
    cache.put("a", FOUND, now=0)
    cache.put("b", MISSING, now=0)
    assert len(cache) == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=60))
def test_a_full_cache_keeps_what_was_used_last(uses: list[tuple[bool, int]]) -> None:
    cache, expected = Cache(size=3, seconds=60, missing_seconds=60), OrderedDict[int, Answer]()
    for is_put, key in uses:
        if is_put:
            cache.put(key, FOUND, now=0)
            expected[key] = FOUND
        assert cache.get(key, now=0) == expected.get(key)
        if key in expected:
            expected.move_to_end(key)
        while len(expected) > 3:
            expected.popitem(last=False)
    assert len(cache) == len(expected)
