"""Calling a B-leg for the caller: what dial and transfer share."""

from pydantic import Field, model_validator

from fsapp.domain.arguments import Endpoint
from fsapp.domain.clock import SteadyTime
from fsapp.domain.errors import EslError, NotAllowed
from fsapp.domain.events import Kind
from fsapp.domain.leg import Dial, DialEnd, Dialled
from fsapp.flow.context import Context
from fsapp.flow.fields import On, RingTimeout, nearest
from fsapp.flow.model import Exit, Params
from fsapp.flow.ports import Recorder
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text

CALLER_LEFT = "caller_left"
"""The end of a B-leg whose caller hung up first: while it rang, or in the talk."""

FAILED, REFUSED = "failed", "refused"
_NARROW = (DialEnd.BUSY.value, DialEnd.NO_ANSWER.value, REFUSED)


class Destination(Params):
    """Whom to call: an outside number, or an agent by the extension of the phone."""

    number: Text | None = Field(None, description="an outside number that the dialplan allows")
    agent: Text | None = Field(None, description="an agent's extension, instead of a number")
    ring_timeout: RingTimeout = Field(30, description="seconds to let it ring")
    on: On = Field(default_factory=dict, description="where each exit leads")

    @model_validator(mode="after")
    def _one_destination(self) -> "Destination":
        if (self.number is None) == (self.agent is None):
            raise ValueError("give `number` or `agent`, and not both")
        return self

    @property
    def to(self) -> Text:
        """The number or the extension, as written."""
        to = self.number if self.number is not None else self.agent
        assert to is not None  # noqa: S101  # the validator saw to it
        return to


def unconnected(on: On) -> tuple[Exit, ...]:
    """The exits of a call that reached nobody: `failed` stands for those that are not mapped, and must be."""
    return (*(Exit(name) for name in _NARROW if name in on), Exit(FAILED, required=True))


def missed(end: str, on: On) -> str:
    """The exit for a leg that was not answered."""
    return nearest(str(end), on, FAILED)


def way_to(ctx: Context, destination: Destination) -> Endpoint | None:
    """The way there, or None where the dialplan does not allow it."""
    to = destination.to.text(ctx)
    ctx.note(to=shown(ctx, destination.to, to))
    find = ctx.ports.dial_rules.number if destination.number is not None else ctx.ports.dial_rules.agent
    try:
        return find(to, ctx.call)
    except NotAllowed as error:
        ctx.note(reason=shown(ctx, destination.to, str(error)))
        return None


def called(ctx: Context, destination: Destination, way: Endpoint) -> str:
    """The number that is called, as it may stand in a record."""
    return shown(ctx, destination.to, str(way.number))


def connect(ctx: Context, destination: Destination, way: Endpoint) -> Dialled:
    """Calls the destination, connects it with the caller, and journals the leg however it ends."""
    time = SteadyTime(ctx.ports.clock)
    result: Dialled | None = None
    try:
        result = ctx.leg.dial(Dial(way, destination.ring_timeout))
    except EslError as error:
        ctx.note(error=str(error))
        result = Dialled(DialEnd.FAILED)
    finally:  # a caller who hangs up ends the flow here, and the leg wants its record nevertheless
        journal_leg(ctx.recorder, time, called(ctx, destination, way), result)
    return result


def journal_leg(recorder: Recorder, time: SteadyTime, number: str, result: Dialled | None) -> None:
    """The record of a leg that began with `time` and is over; without a result the caller left first."""
    ended_at = time.now()
    fields = {
        "leg": result.leg if result else "",
        "number": number,
        "started_at": time.begun,
        "ended_at": ended_at,
        "end": result.end.value if result else CALLER_LEFT,
        "cause": result.cause if result else "",
    }
    if result and result.end is DialEnd.ANSWERED:
        fields["answered_at"] = ended_at - round(result.talk_seconds * 1000)
    recorder.record(Kind.LEG_ENDED, fields)
