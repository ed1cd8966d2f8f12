"""What a call asks of a queue, as an operator writes it: what enqueue and callback share."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field, PlainValidator

from fsapp.domain.errors import MediaError
from fsapp.domain.leg import Utterance
from fsapp.domain.queueing import QueueRequest
from fsapp.flow.context import Context
from fsapp.flow.fields import Word
from fsapp.flow.model import Params
from fsapp.flow.references import Prompt, QueueName
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Expression, ExpressionError, Text
from fsapp.flow.utterances import utterance

_log = logging.getLogger("fsapp.flow")

Level = Annotated[int, Field(ge=1, le=10)]
"""How well an agent must have a skill."""


def _priority(written: object) -> int | Expression:
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if isinstance(written, str):
        return Expression(written)
    raise ValueError("a priority is a whole number, or an expression that gives one")


Priority = Annotated[int | Expression, PlainValidator(_priority, json_schema_input_type=int | str)]


class QueueDemand(Params):
    """Which queue, and whom the call needs there."""

    queue: QueueName = Field(description="the queue's name")
    skills: Mapping[Word, Level] = Field(default_factory=dict, description="skills that the agent must have, by level")
    priority: Priority = Field(0, description="who has more comes first; a number or an expression")
    customer_level: Text | None = Field(None, description="one of the queue's `customer_levels`")
    sticky_agent: Text | None = Field(None, description="the agent whom the caller waits for first")
    data: Mapping[Word, Text] = Field(default_factory=dict, description="what the agent sees of the call")

    def asked(self, ctx: Context, reveal: Collection[str] = ()) -> QueueRequest:
        """What this call asks for; of its sensitive data, what is to be revealed. Raises ExpressionError."""
        return QueueRequest(
            call=ctx.call,
            queue=self.queue,
            language=ctx.language,
            skills=dict(self.skills),
            priority=_whole(ctx, self.priority),
            customer_level=self.customer_level.text(ctx) if self.customer_level else "",
            sticky_agent=self.sticky_agent.text(ctx) if self.sticky_agent else "",
            record=ctx.record,
            data={name: value for name in self.data if (value := self._seen(ctx, name, reveal))},
        )

    def _seen(self, ctx: Context, name: str, reveal: Collection[str]) -> str:
        text = self.data[name]
        value = text.text(ctx)
        return value if name in reveal else shown(ctx, text, value)


def _whole(ctx: Context, priority: int | Expression) -> int:
    if isinstance(priority, int):
        return priority
    try:
        return round(float(priority.value(ctx)))
    except (TypeError, ValueError, OverflowError):
        raise ExpressionError(f"the priority {priority.source!r} is no number here") from None


def whispered(ctx: Context, words: Prompt | None) -> Utterance | None:
    """What the agent hears before the talk: these words, else those that the step `whisper` kept.

    An agent who hears nothing takes the call all the same.
    """
    if words is None:
        return ctx.whisper
    try:
        return utterance(ctx, words)
    except MediaError as error:
        _log.warning("call %s: the agent will hear nothing before the talk: %s", ctx.call.uuid, error)
        return None


def placed(ctx: Context, demand: QueueDemand) -> tuple[QueueRequest, datetime]:
    """What the call asks for later, and since when its place counts.

    What was asked for while waiting in this queue just before holds on, unless `demand` says otherwise.
    """
    request, stay = demand.asked(ctx), ctx.stay
    if stay is None or demand.queue not in (stay.request.queue, stay.queue):
        return request, ctx.ports.clock.now()
    before = stay.request
    kept = replace(
        request,
        skills=request.skills or before.skills,
        priority=request.priority or before.priority,
        customer_level=request.customer_level or before.customer_level,
        sticky_agent=request.sticky_agent or before.sticky_agent,
    )
    return kept, stay.queued_at
