"""What a run of the load generator measured."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Counts, and times in seconds, while the run goes on."""

    done: int = 0
    steps: int = 0
    bytes: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    step_times: list[float] = field(default_factory=list)
    first_times: list[float] = field(default_factory=list)

    def figures(self, calls: int, seconds: float, cpu_seconds: float) -> dict[str, Any]:
        """The account of a run that took `seconds`, and the generator `cpu_seconds` of them."""
        return {
            "calls": calls,
            "done": self.done,
            "failed": dict(self.failures),
            "seconds": round(seconds, 3),
            "calls_per_second": round(self.done / seconds, 1),
            "steps": self.steps,
            "steps_per_second": round(self.steps / seconds, 1),
            "step_ms": _spread(self.step_times),
            "first_command_ms": _spread(self.first_times),
            "megabytes_sent": round(self.bytes / 1e6, 1),
            "generator_cpu_seconds": round(cpu_seconds, 3),
            "generator_busy": round(cpu_seconds / seconds, 2),
        }


def _spread(seconds: list[float]) -> dict[str, float]:
    """Milliseconds at some quantiles."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    last = len(ordered) - 1
    quantiles = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {name: round(ordered[min(int(len(ordered) * q), last)] * 1000, 3) for name, q in quantiles.items()}
