"""The page of faults survived, and the README's table, say what the tests say."""

from tests.faults.page import PAGE, PROOF, README, page, readme
from tests.faults.table import FAULTS, INVARIANTS
from tests.security.page import functions_of_tests

FUNCTIONS = functions_of_tests()


def test_every_fault_has_a_test_and_every_test_named_is_there() -> None:
    assert [each.what for each in FAULTS if not each.tests] == []
    named = {name for each in FAULTS for name in each.tests}
    assert [name for name in sorted(named) if len(FUNCTIONS.get(name, ())) != 1] == []


def test_each_numbered_fault_and_invariant_is_in_the_table() -> None:
    assert (len(FAULTS), len(INVARIANTS)) == (24, 10)


def test_the_page_is_what_the_tests_say() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.faults.page"


def test_the_readmes_table_is_what_the_tests_say() -> None:
    assert PROOF.search(README.read_text())
    assert README.read_text() == readme(), "run: python -m tests.faults.page"
