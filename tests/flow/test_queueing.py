"""What a caller in a queue hears and does: news of every kind, and what may go wrong meanwhile."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import CallEnded, EslError, FaxToneHeard
from fsapp.domain.events import Kind
from fsapp.domain.leg import FAX_TONE, PlayEnd, Utterance
from fsapp.domain.queueing import (
    Announcement,
    Broadcast,
    FaxWanted,
    Held,
    KeyPressed,
    LeftQueue,
    Moved,
    News,
    QueueRequest,
    SentTo,
    TalkBegan,
    TalkOver,
)
from fsapp.domain.talk import Refusal
from fsapp.flow.model import GoTo, Outcome, Visit
from fsapp.flow.queueing import MOST_FAILURES, stay
from fsapp.flow.templates import Text
from fsapp.flow.utterances import utterance
from fsapp.switchboard.key_script import KeyScript
from fsapp.switchboard.virtual_leg import VirtualLeg
from tests.flow.bench import NOW, Notes, TextVoice, a_context

BEGAN, OVER = TalkBegan("1001"), TalkOver("1001", 60.0)


Told = News | BaseException | float
"""News, the caller's end, or seconds that pass before the next."""


class Line:
    """Queues with one place, whose news are written down. Satisfies Queues and Place."""

    def __init__(self, news: Iterable[Told], clock: VirtualClock, too_late: bool) -> None:
        self._news = list(news)
        self._clock = clock
        self._too_late = too_late
        self.talking = False
        self.asked: list[QueueRequest] = []
        self.done: list[str] = []

    def enter(self, request: QueueRequest) -> "Line":
        self.asked.append(request)
        return self

    def music(self, queue: str) -> str:
        return f"{queue}_music"

    def next(self) -> News:
        while True:
            news = self._news.pop(0)
            if isinstance(news, BaseException):
                raise news
            if isinstance(news, float):
                self._clock.advance(news)
                continue
            if isinstance(news, TalkBegan | TalkOver | SentTo | FaxWanted | Held):
                self.talking = isinstance(news, TalkBegan)
            return news

    def press(self, key: str) -> None:
        self._news.insert(0, KeyPressed(key))

    def leave(self, by: str) -> bool:
        self.done.append(f"leave {by}")
        return not self._too_late

    def resume(self, why: Refusal | None = None) -> None:
        self.done.append(f"resume {why or ''}".strip())

    def close(self) -> None:
        self.done.append("close")


class Ear(VirtualLeg):
    """A leg that notes what is asked of it. What is in `broken` the switch refuses."""

    def __init__(self, clock: VirtualClock, broken: str, keys: str = "") -> None:
        super().__init__(KeyScript(keys), clock)
        self.log: list[str] = []
        self._broken = frozenset(broken.split())

    def play(self, utterances: Sequence[Utterance], *, barge_in: bool) -> PlayEnd:
        self._take("play", " ".join(each.text or each.path for each in utterances))
        return super().play(utterances, barge_in=barge_in)

    def wait_apart(self, on_key: Callable[[str], None]) -> None:
        self._take("apart")
        super().wait_apart(on_key)

    def music(self, path: str) -> None:
        self._take("music", path)

    def come_back(self) -> None:
        self._take("back")
        super().come_back()

    def _take(self, what: str, of: str = "") -> None:
        if what in self._broken:
            raise EslError(f"the switch refuses {what}")
        self.log.append(f"{what} {of}".strip())


class Wait:
    """A stay in the queue `service`."""

    def __init__(
        self,
        *news: Told,
        too_late: bool = False,
        broken: str = "",
        voice: TextVoice | None = None,
        keys: str = "",
    ) -> None:
        self.clock = VirtualClock(NOW)
        self.leg = Ear(self.clock, broken, keys)
        self.line = Line(news, self.clock, too_late)
        self.context = a_context()
        self.context.leg = self.leg
        self.context.ports = replace(
            self.context.ports, queues=self.line, clock=self.clock, voice=voice or self.context.ports.voice
        )

    def outcome(self, ways: Mapping[str, str] | None = None) -> Outcome:
        return stay(self.context, QueueRequest(self.context.call, "service", "zh"), ways or {})

    @property
    def events(self) -> Sequence[tuple[str, Mapping[str, Any]]]:
        assert isinstance(self.context.recorder, Notes)
        return self.context.recorder.events

    @property
    def heard(self) -> list[str]:
        return [each.removeprefix("play ") for each in self.leg.log if each.startswith("play")]


