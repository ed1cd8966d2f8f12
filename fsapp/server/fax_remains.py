"""Faxes whose engine died while they were sent: the switch sends on by itself, and its record tells how far it came.

The record (mod_json_cdr) is a file named after the leg, written when the leg is over, with the leg's variables. It has
`a_` before the name, for nobody's call led to this leg.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from fsapp.domain.arguments import Uuid
from fsapp.domain.fax import FaxJob
from fsapp.esl import faxing
from fsapp.esl.client import Client
from fsapp.esl.commands import Api
from fsapp.fax.off_hub import off_hub
from fsapp.fax.scheduler import Outcome
from fsapp.server.fax_attempts import Attempt
from fsapp.server.switch_cdrs import MOST_BYTES

SENDING = "txfax"
"""What a channel runs while it sends."""


@dataclass(frozen=True, slots=True)
class Remains:
    """An attempt of an engine that is no more; times are UTC milliseconds, 0 where nobody knows."""

    attempt: Attempt
    started_at: int = 0
    ended_at: int = 0


class FaxRemains:
    """`folder` has the switch's records of legs."""

    def __init__(self, client: Client, folder: Path) -> None:
        self._client = client
        self._folder = folder

    def of(self, job: FaxJob) -> Remains | None:
        """What became of the attempt of a job; None while it goes on, or ends. Raises EslError."""
        if not job.leg:
            return Remains(Attempt("", Outcome.LOST))
        if self._goes_on(Uuid(job.leg)):
            return None
        return off_hub(_read, self._folder / f"a_{job.leg}.cdr.json", job.leg)

    def _goes_on(self, leg: Uuid) -> bool:
        """A leg that sends nothing yet, or any more, is ended."""
        if self._client.api(Api.UUID_EXISTS, leg).strip() != "true":
            return False
        if self._client.api(Api.UUID_GETVAR, leg, "current_application").strip() != SENDING:
            self._client.kill(leg, "NORMAL_CLEARING")
        return True


def _read(file: Path, leg: str) -> Remains:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError(f"{file} is too large")
        variables: Mapping[str, Any] = orjson.loads(file.read_bytes())["variables"]
        return _told(leg, {name: str(value) for name, value in variables.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Remains(Attempt("", Outcome.LOST))


def _told(leg: str, variables: Mapping[str, str]) -> Remains:
    """A leg that never sent was busy, or was not answered, or ended in between: it is called again."""
    started, answered, ended = (
        int(variables.get(f"{name}_uepoch") or 0) // 1000 for name in ("start", "answer", "end")
    )
    result = faxing.result_of(lambda name: variables.get(name, "")) if "fax_success" in variables else None
    outcome = Outcome.FAXED if result is not None else Outcome.LOST
    cause = variables.get("hangup_cause", "")[:64]
    return Remains(Attempt(leg, outcome, cause, result, answered or None), started, ended)
