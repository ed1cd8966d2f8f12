"""How often something was tried: kept for docs/reliability.md with FSAPP_COUNT set, else compared with what is kept."""

import fcntl
import json
import os
from pathlib import Path

FILE = Path(__file__).with_name("counted.json")

SHARE = 0.8
"""What is tried must not become much less than the page says; a call is not the same each time to the last frame."""


def counted(what: str, number: int) -> None:
    """Raises AssertionError where it is much less than is kept."""
    if not os.environ.get("FSAPP_COUNT"):
        assert number >= SHARE * kept()[what], f"{what}: {number}"
        return
    with FILE.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        numbers = {**json.load(file), what: number}
        file.seek(0)
        file.truncate()
        json.dump(dict(sorted(numbers.items())), file, indent=2)
        file.write("\n")


def kept() -> dict[str, int]:
    """By what was tried."""
    numbers: dict[str, int] = json.loads(FILE.read_text())
    return numbers


def total(beginning: str) -> int:
    """Of everything whose name begins so."""
    return sum(number for what, number in kept().items() if what.startswith(beginning))
