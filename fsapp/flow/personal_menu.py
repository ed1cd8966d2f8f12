"""A menu whose options are said in the order of its caller: first what the caller chooses most, or set as "my menu".

Keys never change, only the order in which the options are said; `*` always gives the standard menu.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, model_validator

from fsapp.domain.caller_history import FirstOption, Menu, SetBy, can_be_known, first_option
from fsapp.domain.events import Kind
from fsapp.domain.leg import CollectKeys
from fsapp.flow.asking import Answer, Question, ask
from fsapp.flow.context import Context
from fsapp.flow.fields import Key
from fsapp.flow.references import Prompt
from fsapp.flow.templates import Text
from fsapp.flow.utterances import speak

PERSONAL = "personal"
STANDARD_KEY = "*"
_STANDARD, _ASK, _SAVED = Text("standard_menu"), Text("my_menu"), Text("my_menu_saved")


class Options(Question):
    """A question whose answers are options, each with its words."""

    options: Mapping[Key, Prompt] = Field(default_factory=dict, description="each option's words, by its key")
    order: Literal["as_written", "personal"] = Field("as_written", description="the order in which options are said")
    my_menu_key: Key | None = Field(None, description="the key by which a caller says which option shall be first")
    standard: Prompt | None = Field(None, description="that `*` gives the standard menu; `standard_menu` if not said")
    my_menu: Prompt | None = Field(None, description="asks which option shall be first; `my_menu` if not said")
    my_menu_saved: Prompt | None = Field(None, description="confirms it; `my_menu_saved` if not said")

    @model_validator(mode="before")
    @classmethod
    def _own_words(cls, written: Any) -> Any:
        """The prompts that this menu needs, where the operator names no others: the catalogue is asked for no more."""
        if not isinstance(written, dict) or written.get("order") != PERSONAL:
            return written
        needed = {"standard": _STANDARD}
        if written.get("my_menu_key") is not None:
            needed |= {"my_menu": _ASK, "my_menu_saved": _SAVED}
        return needed | written

    @model_validator(mode="after")
    def _make_sense(self) -> "Options":
        own = {self.my_menu_key}
        for key in self.options.keys() - self.on.keys() - own:
            raise ValueError(f"the option {key} leads nowhere; write `on: {{{key}: a_label}}`")
        if self.order == PERSONAL:
            self._check_personal()
        elif self.my_menu_key is not None:
            raise ValueError("a `my_menu_key` wants `order: personal`")
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """The keys of the options that may go first."""
        return tuple(key for key in self.options if key != self.my_menu_key)

    def _check_personal(self) -> None:
        if self.my_menu_key in self.on:
            raise ValueError(f"the key {self.my_menu_key} is the `my_menu_key`; leave it out of `on:`")
        if STANDARD_KEY in (*self.on, self.my_menu_key):
            raise ValueError("`*` gives the standard menu where the order is personal; choose another key")
        if len(self.choices) < 2:
            raise ValueError("`order: personal` wants `options`, such as {1: 'For your bill, press 1.', 2: …}")


def answer(ctx: Context, menu: Options, request: CollectKeys, keys: tuple[str, ...]) -> Answer:
    """Asks in the caller's order until one of `keys` is pressed or the attempts are used up.

    That the menu is said again, in another order, is each time the caller's doing.
    """
    first = _first(ctx, menu)
    own = {STANDARD_KEY, menu.my_menu_key}
    while True:
        ctx.note(first=first)
        more = [*in_order(menu.options, first), *([menu.standard or _STANDARD] if first else [])]
        given = ask(ctx, menu, request, lambda pressed: pressed in own or pressed in keys, more)
        if given.gave_up or given.keys not in own:
            return given
        first = "" if given.keys == STANDARD_KEY else _set_by_caller(ctx, menu, first)


def in_order(options: Mapping[str, Text], first: str) -> list[Text]:
    """The options as written, with one moved to the front."""
    return [options[key] for key in sorted(options, key=lambda key: key != first)]


def _first(ctx: Context, menu: Options) -> str:
    known, place = ctx.known(), Menu(ctx.flow, ctx.label)
    first = first_option(known, place, menu.choices, ctx.ports.clock.now())
    before = known.firsts.get(place)
    if first != (before.key if before else ""):
        _keep(ctx, first, SetBy.HABIT)
    return first


def _set_by_caller(ctx: Context, menu: Options, first: str) -> str:
    """Asks which option shall go first from now on; `first` stays where the caller does not say."""
    question = Question(prompt=menu.my_menu or _ASK, attempts=2)
    choices = (STANDARD_KEY, *menu.choices)
    given = ask(ctx, question, CollectKeys((), 1, terminators=""), choices.__contains__)
    if given.gave_up:
        return first
    chosen = "" if given.keys == STANDARD_KEY else given.keys
    _keep(ctx, chosen, SetBy.CALLER)
    speak(ctx, menu.my_menu_saved or _SAVED, barge_in=True)
    return chosen


def _keep(ctx: Context, key: str, by: SetBy) -> None:
    """For the rest of the call, and for the caller's next ones."""
    place = Menu(ctx.flow, ctx.label)
    known = ctx.known()
    firsts = {**known.firsts, place: FirstOption(key, by, ctx.ports.clock.now())}
    ctx.history = replace(known, firsts=firsts)
    if can_be_known(ctx.call.ani):
        fields = {"ani": ctx.call.ani, "flow": place.flow, "label": place.label, "key": key, "by": by.value}
        ctx.record(Kind.MENU_SET, fields)
        ctx.ports.history.forget(ctx.call.ani)
