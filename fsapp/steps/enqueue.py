"""Puts the caller into a queue; when the talk with an agent is over, the flow goes on (排队).

    - enqueue: {queue: service, on: {failed: leave_message}}
    - enqueue:
        queue: service
        skills: {billing: 3}
        priority: 2
        data: {number: "{{ call.ani }}"}
        whisper: "电费咨询。"
        labels: {1: verify_pin}
        callback_key: 2
        on: {closed: after_hours, callback: call_me_back, 9: leave_message, failed: leave_message}

Music, announcements, and how long to wait at most are settings of the queue. `skills` have levels from 1 to 10. `data`
goes where the call goes; what is made of a sensitive variable is `***` there, unless its name stands in `reveal`.
`labels` are where an agent may send the caller, by the key that the agent presses: a `return` there leads back to the
agent. After the talk the variables `agent` and `talk_seconds` are set.

Exits:
- `answered`: the talk is over, and the caller still there
- each key in `on:`, of `0` to `9`, `*` and `#`: the caller pressed it while waiting
- `callback`: the caller pressed the `callback_key`; must be mapped if there is one, to a label with a `callback`
- `timeout`: nobody answered within the queue's limit
- `closed`: the queue takes nobody now
- `full`: as many wait as may
- `no_agents`: no agent is on duty
- `failed`: stands for `timeout`, `closed`, `full` and `no_agents` where these are not mapped, and must be mapped then
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field, model_validator

from fsapp.flow.context import Context
from fsapp.flow.fields import KEYS, Key, On, Word, nearest
from fsapp.flow.model import Exit, GoTo, Outcome, StepKind
from fsapp.flow.queue_request import QueueDemand, whispered
from fsapp.flow.queueing import AGENT, ANSWERED, CALLBACK, TALK_SECONDS, stay
from fsapp.flow.references import Prompt

FAILED = "failed"
_NARROW = ("timeout", "closed", "full", "no_agents")


class EnqueueParams(QueueDemand):
    """Which queue, whom the call needs there, and what the caller may do meanwhile."""

    reveal: tuple[Word, ...] = Field((), description="names in `data` that the agent sees though they are sensitive")
    whisper: Prompt | None = Field(None, description="what the agent hears first: words, or a prompt's name")
    labels: Mapping[Key, str] = Field(
        default_factory=dict, description="labels an agent may send the caller to, by key"
    )
    callback_key: Key | None = Field(None, description="the key by which the caller asks to be called back")
    on: On = Field(default_factory=dict, description="where each exit leads")

    @model_validator(mode="after")
    def _one_meaning_a_key(self) -> "EnqueueParams":
        if self.callback_key is not None and self.callback_key in self.on:
            raise ValueError(f"the key {self.callback_key} is the `callback_key`; leave it out of `on:`")
        return self

    @property
    def ways(self) -> dict[str, str]:
        """The exits of a caller who waits, by key."""
        callback = {} if self.callback_key is None else {self.callback_key: CALLBACK}
        return callback | {key: key for key in KEYS if key in self.on}


def exits(params: EnqueueParams) -> tuple[Exit, ...]:
    return (Exit(ANSWERED, sets=frozenset({AGENT, TALK_SECONDS})), *_unserved(params.on), *_chosen(params))


def _unserved(on: On) -> Iterator[Exit]:
    yield from (Exit(name) for name in _NARROW if name in on)
    if any(name not in on for name in _NARROW):
        yield Exit(FAILED, required=True)


def _chosen(params: EnqueueParams) -> Iterator[Exit]:
    """By the caller, or by the agent."""
    yield from (Exit(way, keys=key, required=way == CALLBACK) for key, way in params.ways.items())
    for label in dict.fromkeys(params.labels.values()):
        yield Exit("", sets=frozenset({AGENT}), jump=GoTo(label))


def run(ctx: Context, params: EnqueueParams) -> Outcome:
    asked = params.asked(ctx, params.reveal)
    request = replace(asked, whisper=whispered(ctx, params.whisper), labels=params.labels)
    outcome = stay(ctx, request, params.ways)
    return nearest(outcome, params.on, FAILED) if outcome in _NARROW and isinstance(outcome, str) else outcome


STEP = StepKind("enqueue", EnqueueParams, run, exits, natural="queue", interactive=True, audible=True)
