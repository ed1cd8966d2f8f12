"""Who may try a PIN: any history of right and wrong ones."""

from hypothesis import given
from hypothesis import strategies as st

from fsapp.desk.pin_guard import FIRST_REST, FORGOTTEN_AFTER, LONGEST_REST, MOST_KNOWN, TRIES, PinGuard

AGENTS, PHONES = ("1001", "1002"), ("8001", "8002")


@given(st.lists(st.tuples(st.sampled_from(AGENTS), st.sampled_from(PHONES), st.integers(0, 600)), max_size=40))
def test_whoever_guesses_gets_three_tries_a_rest_and_never_more_than_that(
    tries: list[tuple[str, str, int]],
) -> None:
    guard, now = PinGuard(), 0.0
    since_rest = dict.fromkeys((*AGENTS, *PHONES), 0)
    for agent, phone, pause in tries:
        now += pause
        if guard.rests(agent, phone, now):
            continue
        guard.failed(agent, phone, now)
        for key in (agent, phone):
            since_rest[key] += 1
            assert since_rest[key] <= TRIES
            if since_rest[key] == TRIES:
                since_rest[key] = 0
                assert FIRST_REST <= guard.rests(agent, phone, now) <= LONGEST_REST


def test_a_day_without_a_wrong_pin_begins_anew() -> None:
    guard = PinGuard()
    for _ in range(2):
        guard.failed("1001", "8001", 0.0)
    guard.failed("1001", "8001", FORGOTTEN_AFTER)
    assert not guard.rests("1001", "8001", FORGOTTEN_AFTER)


def test_what_is_remembered_has_a_limit() -> None:
    guard = PinGuard()
    for number in range(MOST_KNOWN):
        guard.failed(str(number), f"phone-{number}", 1.0)
    assert len(guard) <= MOST_KNOWN + 2
