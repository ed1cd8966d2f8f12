"""Each hold of a caller is kept once it is over, however it ends."""

from collections.abc import Callable

import pytest

from fsapp.acd.talks import Talk
from fsapp.domain.events import Kind
from fsapp.domain.queue_records import HoldRecord, queue_record
from fsapp.server.hold_watch import HoldWatch
from tests.acd.telephones import Phone, Rig, settle


class Desk:
    """A talk of 2001's with a caller, and a watch."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.rig.service._records._sinks = [self.rig.events.append, HoldWatch(self.rig.service)]
        self.rig.hire("2001", "2002")
        self.place = self.rig.call()
        self.phone: Phone = self.rig.ringing("2001")
        self.phone.answer()

    @property
    def talk(self) -> Talk:
        talk = self.rig.service.talk_of("2001")
        assert talk is not None
        return talk

    def does(self, what: str, seconds: float = 0.0) -> None:
        """As the desk notes it."""
        self.rig.service.acted("2001", what, "2001", call=self.place.caller)
        self.rig.pass_time(seconds)

    def holds(self) -> list[HoldRecord]:
        settle()
        records = [queue_record(event) for event in self.rig.events if event.kind == Kind.AGENT_ACTED]
        return [record for record in records if isinstance(record, HoldRecord)]

    def lengths(self) -> list[int]:
        return [record.ended_at - record.started_at for record in self.holds()]


ENDS: dict[str, Callable[[Desk], None]] = {
    "taken back": lambda desk: desk.does("take_back"),
    "the consulted one dropped": lambda desk: desk.does("cancel_consult"),
    "a conference": lambda desk: desk.does("conference"),
    "the caller hangs up": lambda desk: desk.rig.hang_up(desk.place),
    "the agent hangs up": lambda desk: desk.phone.put_down(),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("begin", ["hold", "consult_agent"])
def test_a_hold_lasts_until_it_is_over(begin: str, end: str) -> None:
    desk = Desk()
    desk.talk.hold()
    desk.does(begin, 12.5)
    assert desk.holds() == []
    ENDS[end](desk)
    (record,) = desk.holds()
    assert (record.agent, record.queue, record.call, record.contact) == ("2001", "live", "caller-1", "caller-1/1")
    assert desk.lengths() == [12_500]


def test_a_consultation_during_a_hold_is_the_same_hold() -> None:
    desk = Desk()
    desk.does("hold", 5)
    desk.does("consult_agent", 7)
    desk.does("take_back", 3)
    assert desk.lengths() == [12_000]


def test_each_hold_of_a_talk_is_kept() -> None:
    desk = Desk()
    for seconds in (4, 9):
        desk.does("hold", seconds)
        desk.does("take_back", 1)
    assert desk.lengths() == [4000, 9000]


def test_without_a_hold_nothing_is_kept() -> None:
    desk = Desk()
    desk.does("take_back", 1)
    desk.rig.service.acted("2002", "hold", "2002")  # who is in no talk
    desk.rig.hang_up(desk.place)
    assert desk.holds() == []


def test_records_stay_in_the_order_in_which_things_happened() -> None:
    desk = Desk()
    desk.does("hold", 5)
    desk.does("take_back")
    assert [event.seq for event in desk.rig.events] == list(range(len(desk.rig.events)))
    assert [event.fields["what"] for event in desk.rig.events[-2:]] == ["take_back", "held"]