def test_a_caller_waits_apart_with_music_talks_and_comes_back() -> None:
    wait = Wait(BEGAN, OVER)
    assert wait.outcome() == "answered"
    assert wait.leg.log == ["apart", "music silence", "back"]
    assert wait.line.done == ["close"]
    assert wait.context.variables["agent"] == "1001"
    assert wait.context.variables["talk_seconds"] == 60.0


@pytest.mark.parametrize(
    ("announcement", "heard"),
    [
        (Announcement(3, 100, 200), "您前面还有两位。 预计等候一到四分钟。"),
        (Announcement(1), "您是下一位。"),
        (Announcement(None, 10, 50), "预计等候不到一分钟。"),
        (Announcement(2, sound="thanks"), "thanks 您前面还有一位。"),
    ],
)
def test_an_announcement_is_said_and_music_goes_on(announcement: Announcement, heard: str) -> None:
    wait = Wait(announcement, LeftQueue("timeout"))
    wait.outcome()
    assert wait.leg.log == ["apart", "music silence", f"play {heard}", "music silence", "back"]


def test_an_announcement_of_nothing_is_silent() -> None:
    wait = Wait(Announcement(None), LeftQueue("timeout"))
    wait.outcome()
    assert wait.heard == []


def test_a_supervisors_words_are_heard() -> None:
    wait = Wait(Broadcast("/tmp/words.wav", 4.0), LeftQueue("timeout"))  # noqa: S108 -- a name, no file
    wait.outcome()
    assert wait.heard == ["/tmp/words.wav"]  # noqa: S108


def test_nothing_is_heard_in_a_talk() -> None:
    wait = Wait(BEGAN, Announcement(1), Broadcast("words", 4.0), Moved("sales", "waltz"), OVER)
    wait.outcome()
    assert wait.leg.log == ["apart", "music silence", "back"]


def test_nothing_is_played_to_a_caller_whose_agent_answered_while_it_was_made() -> None:
    class Slow(TextVoice):
        def say(self, text: str, language: str) -> Utterance:
            wait.line.talking = text == "您是下一位。"
            return super().say(text, language)

    wait = Wait(Announcement(1), BEGAN, OVER, voice=Slow())
    wait.outcome()
    assert wait.heard == []


def test_a_caller_who_is_held_hears_music_again() -> None:
    wait = Wait(BEGAN, Held(), OVER)
    wait.outcome()
    assert wait.leg.log == ["apart", "music silence", "music silence", "back"]


def test_another_queue_has_other_music_and_stands_in_the_record() -> None:
    wait = Wait(Moved("sales", ""), LeftQueue("timeout"))
    wait.outcome()
    assert wait.leg.log == ["apart", "music silence", "music", "back"]
    assert wait.context.notes["queue"] == "sales"


def test_a_key_that_leads_somewhere_leaves_the_queue() -> None:
    wait = Wait(KeyPressed("5"), KeyPressed("9"))
    assert wait.outcome({"9": "9"}) == "9"
    assert wait.line.done == ["leave key", "close"]


def test_a_key_that_asks_for_a_callback_says_so_to_the_queue() -> None:
    wait = Wait(KeyPressed("2"))
    assert wait.outcome({"2": "callback"}) == "callback"
    assert wait.line.done == ["leave callback", "close"]


def test_a_key_is_too_late_once_an_agent_has_answered() -> None:
    wait = Wait(KeyPressed("9"), BEGAN, OVER, too_late=True)
    assert wait.outcome({"9": "9"}) == "answered"


@pytest.mark.parametrize("exit_name", ["timeout", "full", "no_agents", "closed"])
def test_a_queue_that_keeps_the_caller_no_longer_says_why(exit_name: str) -> None:
    wait = Wait(LeftQueue(exit_name))
    assert wait.outcome() == exit_name
    assert wait.leg.log[-1] == "back"


def test_a_caller_sent_to_a_label_for_good_has_left_the_queue() -> None:
    wait = Wait(BEGAN, SentTo("main", returns=False))
    assert wait.outcome() == GoTo("main")
    assert wait.line.done == ["close"]
    assert not wait.context.awaited


def test_a_caller_sent_to_a_label_keeps_the_place_and_goes_back_to_the_same_agent() -> None:
    wait = Wait(BEGAN, SentTo("pin", returns=True), OVER)
    assert wait.outcome() == Visit("pin")
    assert wait.context.awaited
    assert wait.line.done == []
    assert wait.outcome() == "answered"
    assert wait.line.done == ["resume", "close"]
    assert len(wait.line.asked) == 1
    assert wait.leg.log == ["apart", "music silence", "back", "apart", "back"]


