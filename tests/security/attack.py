"""An attack, what stands in its way, and the tests that prove it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attack:
    """`tests` are `file::test`, without the ends that all of them have: names of files are given once in this tree."""

    what: str
    defence: str
    tests: tuple[str, ...]


def attack(what: str, defence: str, *tests: str) -> Attack:
    return Attack(what, defence, tests)
