"""Guessed PINs: from many telephones, for a long time, with a stopwatch."""

from time import thread_time

from fsapp.desk.pin_guard import TRIES, PinGuard
from fsapp.domain.pin import hash_pin, pin_matches

DAY = 86_400.0


def allowed(guesses: int, phones: int, seconds: float, agents: int = 1) -> int:
    """How many of so many wrong guesses, spread over phones, agents and time, were heard at all."""
    guard, heard = PinGuard(), 0
    for number in range(guesses):
        now = number * seconds / guesses
        agent, phone = f"{1000 + number % agents}", f"{8000 + number % phones}"
        if not guard.rests(agent, phone, now):
            guard.failed(agent, phone, now)
            heard += 1
    return heard


def test_of_ten_thousand_guesses_from_a_thousand_phones_on_one_agent_few_are_heard() -> None:
    assert allowed(10_000, 1000, 60) <= TRIES
    assert allowed(10_000, 1000, 3600) <= 7 * TRIES
    assert allowed(10_000, 1000, DAY) <= 31 * TRIES  # of a million PINs of six digits


def test_one_phone_that_tries_every_agent_gets_no_further() -> None:
    assert allowed(10_000, 1, 3600, agents=500) <= 7 * TRIES


def test_a_guesser_gains_nothing_by_being_forgotten() -> None:
    """Neither by waiting less than a day, nor by filling the memory with numbers that nobody has."""
    guard = PinGuard()
    for _ in range(TRIES):
        guard.failed("1001", "8001", 0.0)
    for number in range(30_000):
        phone = f"p{number}"
        if not guard.rests(f"x{number}", phone, 1.0):
            guard.failed(f"x{number}", phone, 1.0)
        if number < 9_000:
            assert guard.rests("1001", "8002", 1.0) > 0


def test_how_long_a_pin_takes_does_not_tell_whether_the_agent_exists() -> None:
    known = hash_pin("482913")

    def best(hashed: str, pin: str) -> float:
        times = []
        for _ in range(9):
            began = thread_time()
            assert not pin_matches(pin, hashed)
            times.append(thread_time() - began)
        return min(times)

    somebody, nobody, short = best(known, "111111"), best("", "111111"), best(known, "1")
    assert abs(somebody - nobody) < 0.5 * somebody
    assert abs(somebody - short) < 0.5 * somebody
