"""What actions, states and limits are called, in Chinese and English."""

from collections.abc import Mapping

from fsapp.domain.ticket import Action, Clock, Revisit, State

_ACTIONS: Mapping[Action, tuple[str, str]] = {
    Action.OPEN: ("受理登记", "opened"),
    Action.ACCEPT: ("接单", "accepted"),
    Action.TRANSFER: ("转办", "transferred"),
    Action.RETURN: ("退办", "returned"),
    Action.DISPATCH: ("派工", "dispatched"),
    Action.REPLY: ("回复", "replied"),
    Action.URGE: ("催办", "urged"),
    Action.NOTE: ("备注", "noted"),
    Action.FOLLOW: ("跟踪待续", "to be followed"),
    Action.SOLVE: ("跟踪解决", "solved"),
    Action.REVISIT: ("回访", "revisited"),
    Action.CLOSE: ("办结", "closed"),
    Action.REOPEN: ("重办", "reopened"),
    Action.ESCALATE: ("超时提醒", "told that it is late"),
}

_STATES: Mapping[State, tuple[str, str]] = {
    State.NEW: ("待受理", "waiting to be accepted"),
    State.ACCEPTED: ("处理中", "being dealt with"),
    State.DISPATCHED: ("已派工", "with our staff in the field"),
    State.FOLLOWING: ("跟踪待续", "being followed up"),
    State.REPLIED: ("已回复", "answered"),
    State.SOLVED: ("已解决", "solved"),
    State.CLOSED: ("已办结", "closed"),
}

_CLOCKS: Mapping[Clock, tuple[str, str]] = {
    Clock.ACCEPT: ("接单", "accepting it"),
    Clock.REPLY: ("回复", "a reply"),
    Clock.CLOSE: ("办结", "closing it"),
    Clock.FOLLOW: ("跟踪", "following it up"),
}

_REVISITS: Mapping[Revisit, tuple[str, str]] = {
    Revisit.SATISFIED: ("满意", "satisfied"),
    Revisit.NEUTRAL: ("基本满意", "neither satisfied nor dissatisfied"),
    Revisit.DISSATISFIED: ("不满意", "dissatisfied"),
    Revisit.NO_ANSWER: ("无人接听", "not reached: no answer"),
    Revisit.BUSY: ("占线", "not reached: busy"),
    Revisit.REFUSED: ("拒绝回访", "would not talk"),
    Revisit.WRONG_NUMBER: ("号码有误", "not reached: a wrong number"),
}


def action_words(action: Action, language: str) -> str:
    return _ACTIONS[action][language != "zh"]


def state_words(state: State, language: str) -> str:
    return _STATES[state][language != "zh"]


def clock_words(clock: Clock, language: str) -> str:
    return _CLOCKS[clock][language != "zh"]


def revisit_words(revisit: str, language: str) -> str:
    """Empty where nobody was asked."""
    return _REVISITS[Revisit(revisit)][language != "zh"] if revisit else ""
