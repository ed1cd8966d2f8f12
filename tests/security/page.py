"""docs/security.md, made of the tables and the tests:  python -m tests.security.page"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.security.attack import Attack
from tests.security.attacks_on_the_site import THREATS
from tests.security.attacks_on_the_switch import SWITCH

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
BY_HAND = Path(__file__).with_name("security.md")
"""The words of the page; `{…}` stands where a table or a count comes."""

ATTACKS = (*SWITCH, *THREATS)


def functions_of_tests() -> dict[str, list[Path]]:
    """Every test as `file::test`, with the files that have one of that name."""
    found: dict[str, list[Path]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.setdefault(f"{file.stem}::{node.name}", []).append(file)
    return found


def proofs() -> set[str]:
    """The tests that the tables name, and all in tests/security."""
    own = {name for name, files in functions_of_tests().items() if any(f.parent.name == "security" for f in files)}
    return own | {name for attack in ATTACKS for name in attack.tests}


def rows(
    attacks: Iterable[Attack], first: int, head: str = "| | attack | what stands in its way | proved by |"
) -> Iterator[str]:
    yield head
    yield "|---|---|---|---|"
    files = functions_of_tests()
    for number, each in enumerate(attacks, first):
        tests = "<br>".join(_link(name, files[name][0]) for name in each.tests)
        yield f"| {number} | {_cell(each.what)} | {_cell(each.defence)} | {tests} |"


def _link(name: str, file: Path) -> str:
    return f"[{name.partition('::')[2].removeprefix('test_').replace('_', ' ')}](../{file.relative_to(ROOT)})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def counts() -> dict[str, int]:
    from tests.security.fuzz import CORPUS
    from tests.security.fuzz_targets import TARGETS
    from tests.security.hostile import HOSTILE
    from tests.security.numbers import REFUSED
    from tests.security.test_security_sinks import SINKS
    from tests.security.test_security_templates import BOMBS, ESCAPES, STATEMENTS

    return {
        "attacks": len(ATTACKS),
        "tests": len(proofs()),
        "numbers": len(REFUSED),
        "texts": len(HOSTILE),
        "sinks": len(SINKS),
        "pairs": len(HOSTILE) * len(SINKS),
        "expressions": len(BOMBS) + len(ESCAPES) + len(STATEMENTS),
        "readers": len(TARGETS),
        "found": len(list(CORPUS.glob("*/*"))),
    }


def page() -> str:
    tables = {"switch": "\n".join(rows(SWITCH, 1)), "threats": "\n".join(rows(THREATS, len(SWITCH) + 1))}
    text = BY_HAND.read_text()
    for name, value in {**{name: f"{number:,}" for name, number in counts().items()}, **tables}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
