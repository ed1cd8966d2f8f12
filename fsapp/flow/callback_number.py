"""Which number a caller wants to be called back at: the one that is offered, or another, keyed and confirmed."""

import re

from pydantic import Field

from fsapp.domain import spoken
from fsapp.domain.leg import CollectKeys, Utterance
from fsapp.flow.asking import collected
from fsapp.flow.context import Context
from fsapp.flow.model import Params
from fsapp.flow.references import Prompt
from fsapp.flow.templates import Text
from fsapp.flow.utterances import utterance

ROUNDS = 4
"""How often a number is read out or asked for in all."""

_RIGHT, _OTHER = "1", "2"
_NUMBER = re.compile(r"\+?[0-9]{7,20}\Z")
"""No shorter ones: those are of emergency services and of our own house."""


class NumberPrompts(Params):
    """What is said about the number."""

    number_is: Prompt = Field(Text("callback_number_is"), description="heard before the number")
    choose: Prompt = Field(Text("callback_choose"), description="heard after it: 1 confirms, 2 is for another number")
    enter: Prompt = Field(Text("callback_enter"), description="asks for another number")


def can_be_called(number: str) -> bool:
    """Whether this looks like a number for callbacks; the dialplan has the last word."""
    return _NUMBER.match(number) is not None


def confirmed(ctx: Context, prompts: NumberPrompts, offered: str) -> str:
    """The number that the caller confirmed, or the `offered` one where the caller says nothing to it; else empty."""
    number = offered if can_be_called(offered) else ""
    for _ in range(ROUNDS):
        if not number:
            number = _entered(ctx, prompts)
            continue
        answer = _heard(ctx, prompts, number)
        if answer == _RIGHT or (not answer and number == offered):
            return number
        if answer == _OTHER:
            number = ""
    return ""


def _heard(ctx: Context, prompts: NumberPrompts, number: str) -> str:
    words = ctx.ports.voice.say(spoken.phone(number, ctx.language), ctx.language)
    return _keys(ctx, (utterance(ctx, prompts.number_is), words, utterance(ctx, prompts.choose)), 1, "")


def _entered(ctx: Context, prompts: NumberPrompts) -> str:
    keys = _keys(ctx, (utterance(ctx, prompts.enter),), 20, "#")
    return keys if can_be_called(keys) else ""


def _keys(ctx: Context, utterances: tuple[Utterance, ...], most: int, terminators: str) -> str:
    return collected(ctx, CollectKeys(utterances, most, terminators)).digits
