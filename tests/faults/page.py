"""docs/reliability.md and the README's table, made of the tables and the tests:  python -m tests.faults.page"""

import re
from pathlib import Path

from tests.faults.counted import total
from tests.faults.table import FAULTS, INVARIANTS
from tests.security import page as security
from tests.security.page import ROOT, functions_of_tests, rows

PAGE = ROOT / "docs" / "reliability.md"
README = ROOT / "README.md"
BY_HAND = Path(__file__).with_name("reliability.md")
"""The words of the page; `{…}` stands where a table or a count comes."""

PROOF = re.compile(r"(<!-- proof: python -m tests\.faults\.page -->\n).*?(<!-- /proof -->)", re.DOTALL)
"""Where the README's table stands."""

PROCESSES = ("test_engine_killed", "test_log_blocked")


def proofs() -> set[str]:
    """The tests that the table names, and all in tests/faults."""
    own = {name for name, files in functions_of_tests().items() if any(file.parent.name == "faults" for file in files)}
    return own | {name for each in FAULTS for name in each.tests}


def counts() -> dict[str, int]:
    from tests.domain.test_twelve_years import DAYS, ZONES

    names = functions_of_tests()
    return {
        "faults": len(FAULTS),
        "tests": len(proofs()),
        "call_cuts": total("cuts of the call's connection"),
        "client_cuts": total("cuts of the client connection"),
        "database": total("failing calls of the database"),
        "writes": total("failing writes of the spool"),
        "processes": sum(name.startswith(tuple(f"{file}::" for file in PROCESSES)) for name in names),
        "days": len(DAYS) * len(ZONES),
    }


def page() -> str:
    numbers = {name: f"{number:,}" for name, number in counts().items()}
    invariants = "\n".join(f"{number}. {each}" for number, each in enumerate(INVARIANTS, 1))
    text = BY_HAND.read_text()
    table = "\n".join(rows(FAULTS, 1, "| | fault | what is right | proved by |"))
    for name, value in {**numbers, "invariants": invariants, "table": table}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def proof() -> str:
    """The README's table."""
    own, other = counts(), security.counts()
    faults, attacks = f"{own['tests']} in all", f"{other['tests']} in all"
    cuts, writes = own["call_cuts"] + own["client_cuts"], own["database"] + own["writes"]
    return "\n".join(
        (
            "| what | how many | |",
            "|---|---|---|",
            f"| faults survived | {own['faults']} | [each with its tests](docs/reliability.md), {faults} |",
            f"| cuts of a connection, at every position of every frame | {cuts:,} | by FIN and by RST; no call lost |",
            f"| database calls and file writes that fail, the n-th for each n | {writes:,} | no record lost |",
            f"| attacks refused | {other['attacks']} | [each with its tests](docs/security.md), {attacks} |",
            f"| hostile texts × what the switch is told | {other['pairs']:,} | refused, or said as mere text |",
            f"| numbers that fraud dials | {other['numbers']} | refused |",
        )
    )


def readme() -> str:
    """The README with its table as it should be."""
    return PROOF.sub(lambda found: f"{found[1]}\n{proof()}\n\n{found[2]}", README.read_text())


if __name__ == "__main__":
    PAGE.write_text(page())
    README.write_text(readme())
