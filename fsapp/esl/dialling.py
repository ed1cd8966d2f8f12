"""What stands around a `bridge`, and what came of it."""

from fsapp.domain.arguments import Number
from fsapp.domain.leg import Dial, DialEnd, Dialled
from fsapp.esl import arguments
from fsapp.esl.arguments import Application, Variable
from fsapp.esl.commands import Execute
from fsapp.esl.events import Event

TALK_SECONDS = 4 * 3600.0
"""The longest talk waited for."""

RING_BACK = "%(1000,4000,450)"
"""What the caller hears while the B-leg rings: 450 Hz, 1 s on, 4 s off (GB/T 3380)."""

_RESULT = (Variable.ORIGINATE_DISPOSITION, Variable.BRIDGE_HANGUP_CAUSE, Variable.BRIDGE_UUID)
_AROUND = {
    Variable.SOCKET_RESUME: "false",
    Variable.HANGUP_AFTER_BRIDGE: "false",
    Variable.CONTINUE_ON_FAIL: "true",
    Variable.IGNORE_EARLY_MEDIA: "true",
    Variable.RINGBACK: RING_BACK,
    Variable.TRANSFER_RINGBACK: RING_BACK,
}
_ENDS = {
    "SUCCESS": DialEnd.ANSWERED,
    "USER_BUSY": DialEnd.BUSY,
    "NO_ANSWER": DialEnd.NO_ANSWER,
    "NO_USER_RESPONSE": DialEnd.NO_ANSWER,
    "ALLOTTED_TIMEOUT": DialEnd.NO_ANSWER,
}

AFTER = (Execute(Application.MULTISET, arguments.settings({Variable.SOCKET_RESUME: "true"})),)
"""From here on the call goes to the next engine again, if this one dies."""


def before(request: Dial) -> tuple[Execute, ...]:
    """The talk survives this engine; the caller stays when it ends; early media do not pass for an answer."""
    values = {**_AROUND, Variable.CALL_TIMEOUT: str(request.ring_timeout)}
    unset = list(_RESULT)
    try:
        values[Variable.EFFECTIVE_CALLER_ID_NUMBER] = Number(request.caller_number)
    except ValueError:
        unset.append(Variable.EFFECTIVE_CALLER_ID_NUMBER)
    return (
        Execute(Application.MULTIUNSET, arguments.names(unset)),
        Execute(Application.MULTISET, arguments.settings(values)),
    )


def result(event: Event) -> Dialled:
    """Reads the completion of a `bridge`."""
    disposition = event.variable(Variable.ORIGINATE_DISPOSITION)
    leg = event.variable(Variable.BRIDGE_UUID)
    end = _ENDS.get(disposition, DialEnd.FAILED)
    if end is not DialEnd.ANSWERED:
        return Dialled(end, disposition)
    if not leg:
        return Dialled(DialEnd.FAILED, event.variable(Variable.BRIDGE_HANGUP_CAUSE))
    began, ended = event.number("Caller-Channel-Bridged-Time"), event.number("Event-Date-Timestamp")
    talk_seconds = max(ended - began, 0) / 1_000_000 if began else 0.0
    return Dialled(end, event.variable(Variable.BRIDGE_HANGUP_CAUSE), leg, talk_seconds)
