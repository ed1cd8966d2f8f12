"""Records the call, both sides, until it ends or the flow stops it; or silences its recording for a while (通话录音).

    - say: "为保证服务质量，您的通话可能会被录音。"
    - record_call: start
    - record_call: mask
    - collect: {into: card, prompt: enter_account, digits: 16, on: {failed: agent}}
    - record_call: unmask

Talks of a queue need no step: conf/queues.yaml says which are recorded. A queue with `record: never` ends what a flow
began. While a `collect` is `sensitive` the recording is silent by itself.

Exits:
- `done`
- `not_recorded`: nothing records, because the disk is nearly full or the switch refuses; the call goes on
"""

from pydantic import Field

from fsapp.domain.talk import Recording
from fsapp.flow.context import Context
from fsapp.flow.fields import DONE, On
from fsapp.flow.model import Exit, Params, StepKind

NOT_RECORDED = "not_recorded"
ASKED = "asked"


class RecordCallParams(Params):
    """What is to be done."""

    what: Recording = Field(description="start, mask, unmask or stop")
    on: On = Field(default_factory=dict, description="where each exit leads")


def exits(params: RecordCallParams) -> tuple[Exit, ...]:
    refused = (Exit(NOT_RECORDED),) if params.what is Recording.START else ()
    return (Exit(DONE), *refused)


def run(ctx: Context, params: RecordCallParams) -> str:
    recorder, call = ctx.ports.call_recorder, ctx.call.uuid
    match params.what:
        case Recording.START:
            return DONE if recorder.start(ctx.call) else NOT_RECORDED
        case Recording.STOP:
            recorder.stop(call)
        case Recording.MASK:
            recorder.mask(call, ASKED)
        case Recording.UNMASK:
            recorder.unmask(call, ASKED)
    return DONE


STEP = StepKind("record_call", RecordCallParams, run, exits, natural="what", audible=True)
