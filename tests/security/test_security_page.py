"""The page of attacks refused says what the tests say."""

import re

from tests.security.page import ATTACKS, PAGE, ROOT, counts, functions_of_tests, page

FUNCTIONS = functions_of_tests()


def test_every_attack_has_a_test_and_every_test_named_is_there() -> None:
    assert [each.what for each in ATTACKS if not each.tests] == []
    named = {name for each in ATTACKS for name in each.tests}
    assert [name for name in sorted(named) if len(FUNCTIONS.get(name, ())) != 1] == []


def test_each_row_of_what_was_measured_is_in_the_table() -> None:
    from tests.security.attacks_on_the_switch import SWITCH

    assert len(SWITCH) == 25


def test_the_page_is_what_the_tests_say() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.security.page"


def test_the_readme_counts_as_the_page_does() -> None:
    found = re.search(r"\[(\d+) attacks\]\(docs/security\.md\)", (ROOT / "README.md").read_text())
    assert found is not None
    assert int(found[1]) == counts()["attacks"]
