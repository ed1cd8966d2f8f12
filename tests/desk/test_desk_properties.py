"""Whatever is dialled, keyed or said, in whatever state: refused means that nothing has changed."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from fsapp.acd.events import OtherCallEnded, OtherCallStarted
from fsapp.domain.errors import CallEnded
from tests.desk.room import BOSS, HAN, LILEI, PHONES, PIN, Room, site_plan
from tests.desk.talking import key, talk_in

STATES = st.sampled_from(["", "ready", "busy", "lunch", "wrap_up", "talk", "other"])
CODES = st.sampled_from(sorted(code.keys for code in site_plan().codes))
BEHIND = st.text("0123456789*#", max_size=8) | st.sampled_from(["1001", "1002", "1009", "1002*1", "1", "2", "1002*1*5"])
WORD = st.sampled_from(["-", "1", "2", "0", "7#", "1001#", "1002#", f"{PIN}#", "9999#", "*", "hangup", "talk:3", "!5"])
FAR_END = st.sampled_from(["", "busy", "noanswer", "failed", "answer:5"])


def standings(room: Room) -> Mapping[str, tuple[str, str]]:
    return {agent: (room.state(agent), _phone(room, agent)) for agent in PHONES}


def _phone(room: Room, agent: str) -> str:
    found = room.agent(agent)
    assert found is not None
    return found.phone


def furnished(states: tuple[str, str, str]) -> Room:
    room = Room().open()
    for agent, state in zip((HAN, BOSS, LILEI), states, strict=True):
        if state and not (agent == BOSS and state in ("talk", "wrap_up")):
            room.enter(agent, state)
    return room


@settings(deadline=None, max_examples=150)
@given(
    st.tuples(STATES, STATES, STATES),
    CODES,
    BEHIND,
    st.lists(WORD, max_size=6),
    FAR_END,
    st.sampled_from([LILEI, BOSS]),
)
def test_a_dialled_code_that_was_not_done_changed_nothing(
    states: tuple[str, str, str], code: str, behind: str, script: list[str], far_end: str, who: str
) -> None:
    room = furnished(states)
    before, records = standings(room), {agent: room.records.find(agent) for agent in PHONES}
    visited = room.dial(code + behind, " ".join([*script, far_end]), phone=PHONES[who])
    if visited.outcome != "done":
        assert [each for each in room.told if not isinstance(each, OtherCallStarted | OtherCallEnded)] == []
        assert standings(room) == before
        assert {agent: room.records.find(agent) for agent in PHONES} == records
        assert (room.did, room.acts) == ([], [])
    assert visited.heard or visited.ended or visited.outcome == "done"
    assert len({phone for _, phone in standings(room).values() if phone}) == len(
        [phone for _, phone in standings(room).values() if phone]
    )


@settings(deadline=None, max_examples=150)
@given(st.lists(CODES | BEHIND, max_size=8), st.booleans(), st.sampled_from(["", "rung", "answered"]), STATES)
def test_keys_of_a_talk_break_nothing_whatever_they_are(
    keys: list[str], held: bool, consulted: str, colleague: str
) -> None:
    room = furnished((colleague, "ready", "talk"))
    talk = talk_in(room, held=held, consulted=consulted)
    try:
        key(room, talk, "".join(keys))
    except CallEnded as error:
        raise AssertionError("nothing that ends a talk leaves the desk") from error
    outcomes = [used["outcome"] for used in talk.journal.of("CodeUsed")]
    assert outcomes.count("done") == len(room.acts) + len(room.did)
