"""The one tree of errors. Who catches what: docs/design.md, Errors."""

from collections.abc import Sequence
from dataclasses import dataclass


class FsappError(Exception):
    """Whatever this engine raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding in a file that an operator wrote: where, and a sentence that says what to do."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class ConfigError(FsappError):
    """A flow, rule, prompt or configuration file that cannot be used; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class FlowError(FsappError):
    """A step that could not do its work in mid-call; `place` is file:line."""

    def __init__(self, place: str, sentence: str) -> None:
        self.place = place
        self.sentence = sentence
        super().__init__(f"{place}: {sentence}")


class CallEnded(FsappError):
    """The caller is gone. Control flow, not a failure: raised by every leg command, caught by the runner alone."""

    def __init__(self, cause: str = "NORMAL_CLEARING") -> None:
        self.cause = cause
        super().__init__(cause)


class FaxToneHeard(FsappError):
    """The caller is a fax machine. Control flow, as CallEnded: raised by the leg, caught by the runner."""


class EslError(FsappError):
    """The event socket refused, broke or stayed silent."""


class StoreError(FsappError):
    """The database could not be used."""


class MediaError(FsappError):
    """An utterance, recording or fax document could not be made or read."""


class LookupFailed(FsappError):
    """A look-up source gave no answer in time, or a wrong one. 'Not found' is an answer, not this."""


class NotAllowed(FsappError):
    """The dialplan's allow-list refuses this destination."""
