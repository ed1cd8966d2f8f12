"""Running a script as cron does: no terminal, another folder, another locale, hardly any environment."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    code: int
    out: bytes
    err: bytes


def installed(folder: Path, script: str) -> Path:
    """The script beside an fsapp of its own, as in a checkout."""
    fake = folder / "installed"
    (fake / "scripts").mkdir(parents=True, exist_ok=True)
    (fake / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    program = fake / ".venv" / "bin" / "fsapp"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m fsapp "$@"\n')
    program.chmod(0o755)
    link = fake / "scripts" / script
    link.unlink(missing_ok=True)
    link.symlink_to(ROOT / "scripts" / script)
    return link


def run(folder: Path, script: str, *words: str) -> Done:
    """What comes of it in `/`, where nobody looks."""
    done = subprocess.run(
        [installed(folder, script), *words],
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LANG": "C", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=50,
    )
    return Done(done.returncode, done.stdout, done.stderr)
