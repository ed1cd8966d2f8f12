"""A flow as a value: what the loader makes, the checker proves and the runner runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fsapp.files.models import Settings

if TYPE_CHECKING:
    from fsapp.flow.context import Context

ENTRY = "main"
"""The label where a flow begins."""


class Params(Settings):
    """What an operator writes for a step. Each kind of step has its own subclass; values never change."""

    @property
    def provides(self) -> frozenset[str]:
        """Names that the step itself gives to its own expressions, set or not when it begins."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class GoTo:
    """On to a label of the same flow."""

    label: str


@dataclass(frozen=True, slots=True)
class RunFlow:
    """Into another flow; its `return` comes back to the step after this one."""

    flow: str


@dataclass(frozen=True, slots=True)
class Return:
    """Back to the flow that ran this one; hangs up where there is none."""


@dataclass(frozen=True, slots=True)
class End:
    """The call is over as far as the flow goes."""

    cause: str = "NORMAL_CLEARING"


@dataclass(frozen=True, slots=True)
class Visit:
    """On to a label whose `return` comes back to this very step, which is run again then. Listed as a GoTo."""

    label: str


Jump = GoTo | RunFlow | Return | End
Outcome = str | Jump | Visit
"""What `run` gives back: the name of an exit, or a jump."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a step, as the checker and the picture see it.

    `keys` is what the caller does to leave this way, for counter-examples ("1", "nothing", "a wrong key"); empty where
    it is not the caller's doing. `sets` are the variables certainly set on this way out. A `required` exit must be
    mapped in `on:`. A `jump` leaves by itself; without one, and unmapped, the next step follows. A `name` that is empty
    cannot be mapped.
    """

    name: str
    keys: str = ""
    sets: frozenset[str] = frozenset()
    required: bool = False
    jump: Jump | None = None


@dataclass(frozen=True, slots=True)
class StepKind:
    """A verb of the language. A module in fsapp/steps defines one as `STEP`.

    `natural` is the field a bare scalar fills (None: a bare scalar is refused; `- hangup` alone is always the step with
    its defaults). `exits` lists the ways out for given params. `interactive` says whether the caller can act in it, so
    that a loop through it is no trap. The runner answers the call before the first `audible` step. `run` does the work:
    it reads only its params and the context, never catches CallEnded, and gives an Outcome that `exits` lists.
    """

    name: str
    params: type[Params]
    run: "Callable[[Context, Any], Outcome]"
    exits: Callable[[Any], tuple[Exit, ...]]
    natural: str | None = None
    interactive: bool = False
    audible: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a flow: its kind, what the operator wrote, where its exits lead, and its line in the file."""

    kind: StepKind
    params: Params
    on: Mapping[str, str]
    line: int
    reads: frozenset[str] = frozenset()
    """Variables that its templates and expressions read."""


@dataclass(frozen=True, slots=True)
class Flow:
    """An immutable flow. `hash` is of the file's content; `on_error` the label for what breaks in mid-call."""

    name: str
    language: str
    file: str
    hash: str
    labels: Mapping[str, tuple[Step, ...]]
    label_lines: Mapping[str, int]
    numbers: tuple[str, ...] = ()
    on_error: str | None = None
    description: str = ""


Flows = Mapping[str, Flow]
"""All flows in force, by name: what the runner may enter."""
