"""What the journal keeps of a code that was used."""

from collections.abc import Mapping
from typing import Any

from fsapp.desk.codes import Asks, Code, Group
from fsapp.desk.seat import Answers, Seat
from fsapp.domain.talk import Note

DONE = "done"
BROKEN_OFF = "broken_off"
"""The agent hung up, or the switch failed, before it was known."""

_UNSEEN = frozenset({Asks.PIN, Asks.KEYS})
"""Keys sent to a caller's side may be a card's number."""

_NOTES = frozenset({*(each.value for each in Note), "new_ticket"})


def used(code: Code, agent: str, answers: Answers, outcome: str) -> Mapping[str, Any]:
    """The fields of CodeUsed."""
    return {"code": code.name, "by": agent, "answers": _shown(code, answers), "outcome": outcome}


def note_act(seat: Seat, code: Code, answers: Answers) -> None:
    """Keeps what was done, with the agent to whom a supervisor did it, or who signed in. Notes keep themselves."""
    if code.name in _NOTES:
        return
    by = seat.agent_id
    whom = dict(zip(code.asks, answers, strict=False))
    agent = whom.get(Asks.AGENT, by) if code.group is Group.SUPERVISOR else whom.get(Asks.OWN_NUMBER, by)
    details = {"call": seat.call.uuid, "answers": _shown(code, answers)}
    seat.ports.floor.acted(agent, code.name, by or agent, **details)


def _shown(code: Code, answers: Answers) -> list[str]:
    asked = [asks for asks in code.asks if asks is not Asks.PIN]
    return ["" if asks in _UNSEEN else keys for asks, keys in zip(asked, answers, strict=False)]
