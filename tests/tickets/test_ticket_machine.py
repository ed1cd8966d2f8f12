"""Every action in every state, and what no sequence of actions can do."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsapp.domain.ticket import Action, State, TicketRefused, folded, milliseconds
from fsapp.tickets.machine import RULES
from tests.tickets.site import PATHS, Case

# Where an action leads from each state; `=`: the state stays, `.`: it is refused.
TABLE = """
          new       accepted   dispatched following  replied   solved   closed
accept    accepted  .          .          .          .         .        .
transfer  new       new        new        new        new       .        .
return    new       new        .          .          .         .        .
dispatch  .         dispatched dispatched dispatched .         .        .
reply     .         replied    replied    replied    replied   .        .
urge      =         =          =          =          =         =        .
note      =         =          =          =          =         =        =
follow    .         following  following  following  following .        .
solve     .         solved     solved     solved     solved    .        .
revisit   .         .          .          .          =         =        =
close     closed    closed     .          closed     closed    closed   .
reopen    .         .          .          .          .         .        new
"""
_STATES, *_ROWS = (line.split() for line in TABLE.strip().splitlines())
TRANSITIONS = [
    (Action(action), State(state), goal) for action, *goals in _ROWS for state, goal in zip(_STATES, goals, strict=True)
]


def in_state(state: State) -> Case:
    """A ticket in a state, which came from another owner, and whose customer was asked where that may be."""
    case = Case("consult")
    case.do(Action.TRANSFER)
    return case.to(*PATHS[state])


@pytest.mark.parametrize(("action", "state", "goal"), TRANSITIONS)
def test_every_action_in_every_state(action: Action, state: State, goal: str) -> None:
    case = in_state(state)
    before = case.ticket
    to = "service" if action is Action.TRANSFER else "repair"
    if goal == ".":
        with pytest.raises(TicketRefused, match=f"it is {state} "):
            case.do(action, to=to)
        assert case.ticket == before
    else:
        assert case.do(action, to=to).state == (state if goal == "=" else State(goal))


def test_the_table_names_every_action_and_every_state() -> None:
    assert [action for action, *_ in _ROWS] == [each for each in RULES if each is not Action.ESCALATE]
    assert list(State) == _STATES


@pytest.mark.parametrize("state", State)
def test_who_is_late_is_told_in_every_state_but_the_last(state: State) -> None:
    assert (state in RULES[Action.ESCALATE].states) == (state is not State.CLOSED)


actions = st.tuples(
    st.sampled_from([each for each in Action if each is not Action.OPEN]),
    st.sampled_from(["service", "repair", "water", "director", "nobody", ""]),
    st.sampled_from(["", "因为"]),
    st.integers(0, 3000),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["consult", "fault", "complaint"]), st.lists(actions, max_size=25))
def test_whatever_is_done_a_ticket_is_what_its_events_say(kind: str, done: list[tuple[Action, str, str, int]]) -> None:
    case = Case(kind)
    for action, to, why, minutes in done:
        before = case.ticket
        try:
            case.do(action, after=timedelta(minutes=minutes), to=to, why=why)
        except TicketRefused:
            assert case.ticket == before
    ticket = case.ticket
    assert folded(tuple(case.events)) == ticket
    assert [event.seq for event in case.events] == list(range(ticket.version + 1))
    assert [event.at for event in case.events] == sorted(event.at for event in case.events)
    assert ticket.owner in ("service", "repair", "water", "director")
    assert (ticket.closed_at is not None) == (ticket.state is State.CLOSED)
    assert ticket.is_open or (ticket.due is None and ticket.tell_at is None)
    assert ticket.tell_at is None or ticket.due is not None
    assert kind != "complaint" or ticket.is_open or ticket.revisited_at is not None
    assert ticket.late_ms(milliseconds(case.now)) >= 0


@given(st.lists(actions, max_size=15))
@settings(max_examples=50, deadline=None)
def test_a_ticket_can_always_be_brought_to_an_end(done: list[tuple[Action, str, str, int]]) -> None:
    case = Case("complaint")
    for action, to, why, minutes in done:
        try:
            case.do(action, after=timedelta(minutes=minutes), to=to, why=why)
        except TicketRefused:
            continue
    if case.ticket.is_open:
        if case.ticket.state is State.NEW:
            case.do(Action.ACCEPT)
        if case.ticket.state is not State.SOLVED:
            case.do(Action.REPLY)
        case.to(Action.REVISIT, Action.CLOSE)
    assert case.ticket.state is State.CLOSED
