"""Takes a message for a mailbox: of an agent, a queue or a kind of ticket (语音信箱).

    - voicemail: {queue: service, on: {empty: main}}
    - voicemail: {agent: "{{ call.dnis }}", greeting: "座席不在，请在提示音后留言。", review: false}
    - voicemail: {ticket: complaint, max_seconds: 300, into: ticket}

The greeting is heard to its end, then a beep. Recording ends at a terminator, after `silence` seconds without a voice,
at `max_seconds`, or when the caller hangs up. With `review` the caller hears what can be done: 1 listen, 2 record anew,
3 mark as urgent; any other key, none, or hanging up leaves the message as it is. A new message lights the lamp of the
agents' phones, and goes by mail where the settings say so.

A message for a kind of ticket becomes one, of the caller's, with the message attached; an urgent one has the level
`urgent`. `into` keeps its number. It is empty where no ticket could be made now: what is wanted is kept then, and the
ticket made later.

Exits:
- `left`: there is a message
- `empty`: nothing was said, and no file is kept
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from fsapp.domain.channels import Channel
from fsapp.domain.events import Kind
from fsapp.domain.leg import CollectKeys, RecordMessage, Utterance
from fsapp.domain.ticket import NORMAL
from fsapp.domain.voicemail import Owner, mailbox
from fsapp.flow.asking import collected
from fsapp.flow.context import Context
from fsapp.flow.fields import VariableName, Word
from fsapp.flow.model import Exit, Params, StepKind
from fsapp.flow.references import Prompt, QueueName, TicketKindName
from fsapp.flow.sensitive import shown
from fsapp.flow.templates import Text
from fsapp.flow.ticketing import opened, opening
from fsapp.flow.utterances import play, utterance

LEFT, EMPTY = "left", "empty"
REVIEWS = 10
"""How often a caller may choose."""

URGENT = "urgent"
"""The handling level of a ticket whose caller said so."""

_WORDS = {"zh": "语音留言{}秒", "en": "a voice message of {} s"}


class _Keys(StrEnum):
    LISTEN = "1"
    AGAIN = "2"
    URGENT = "3"


class VoicemailParams(Params):
    """Whose mailbox, and how the message is taken."""

    agent: Text | None = Field(None, description="the agent's number")
    queue: QueueName | None = Field(None, description="the queue's name")
    ticket: TicketKindName | None = Field(None, description="the kind of ticket that it becomes")
    fields: Mapping[Word, Text] = Field(default_factory=dict, description="the fields of the ticket's form")
    into: VariableName | None = Field(None, description="a variable that keeps the ticket's number")
    greeting: Prompt = Field(Text("voicemail_greeting"), description="what the caller hears before")
    beep: Prompt | None = Field(Text("beep"), description="heard when the recording begins")
    choices: Prompt = Field(Text("voicemail_choices"), description="what the caller hears after it, with `review`")
    review: bool = Field(True, description="whether the caller may listen, record anew and mark it as urgent")
    max_seconds: Annotated[int, Field(ge=5, le=600)] = Field(120, description="the longest message")
    min_seconds: Annotated[int, Field(ge=1, le=10)] = Field(1, description="the shortest that counts")
    silence: Annotated[int, Field(ge=1, le=30)] = Field(4, description="seconds of silence that end it")
    terminators: str = Field("#", pattern=r"^[0-9*#]*$", description="keys that end it")

    @model_validator(mode="after")
    def _one_mailbox(self) -> "VoicemailParams":
        if sum(each is not None for each in (self.agent, self.queue, self.ticket)) != 1:
            raise ValueError("a `voicemail` wants one of `agent`, `queue` and `ticket`")
        if self.ticket is None and (self.into or self.fields):
            raise ValueError("`into` and `fields` go with `ticket`")
        return self


@dataclass(slots=True)
class _Draft:
    path: str
    seconds: float
    urgent: bool = False


def exits(params: VoicemailParams) -> tuple[Exit, ...]:
    return (Exit(LEFT, sets=frozenset({params.into} if params.into else ())), Exit(EMPTY))


def run(ctx: Context, params: VoicemailParams) -> str:
    to = _mailbox(ctx, params)
    play(ctx, (utterance(ctx, params.greeting),))
    draft = _recorded(ctx, params)
    if draft is None:
        return EMPTY
    try:
        if params.review:
            _review(ctx, params, draft)
    finally:  # whoever hangs up has left a message too
        _leave(ctx, params, to, draft)
    return LEFT


def _mailbox(ctx: Context, params: VoicemailParams) -> str:
    if params.agent is not None:
        return mailbox(Owner.AGENT, params.agent.text(ctx).strip())
    return mailbox(Owner.QUEUE, params.queue) if params.queue else mailbox(Owner.TICKET, params.ticket or "")


def _recorded(ctx: Context, params: VoicemailParams) -> _Draft | None:
    if params.beep is not None:
        play(ctx, (utterance(ctx, params.beep),))
    path = ctx.ports.recordings.message_path(ctx.call, "voicemail")
    request = RecordMessage(path, params.max_seconds, params.silence, params.terminators)
    seconds = round(ctx.leg.record(request).seconds, 1)
    if seconds < params.min_seconds:
        ctx.ports.recordings.discard(path)
        return None
    return _Draft(path, seconds)


def _review(ctx: Context, params: VoicemailParams, draft: _Draft) -> None:
    for _ in range(REVIEWS):
        match _choice(ctx, params):
            case _Keys.LISTEN:
                play(ctx, (Utterance("", ctx.language, draft.path, draft.seconds),))
            case _Keys.AGAIN:
                _replace(ctx, params, draft)
            case _Keys.URGENT:
                draft.urgent = True
            case _:
                return


def _choice(ctx: Context, params: VoicemailParams) -> str:
    return collected(ctx, CollectKeys((utterance(ctx, params.choices),), 1, terminators="")).digits


def _replace(ctx: Context, params: VoicemailParams, draft: _Draft) -> None:
    """The old one stays where the new one is empty."""
    new = _recorded(ctx, params)
    if new is not None:
        ctx.ports.recordings.discard(draft.path)
        draft.path, draft.seconds = new.path, new.seconds


def _leave(ctx: Context, params: VoicemailParams, to: str, draft: _Draft) -> None:
    fields = {"mailbox": to, "caller": ctx.call.ani, "path": draft.path, "seconds": draft.seconds}
    ctx.record(Kind.VOICEMAIL_LEFT, fields | {"urgent": draft.urgent})
    if params.ticket is not None:
        number = _ticket(ctx, params, params.ticket, draft)
        if params.into is not None:
            ctx.set(params.into, number)


def _ticket(ctx: Context, params: VoicemailParams, kind: str, draft: _Draft) -> str:
    """Its number; empty where it is made later."""
    wanted = replace(
        opening(ctx, kind, Channel.MESSAGE, draft.path),
        text=_WORDS.get(ctx.language, _WORDS["en"]).format(round(draft.seconds)),
        fields={name: shown(ctx, text, text.text(ctx)) for name, text in params.fields.items()},
        level=URGENT if draft.urgent else NORMAL,
    )
    return opened(ctx, wanted)


STEP = StepKind("voicemail", VoicemailParams, run, exits, interactive=True, audible=True)
