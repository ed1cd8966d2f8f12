"""Paths that stay where they belong."""

import re
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\Z")


def under(root: Path, name: str) -> Path:
    """The file `name` below `root`, every link followed. Raises ValueError where it leads out or is no plain name."""
    if not _NAME.match(name) or ".." in name:
        raise ValueError(f"{name[:80]!r} is no file name: use letters, digits, '.', '_', '-' and '/'")
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError(f"{name[:80]!r} leads out of {root}")
    return path
