"""Tickets that agents open on the phone: of whom, and what becomes of a store that is away."""

import pytest

from fsapp.desk.planning import Surroundings, plan
from fsapp.domain.desk import Placed, ticket_kind
from fsapp.domain.errors import ConfigError
from fsapp.domain.talk import LastContact, Note
from tests.desk.room import LILEI, Room
from tests.desk.talking import key, talk_in


def test_in_a_talk_it_is_the_callers() -> None:
    room = Room().open().enter(LILEI, "talk")
    talk = talk_in(room)
    key(room, talk, "*743")
    (opening,) = room.tickets.opened
    assert (opening.kind, opening.opened_by, opening.call, opening.ani) == (
        "complaint",
        LILEI,
        talk.call.uuid,
        talk.call.ani,
    )


def test_in_wrap_up_it_is_the_last_callers() -> None:
    room = Room().open().enter(LILEI, "wrap_up")
    room.last = LastContact("13800138000", "service", 5.0)
    room.dial("*742")
    (opening,) = room.tickets.opened
    assert (opening.kind, opening.opened_by, opening.ani) == ("fault", LILEI, "13800138000")


def test_nothing_is_opened_for_nobody() -> None:
    room = Room().open().enter(LILEI)
    room.last = LastContact("13800138000", "service", 500.0)
    assert room.dial("*742").outcome == "no_contact"
    assert room.tickets.opened == []


def test_a_store_that_is_away_is_said_and_nothing_noted() -> None:
    room = Room().open().enter(LILEI, "wrap_up")
    room.last = LastContact("13800138000", "service", 5.0)
    room.tickets.away = True
    assert room.dial("*742").outcome == "failed"
    assert not any(each[2] is Note.TICKET for each in room.did if each[0] == "note")


WORDS = (Placed(ticket_kind(1, "fault", zh="报修", en="a fault"), "agents.py", 1),)


def test_a_kind_that_the_site_has_not_is_told() -> None:
    with pytest.raises(ConfigError, match=r"agents\.py:1: there is no kind of ticket 'fault'; known: complaint"):
        plan(WORDS, Surroundings(ticket_kinds={"complaint"}))


def test_a_site_without_tickets_has_no_code_for_them() -> None:
    assert plan(WORDS, Surroundings(ticket_kinds=())).code("new_ticket") is None
    assert plan(WORDS, Surroundings(ticket_kinds={"fault"})).code("new_ticket") is not None
