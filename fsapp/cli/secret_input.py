"""PINs and passwords as they come in: from a file, standard input, or whoever sits at the terminal."""

import sys
from getpass import getpass
from pathlib import Path

from fsapp.domain.errors import FsappError

STDIN = Path("-")


def read_secret(file: Path) -> str:
    """The only line of a file, or of standard input (`-`). Raises FsappError, OSError."""
    text = sys.stdin.read() if file == STDIN else file.read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) != 1 or not lines[0]:
        raise FsappError(f"{'standard input' if file == STDIN else file} is to hold one line, and nothing else")
    return lines[0]


def ask_twice(what: str) -> str:
    """Asks at the terminal, unseen. Raises FsappError where there is none, or the two differ."""
    if not sys.stdin.isatty():
        raise FsappError(f"there is no terminal to ask for the {what}: give it in a file, or - for standard input")
    secret = getpass(f"{what}: ")
    if getpass(f"{what}, again: ") != secret:
        raise FsappError("the two differ")
    return secret