def test_a_caller_who_is_awaited_in_one_queue_and_asks_for_another_leaves_the_first() -> None:
    wait = Wait(BEGAN, SentTo("pin", returns=True), LeftQueue("closed"))
    wait.outcome()
    stay(wait.context, QueueRequest(wait.context.call, "sales", "zh"), {})
    assert wait.line.done[0] == "close"
    assert [each.queue for each in wait.line.asked] == ["service", "sales"]


class Machine(Ear):
    """A fax machine that has given its tone."""

    def play(self, utterances: Sequence[Utterance], *, barge_in: bool) -> PlayEnd:
        raise FaxToneHeard


@pytest.mark.parametrize("news", [KeyPressed(FAX_TONE), Announcement(3)], ids=["at once", "in an announcement"])
def test_a_fax_machine_waits_in_no_queue(news: News) -> None:
    wait = Wait(news)
    wait.context.leg = wait.leg = Machine(wait.clock, "")
    with pytest.raises(FaxToneHeard):
        wait.outcome()
    assert wait.line.done == ["leave key", "close"]
    assert wait.leg.log[-1] == "back"


def test_a_machine_that_an_agent_has_already_is_left_to_the_agent() -> None:
    wait = Wait(KeyPressed(FAX_TONE), BEGAN, OVER, too_late=True)
    assert wait.outcome() == "answered"


def test_a_document_is_sent_to_the_callers_machine_while_the_agent_waits() -> None:
    wait = Wait(BEGAN, FaxWanted("tariff"), OVER, keys="fax:2")
    assert wait.outcome() == "answered"
    assert wait.leg.log == ["apart", "music silence", "back", "apart", "back"]
    assert wait.line.done == ["resume", "close"]
    ((kind, fields),) = wait.events
    assert (kind, fields["document"], fields["success"], fields["pages"]) == (Kind.FAX_SENT, "tariff", True, 2)


@pytest.mark.parametrize("keys", ["fax:1/2", "nofax"])
def test_an_agent_is_told_of_a_document_that_did_not_go_over(keys: str) -> None:
    wait = Wait(BEGAN, FaxWanted("tariff"), OVER, keys=keys)
    assert wait.outcome() == "answered"
    assert wait.line.done == ["resume failed", "close"]


def test_the_record_tells_queue_wait_agent_and_talk() -> None:
    wait = Wait(12.5, BEGAN, 60.0, OVER)
    wait.outcome()
    assert wait.context.notes == {"queue": "service", "waited": 12.5, "agent": "1001", "talk_seconds": 60.0}


def test_the_record_tells_how_long_a_caller_waited_who_hung_up() -> None:
    wait = Wait(30.0, CallEnded("ORIGINATOR_CANCEL"))
    with pytest.raises(CallEnded):
        wait.outcome()
    assert wait.context.notes == {"queue": "service", "waited": 30.0}
    assert wait.line.done == ["close"]


def test_what_an_agent_has_heard_is_not_said_to_the_next() -> None:
    wait = Wait(BEGAN, OVER)
    wait.context.whisper = utterance(wait.context, Text("Account 4711."))
    wait.outcome()
    assert wait.context.whisper is None


def test_what_no_agent_has_heard_is_kept_for_the_next_queue() -> None:
    wait = Wait(LeftQueue("timeout"))
    wait.context.whisper = utterance(wait.context, Text("Account 4711."))
    wait.outcome()
    assert wait.context.whisper is not None


@pytest.mark.parametrize("broken", ["music", "play", "music play"])
def test_a_switch_that_fails_now_and_then_ends_no_wait(broken: str) -> None:
    wait = Wait(Announcement(1), BEGAN, OVER, broken=broken)
    assert wait.outcome() == "answered"


def test_a_switch_that_keeps_failing_ends_the_wait() -> None:
    wait = Wait(*[Announcement(1)] * MOST_FAILURES, broken="music play")
    with pytest.raises(EslError):
        wait.outcome()
    assert wait.line.done == ["close"]


def test_a_switch_that_fails_in_between_counts_from_the_start_again() -> None:
    wait = Wait(*[Announcement(1)] * 20, LeftQueue("timeout"), broken="play")
    assert wait.outcome() == "timeout"


def test_words_that_cannot_be_made_end_no_wait() -> None:
    voice = TextVoice(frozenset({"您是下一位。", "service_music"}))
    wait = Wait(Announcement(1), LeftQueue("timeout"), voice=voice)
    assert wait.outcome() == "timeout"
    assert wait.leg.log == ["apart", "music", "music", "back"]
