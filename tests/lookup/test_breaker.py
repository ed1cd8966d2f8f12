"""A breaker opens after failures in a row, and lets one through after a while."""

from fsapp.lookup.breaker import Breaker


def test_it_admits_until_the_last_failure_in_a_row() -> None:
    breaker = Breaker(failures=3, seconds=10)
    for _ in range(2):
        breaker.failed(now=0)
    breaker.succeeded()
    for _ in range(2):
        breaker.failed(now=0)
    assert breaker.admits(now=0)
    breaker.failed(now=1)
    assert not breaker.admits(now=1)
    assert breaker.is_open


def test_after_the_rest_one_probe_is_admitted_and_decides() -> None:
    breaker = Breaker(failures=1, seconds=10)
    breaker.failed(now=0)
    assert [breaker.admits(now=now) for now in (0, 9.9, 10, 10, 50)] == [False, False, True, False, False]
    breaker.failed(now=60)
    assert [breaker.admits(now=now) for now in (60, 69, 70)] == [False, False, True]
    breaker.succeeded()
    assert [breaker.admits(now=70), breaker.admits(now=70)] == [True, True]
