"""The state machine of tickets as a table: which action is right in which state, where it leads, what it wants."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fsapp.domain.ticket import Action, State, TicketRefused
from fsapp.tickets.words import state_words


@dataclass(frozen=True, slots=True)
class Rule:
    """`leads_to` None: the state stays. `wants_to`: somebody to give it to. `wants_why`: words."""

    states: frozenset[State]
    leads_to: State | None = None
    wants_to: bool = False
    wants_why: bool = False


_NEW, _ACCEPTED, _DISPATCHED = State.NEW, State.ACCEPTED, State.DISPATCHED
_FOLLOWING, _REPLIED, _SOLVED, _CLOSED = State.FOLLOWING, State.REPLIED, State.SOLVED, State.CLOSED
_WORKED_ON = frozenset({_ACCEPTED, _DISPATCHED, _FOLLOWING, _REPLIED})
_OPEN = frozenset(State) - {_CLOSED}

RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.ACCEPT: Rule(frozenset({_NEW}), _ACCEPTED),
        Action.TRANSFER: Rule(_OPEN - {_SOLVED}, _NEW, wants_to=True, wants_why=True),
        Action.RETURN: Rule(frozenset({_NEW, _ACCEPTED}), _NEW, wants_why=True),
        Action.DISPATCH: Rule(frozenset({_ACCEPTED, _DISPATCHED, _FOLLOWING}), _DISPATCHED, wants_to=True),
        Action.REPLY: Rule(_WORKED_ON, _REPLIED, wants_why=True),
        Action.URGE: Rule(_OPEN),
        Action.NOTE: Rule(frozenset(State), wants_why=True),
        Action.FOLLOW: Rule(_WORKED_ON, _FOLLOWING, wants_why=True),
        Action.SOLVE: Rule(_WORKED_ON, _SOLVED),
        Action.REVISIT: Rule(frozenset({_REPLIED, _SOLVED, _CLOSED})),
        Action.CLOSE: Rule(_OPEN - {_DISPATCHED}, _CLOSED),
        Action.REOPEN: Rule(frozenset({_CLOSED}), _NEW, wants_why=True),
        Action.ESCALATE: Rule(_OPEN),
    }
)
"""Every action on a ticket that is there; `open` makes one."""


def rule(action: Action, state: State) -> Rule:
    """The rule for an action in a state. Raises TicketRefused where it is wrong there."""
    found = RULES.get(action)
    if found is None or state not in found.states:
        right = ", ".join(each for each in State if found and each in found.states) or "no state"
        raise TicketRefused(f"it is {state} ({state_words(state, 'zh')}): `{action}` is for {right}")
    return found
