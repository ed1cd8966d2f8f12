"""Everything that reads what others sent, fed with rubbish for a moment; what was found once stays a test."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.security.fuzz import CORPUS, finding, mutated
from tests.security.fuzz_targets import TARGETS

PATIENCE = 50
"""What grows without bounds takes seconds. A test run is no measurement: tests/security/fuzz.py measures."""

FOUND = sorted(path.relative_to(CORPUS) for path in CORPUS.glob("*/*"))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Pillow tells of damage."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("case", FOUND, ids=str)
def test_what_a_fuzzer_found_once_is_read_or_refused(case: Path) -> None:
    assert finding(TARGETS[case.parts[0]], (CORPUS / case).read_bytes(), PATIENCE) == ""


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_usual_is_read(name: str) -> None:
    assert [finding(TARGETS[name], seed, PATIENCE) for seed in TARGETS[name].seeds if seed] == [""] * len(
        TARGETS[name].seeds
    )


@pytest.mark.parametrize("name", TARGETS)
@settings(deadline=None, max_examples=60)
@given(random=st.randoms(use_true_random=False))
def test_whatever_comes_is_read_or_refused_and_soon(name: str, random: Random) -> None:
    assert finding(TARGETS[name], mutated(random, TARGETS[name]), PATIENCE) == ""


@pytest.mark.parametrize("name", TARGETS)
@settings(deadline=None, max_examples=20)
@given(case=st.binary(max_size=200))
def test_bytes_of_no_sense_are_read_or_refused_and_soon(name: str, case: bytes) -> None:
    assert finding(TARGETS[name], case) == ""
