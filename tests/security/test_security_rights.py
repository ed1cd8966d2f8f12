"""What an agent may not, however it is dialled: listen in, take over, set others' states, close queues, announce."""

import pytest

from fsapp.desk.codes import CODES, Asks, Code, Group
from tests.desk.room import HAN, LILEI, PHONES, PIN, Room

WORDS = {
    Asks.AGENT: HAN,
    Asks.STATE: "2",
    Asks.QUEUE: "1",
    Asks.SKILL: "1",
    Asks.LEVEL: "5",
    Asks.PROMPT_ORDER: "1",
}
SUPERVISORS = [code for code in CODES if code.group is Group.SUPERVISOR]


@pytest.mark.parametrize("code", SUPERVISORS, ids=lambda code: code.name)
def test_an_agent_who_is_no_supervisor_can_do_nothing_of_a_supervisors(code: Code) -> None:
    room = Room().open()
    room.dial(f"*11{LILEI}", f"{PIN}#", phone=PHONES[LILEI])
    before = (list(room.did), room.dispatcher.is_closed("service"))
    visited = room.dial(code.keys + "*".join(WORDS[each] for each in code.asks), phone=PHONES[LILEI])
    assert visited.outcome == "not_supervisor"
    assert (room.did, room.dispatcher.is_closed("service")) == before
