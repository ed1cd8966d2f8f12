"""After a restart the switch holds what an engine left behind: what is swept, and what is not."""

from collections.abc import Iterator

import pytest

from fsapp.esl.lines import Seen
from fsapp.server.sweeping import Sweeper
from tests.acd.telephones import Rig, Switch

OLD_LEG = "0123456789abcdef-0123456789abcdef"
CHANNEL = "c9aeeeb6-0f2d-4188-8bf9-66a8a657f0da"


class Listed(Switch):
    """A switch that lists these channels."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self.dropped: list[str] = []
        self.sent_back: list[str] = []

    def channels(self) -> Iterator[Seen]:
        return iter(self.seen)

    def owner(self, channel: str) -> str:
        return channel.partition("-")[0] if channel == OLD_LEG else "fedcba9876543210"

    def drop(self, channel: str) -> None:
        self.dropped.append(channel)

    def send_back(self, caller: str) -> None:
        self.sent_back.append(caller)


def swept(*seen: Seen, alive: tuple[str, ...] = ()) -> Listed:
    rig, lines = Rig(), Listed()
    lines.seen = list(seen)
    Sweeper(rig.service, lines, lambda engine: engine in alive).sweep_strays()  # type: ignore[arg-type]  # what it needs of Lines
    return lines


@pytest.mark.parametrize("application", ["", "park", "playback"])
def test_a_leg_of_an_engine_that_is_no_more_is_dropped(application: str) -> None:
    assert swept(Seen(OLD_LEG, "outbound", "default", "", application)).dropped == [OLD_LEG]


def test_a_caller_who_waits_for_an_engine_that_is_no_more_is_taken_to_the_socket() -> None:
    lines = swept(Seen(CHANNEL, "inbound", "waiting", "waiting", "playback"))
    assert (lines.sent_back, lines.dropped) == ([CHANNEL], [])


@pytest.mark.parametrize(
    "seen",
    [
        Seen(OLD_LEG, "outbound", "default", "", "uuid_bridge"),
        Seen(CHANNEL, "inbound", "waiting", "waiting", "uuid_bridge"),
        Seen(CHANNEL, "inbound", "trunks", "95598", "socket"),
        Seen(CHANNEL, "outbound", "default", "", ""),
        Seen(OLD_LEG, "outbound", "default", "", "txfax"),
    ],
    ids=[
        "an agent's leg in a talk",
        "a caller in a talk",
        "a caller on a socket",
        "a leg that a flow dials",
        "a fax that is sent",
    ],
)
def test_what_goes_on_without_an_engine_is_left_alone(seen: Seen) -> None:
    lines = swept(seen)
    assert (lines.sent_back, lines.dropped) == ([], [])


def test_what_belongs_to_another_engine_that_lives_is_left_alone() -> None:
    waiting, ringing = Seen(CHANNEL, "inbound", "waiting", "waiting", "playback"), Seen(OLD_LEG, "outbound", "", "", "")
    lines = swept(waiting, ringing, alive=("fedcba9876543210", "0123456789abcdef"))
    assert (lines.sent_back, lines.dropped) == ([], [])
