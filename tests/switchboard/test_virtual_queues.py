"""Queues of a rehearsal: what a key script makes of a caller who waits, and when."""

from datetime import UTC, datetime

import pytest

from fsapp.acd.settings import Announcements, QueueSettings
from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded, FlowError
from fsapp.domain.leg import Utterance
from fsapp.domain.queueing import (
    Announcement,
    KeyPressed,
    LeftQueue,
    Moved,
    News,
    QueueRequest,
    SentTo,
    TalkBegan,
    TalkOver,
)
from fsapp.flow.ports import Place, Queues
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.observer import Unobserved
from fsapp.switchboard.virtual_leg import VirtualLeg
from fsapp.switchboard.virtual_queues import AGENT, WAIT_SECONDS, VirtualQueues

NOW = datetime(2026, 11, 18, tzinfo=UTC)
TOLD = Announcements(announce_frequency=30, first_after=10)
QUEUES = {
    "quiet": QueueSettings(max_wait_time=300, max_wait_time_with_no_agent=45),
    "told": QueueSettings(announcements=TOLD),
    "sales": QueueSettings(moh_sound="waltz", announcements=TOLD.model_copy(update={"position": False})),
}
WORDS = Utterance("You are next.", "en", "next.wav", 3.0)


class Witness(Unobserved):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def queued(self, news: str) -> None:
        self.seen.append(news)

    def pressed(self, keys: str) -> None:
        self.seen.append(f"key {keys}")


class Stage:
    """A caller who waits in a queue, on a clock that the script moves."""

    def __init__(self, script: str, queue: str = "quiet") -> None:
        self.clock = VirtualClock(NOW)
        self.witness = Witness()
        self.leg = VirtualLeg(KeyScript(script), self.clock, self.witness)
        self.queues = VirtualQueues(QUEUES, self.leg, self.witness)
        call = Call("call-1", "13800138000", "95598", NOW)
        self.place = self.queues.enter(QueueRequest(call, queue, "en", {"billing": 3}, data={"account": "4711"}))
        self.leg.wait_apart(self.place.press)

    def news(self, count: int) -> list[tuple[float, News]]:
        """The next news, each with the second at which it came."""
        return [(round(self.clock.monotonic(), 1), news) for news in (self.place.next() for _ in range(count))]


def test_they_are_queues() -> None:
    stage = Stage("")
    queues: Queues = stage.queues
    place: Place = stage.place
    assert queues.music("sales") == "waltz"
    assert not place.talking


def test_an_agent_answers_and_talks() -> None:
    stage = Stage("")
    assert stage.news(2) == [(WAIT_SECONDS, TalkBegan(AGENT)), (WAIT_SECONDS + 60, TalkOver(AGENT, 60.0))]


def test_nobody_leaves_in_a_talk() -> None:
    stage = Stage("agent:30")
    assert stage.place.leave("key")
    stage.place.next()
    assert stage.place.talking
    assert not stage.place.leave("key")


@pytest.mark.parametrize(
    ("script", "seconds", "exit_name"),
    [
        ("timeout", 300.0, "timeout"),
        ("wait:50 timeout", 50.0, "timeout"),
        ("closed", 0.0, "closed"),
        ("full", 0.0, "full"),
        ("no_agents", 45.0, "no_agents"),
    ],
)
def test_a_caller_leaves_when_the_queues_settings_or_the_script_say(
    script: str, seconds: float, exit_name: str
) -> None:
    assert Stage(script).news(1) == [(seconds, LeftQueue(exit_name))]


def test_announcements_come_when_the_settings_say_and_the_line_grows_shorter() -> None:
    news = Stage("wait:80 agent", "told").news(4)
    assert news == [
        (10.0, Announcement(3, 70.0, 105.0)),
        (40.0, Announcement(2, 40.0, 60.0)),
        (70.0, Announcement(1, 10.0, 15.0)),
        (80.0, TalkBegan(AGENT)),
    ]


def test_time_that_an_announcement_takes_is_waited() -> None:
    stage = Stage("wait:20 agent", "told")
    stage.place.next()
    stage.leg.play([WORDS], barge_in=False)
    assert stage.news(1) == [(20.0, TalkBegan(AGENT))]


def test_keys_come_when_they_are_pressed() -> None:
    stage = Stage("wait:5 key:9 wait:7 key:2 agent")
    assert stage.news(3) == [(5.0, KeyPressed("9")), (12.0, KeyPressed("2")), (32.0, TalkBegan(AGENT))]


def test_a_key_over_an_announcement_comes_after_it() -> None:
    stage = Stage("wait:1 !9 wait:30 agent", "told")
    stage.place.next()
    stage.leg.play([WORDS], barge_in=False)
    assert stage.news(2) == [(13.0, KeyPressed("9")), (30.0, TalkBegan(AGENT))]


def test_another_queue_takes_the_caller_over_with_its_music_and_its_announcements() -> None:
    stage = Stage("wait:12 move:sales agent")
    assert stage.news(2) == [(12.0, Moved("sales", "waltz")), (12.0, Announcement(None, 20.0, 30.0))]


def test_a_caller_is_sent_to_a_label_and_talks_on_to_the_same_agent() -> None:
    stage = Stage("agent:30 send:pin agent:10")
    assert [news for _, news in stage.news(2)] == [TalkBegan(AGENT), SentTo("pin", returns=True)]
    stage.place.resume()
    assert stage.place.talking
    assert stage.news(1) == [(WAIT_SECONDS + 40, TalkOver(AGENT, 40.0))]


def test_a_caller_is_sent_to_a_label_for_good() -> None:
    assert Stage("agent:30 transfer:main").news(2)[1][1] == SentTo("main", returns=False)


@pytest.mark.parametrize(("script", "seconds"), [("wait:8 hangup", 8.0), ("agent:30 hangup", WAIT_SECONDS + 30)])
def test_a_caller_hangs_up_while_waiting_or_at_the_end_of_the_talk(script: str, seconds: float) -> None:
    stage = Stage(script)
    with pytest.raises(CallEnded):
        stage.news(3)
    assert stage.clock.monotonic() == pytest.approx(seconds)


def test_a_caller_whom_nobody_serves_hangs_up_where_the_flow_goes_on() -> None:
    stage = Stage("wait:8 timeout hangup")
    assert stage.news(1) == [(8.0, LeftQueue("timeout"))]


def test_what_the_agent_would_know_is_shown() -> None:
    stage = Stage("agent:30")
    stage.news(2)
    assert stage.witness.seen == [
        "in the queue quiet (billing 3, account=4711)",
        f"agent {AGENT} answers",
        "the talk is over after 30 s",
    ]


def test_a_queue_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FlowError, match="there is no queue 'nowhere'"):
        Stage("", "nowhere")
    with pytest.raises(FlowError, match="there is no queue 'nowhere'"):
        Stage("move:nowhere").news(1)
