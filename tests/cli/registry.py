"""What tests of `fsapp agents` have in common."""

import json
from collections.abc import Callable
from pathlib import Path

Fsapp = Callable[..., tuple[int, str, str]]


def add(agents: Fsapp, number: str = "1001", *words: str) -> str:
    code, out, err = agents("add", number, "--name", "李雷", "--pin", "2468", *words)
    assert (code, err) == (0, "")
    return out


def refused(agents: Fsapp, *words: str) -> str:
    code, out, err = agents(*words)
    assert (code, out) == (2, "")
    return err


def shown(agents: Fsapp, number: str = "1001") -> dict[str, object]:
    found: dict[str, object] = json.loads(agents("show", number, "--json")[1])
    return found


def phone_file(site: Path, number: str = "1001") -> Path:
    return site / "fs" / "directory" / "phones" / f"{number}.xml"
