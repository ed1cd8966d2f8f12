"""PINs: what is refused, and a hash that tells nothing."""

import time
from statistics import median

import pytest

from fsapp.domain.pin import check_pin, hash_pin, pin_matches


@pytest.mark.parametrize("pin", ["2468", "7391", "1357", "19870412", "9173050264738291"])
def test_an_ordinary_pin_is_taken(pin: str) -> None:
    check_pin(pin, ["1001"])


@pytest.mark.parametrize(
    "pin", ["1234", "4567", "7890", "9876", "3210", "0000", "1111", "777777", "1212", "6969", "123123", "2580", "0852"]
)
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="among the first that are guessed"):
        check_pin(pin)


@pytest.mark.parametrize("pin", ["1001", "80011001", "4711"])
def test_a_pin_that_is_the_agents_own_number_or_its_end_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="own number"):
        check_pin(pin, ["80011001", "4711", ""])


@pytest.mark.parametrize("pin", ["", "123", "13579135791357913"])
def test_a_pin_that_is_too_short_or_too_long_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="4 to 16 digits"):
        check_pin(pin)


@pytest.mark.parametrize("pin", ["12a4", "2468\n", "２４６８", "24 68", "24#8", "-2468"])
def test_a_pin_that_no_phone_can_key_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="digits only"):
        check_pin(pin)


def test_a_hash_fits_its_pin_alone() -> None:
    hashed = hash_pin("2468")
    assert pin_matches("2468", hashed)
    assert not pin_matches("2469", hashed)
    assert not pin_matches("", hashed)


def test_two_hashes_of_one_pin_differ_and_hold_no_digits_of_it_in_order() -> None:
    first, second = hash_pin("973105820"), hash_pin("973105820")
    assert first != second
    assert "973105820" not in first + second


def test_an_agent_without_a_pin_has_none_that_fits() -> None:
    assert not pin_matches("", "")
    assert not pin_matches("2468", "")


def test_how_long_a_wrong_pin_takes_does_not_tell_who_exists() -> None:
    def milliseconds(hashed: str) -> float:
        began = time.thread_time()
        pin_matches("2468", hashed)
        return (time.thread_time() - began) * 1000

    somebody = hash_pin("7391")
    pairs = [(milliseconds(somebody), milliseconds("")) for _ in range(15)]
    there, nobody = (median(times) for times in zip(*pairs, strict=True))
    assert nobody > 5
    assert 0.7 < there / nobody < 1.4
