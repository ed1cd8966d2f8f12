"""Feeds everything that reads what others sent with mutations of what they usually send.

    python -m tests.security.fuzz 600               # seconds; names of targets behind it, else all
    python -m tests.security.fuzz 600 wire yaml

A case that hangs, or raises what it must not, goes into corpus/<target>/ and stays a test. Exit code 1 if there is one.
"""

import hashlib
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.security.fuzz_targets import TARGETS, Target

CORPUS = Path(__file__).with_name("corpus")
LONGEST = 4096
SLOWER = 3
"""A case is slow if it is so three times: a machine has other work."""


def finding(target: Target, case: bytes, patience: float = 1) -> str:
    """What is wrong with this case; empty where nothing is. A slow machine gets so many times as long."""
    for _ in range(SLOWER):
        began = time.thread_time()
        try:
            target.run(case)
        except target.allowed:
            pass
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[:200]}"
        took = (time.thread_time() - began) * 1000
        if took < target.milliseconds * patience:
            return ""
    return f"took {took:.0f} ms, more than {target.milliseconds:g} ms"


def mutated(random: Random, target: Target) -> bytes:
    """One of the seeds, changed here and there."""
    case = bytearray(random.choice(target.seeds))
    for _ in range(random.choice((1, 1, 2, 3, 8, 20))):
        _mutate(random, case, target.words)
    return bytes(case[:LONGEST])


def _mutate(random: Random, case: bytearray, words: Sequence[bytes]) -> None:
    at = random.randrange(len(case) + 1)
    match random.randrange(8):
        case 0:
            case[at:at] = bytes(random.randrange(256) for _ in range(random.randrange(1, 5)))
        case 1:
            del case[at : at + random.choice((1, 2, 4, 16, 64))]
        case 2 if case:
            case[at % len(case)] ^= 1 << random.randrange(8)
        case 3:
            part = case[at : at + random.randrange(1, 40)]
            case[at:at] = part * random.choice((1, 2, 10, 100))
        case 4 | 5 if words:
            case[at:at] = random.choice(words) * random.choice((1, 1, 1, 3, 30))
        case 6:
            case[at:at] = str(random.choice((0, -1, 2**31, 2**63, 10**20, 1e308))).encode()
        case _:
            case[at:at] = random.choice(("é", "电", "\u2028", "\ud7ff", "👩", "İ")).encode()


def kept(name: str, case: bytes) -> Path:
    """The case among those that stay tests."""
    path = CORPUS / name / hashlib.sha256(case).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case)
    return path


def run(seconds: float, names: Sequence[str], seed: int) -> dict[str, str]:
    """Findings by target, the first of each; the targets take turns."""
    random, ends, found, cases = Random(seed), time.monotonic() + seconds, dict[str, str](), dict.fromkeys(names, 0)
    while time.monotonic() < ends and len(found) < len(names):
        for name in names:
            if name not in found:
                case = mutated(random, TARGETS[name])
                cases[name] += 1
                if problem := finding(TARGETS[name], case):
                    found[name] = f"{problem}  ({kept(name, case)})"
    for name in names:
        print(f"{name:14} {cases[name]:>8} cases  {found.get(name, 'nothing found')}")
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # Pillow tells of damage
    chosen = sys.argv[2:] or list(TARGETS)
    sys.exit(1 if run(float(sys.argv[1]), chosen, time.time_ns()) else 0)
