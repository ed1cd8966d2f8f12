"""The keys of a talk as they come from the switch: in order, one after another, without waiting."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gevent.event import Event

from fsapp.desk.plan import DeskPlan
from fsapp.domain.talk import Refusal
from tests.desk.room import LILEI, Room, site_plan, words
from tests.desk.talking import VirtualTalk, talk_in

SECONDS = 10.0
"""How long a test waits for what must come."""


class RealClock:
    """Time as it is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def plan(between_keys: float) -> DeskPlan:
    return replace(site_plan(), times=replace(site_plan().times, between_keys=between_keys))


@dataclass
class Joined:
    """A talk whose keys are listened to."""

    between_keys: float = 30.0

    def __post_init__(self) -> None:
        self.told = Event()
        self.room = Room("en").open().enter(LILEI, "talk")
        self.talk: VirtualTalk = talk_in(self.room, on_tell=self.told.set)
        ports = replace(self.room.desk.ports, clock=RealClock())
        desk = replace(self.room.desk, plan=plan(self.between_keys), ports=ports)
        self.keys = desk.join(self.talk)

    def press(self, keys: str) -> None:
        for key in keys:
            self.keys.press(key)


def test_keys_are_commands_in_the_order_in_which_they_were_pressed() -> None:
    joined = Joined()
    joined.press("*33123#*31")
    joined.keys.close()
    joined.keys.join(SECONDS)
    assert joined.talk.did == [("send_keys", "123"), ("hold",)]


def test_a_pause_completes_what_has_no_fixed_length() -> None:
    joined = Joined(between_keys=0.02)
    joined.press("*33123")
    assert joined.told.wait(SECONDS)
    assert joined.talk.did == [("send_keys", "123")]
    joined.keys.close()


def test_after_closing_no_key_means_anything() -> None:
    joined = Joined()
    joined.keys.close()
    joined.press("*31")
    joined.keys.join(SECONDS)
    assert joined.talk.did == []


def test_something_that_breaks_does_not_end_the_keys() -> None:
    joined = Joined()
    joined.talk.labels = None  # type: ignore[assignment]  # nobody foresaw this
    joined.press("*449*31")
    joined.keys.close()
    joined.keys.join(SECONDS)
    assert joined.talk.did == [("hold",)]


def test_what_comes_of_a_consultation_later_is_told() -> None:
    joined = Joined()
    joined.keys.refused(Refusal.NO_ANSWER)
    joined.keys.close()
    joined.keys.join(SECONDS)
    assert joined.talk.heard == words(["desk_no_no_answer"], "en")
