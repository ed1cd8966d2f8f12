"""Messages at the desk: heard in their order, kept, deleted, called back."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest

from fsapp.desk.desk import Desk
from fsapp.domain.errors import StoreError
from fsapp.domain.voicemail import Message, MessageState
from tests.desk.room import LILEI, PHONES, Room

FIRST = Message("u1", 1, "agent:1001", "057188880000", "/messages/1.wav", 5000, False, 1)
URGENT = replace(FIRST, call="u2", caller="", urgent=True)
OLD = replace(FIRST, call="u3", state="saved")


class Box:
    """Satisfies fsapp.desk.ports.Mailboxes."""

    def __init__(self, *messages: Message, broken: bool = False) -> None:
        self._messages = messages
        self._broken = broken
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.changed: list[tuple[str, str, str]] = []

    def messages(self, agent: str, queues: Collection[str]) -> Sequence[Message]:
        if self._broken:
            raise StoreError("the database is away")
        self.asked.append((agent, tuple(queues)))
        return self._messages

    def change(self, message: Message, state: MessageState, by: str) -> None:
        self.changed.append((message.call, state.value, by))


def dial(box: Box, keys: str) -> Any:
    room = Room().open()
    room.enter(LILEI, "ready")
    room.desk = Desk(room.desk.plan, replace(room.desk.ports, mailboxes=box), room.pins)
    return room.dial("*26", keys, phone=PHONES[LILEI])


def test_an_agent_hears_the_own_messages_and_those_of_the_queues() -> None:
    box = Box()
    assert dial(box, "").outcome == "done"
    assert box.asked == [(LILEI, ("service",))]


@pytest.mark.parametrize(
    ("keys", "changed"),
    [
        ("2", [("u1", "saved", LILEI)]),
        ("3", [("u1", "deleted", LILEI)]),
        ("1 3", [("u1", "deleted", LILEI)]),
        ("-", [("u1", "saved", LILEI)]),
    ],
)
def test_a_message_is_kept_or_deleted_by_a_key(keys: str, changed: list[tuple[str, str, str]]) -> None:
    box = Box(FIRST)
    dial(box, keys)
    assert box.changed == changed


def test_one_message_follows_another_until_the_agent_ends_it() -> None:
    box = Box(URGENT, FIRST, OLD)
    dial(box, "3 0")
    assert box.changed == [("u2", "deleted", LILEI), ("u1", "saved", LILEI)]


def test_who_hangs_up_before_a_message_is_over_leaves_it_new() -> None:
    box = Box(FIRST)
    dial(box, "hangup")
    assert box.changed == []


def test_whoever_left_a_message_is_called_back_where_the_dialplan_allows() -> None:
    called = dial(Box(FIRST), "4 answer:5 hangup")
    (leg,) = called.journal.of("LegEnded")
    assert leg["number"] == "057188880000"


def test_a_caller_without_a_number_cannot_be_called_back() -> None:
    assert dial(Box(URGENT), "4").outcome == "number_not_allowed"


def test_mailboxes_that_cannot_be_read_are_a_sentence() -> None:
    assert dial(Box(broken=True), "").outcome == "failed"
