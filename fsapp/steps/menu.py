"""Plays a prompt and waits for one key; each key leads to a label (菜单).

    - menu:
        prompt: "电费查询请按一，故障报修请按二，人工服务请按零。"
        on: {1: bill, 2: outage, 0: agent, timeout: agent, invalid: agent}
    - menu:
        prompt: "请选择服务。"
        options: {1: "电费查询请按一。", 2: "故障报修请按二。", 0: "人工服务请按零。"}
        order: personal
        on: {1: bill, 2: outage, 0: agent, failed: agent}

A caller who presses nothing, or a key that leads nowhere, hears `nothing` or `wrong` and then the prompt again; what
happened at the last of the `attempts` decides the exit.

With `options` each option's words stand by its key, and are said after the prompt. In the order `personal` the option
that this caller chooses most comes first: keys stay as they are, the order changes once a month at most, and `*` gives
the standard menu. A caller who presses the `my_menu_key` says which option shall be first from now on.

Exits:
- each key in `on:`, of `0` to `9`, `*` and `#`
- `timeout`: nothing was pressed
- `invalid`: a wrong key was pressed
- `failed`: stands for `timeout` and `invalid` where these are not mapped, and must be mapped then
"""

from pydantic import model_validator

from fsapp.domain.leg import CollectKeys
from fsapp.flow import personal_menu
from fsapp.flow.asking import ask, unanswered
from fsapp.flow.context import Context
from fsapp.flow.fields import KEYS
from fsapp.flow.model import Exit, StepKind
from fsapp.flow.personal_menu import PERSONAL, Options


class MenuParams(Options):
    """A question whose answer is one key."""

    @model_validator(mode="after")
    def _some_key(self) -> "MenuParams":
        if not self.keys:
            raise ValueError("a menu wants at least one key in `on:`, such as {1: bill}")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that lead somewhere."""
        return tuple(key for key in KEYS if key in self.on)


def exits(params: MenuParams) -> tuple[Exit, ...]:
    return (*(Exit(key, keys=key) for key in params.keys), *unanswered(params.on))


def run(ctx: Context, params: MenuParams) -> str:
    request = CollectKeys((), 1, terminators="", first_timeout=params.timeout, barge_in=params.barge_in)
    if params.order == PERSONAL:
        answer = personal_menu.answer(ctx, params, request, params.keys)
    else:
        options = tuple(params.options.values())
        answer = ask(ctx, params, request, params.keys.__contains__, options)
    return answer.gave_up or answer.keys


STEP = StepKind("menu", MenuParams, run, exits, interactive=True, audible=True)
