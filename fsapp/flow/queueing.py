"""A caller waits in a queue and is served: what the caller hears and does meanwhile, up to the way out."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from fsapp.domain import spoken
from fsapp.domain.errors import EslError, FaxToneHeard, MediaError
from fsapp.domain.fax import FaxEnd
from fsapp.domain.leg import FAX_TONE, Utterance
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
from fsapp.flow import faxing
from fsapp.flow.context import Context, Stay
from fsapp.flow.model import GoTo, Outcome, Visit
from fsapp.flow.utterances import play

_log = logging.getLogger("fsapp.flow")

ANSWERED, CALLBACK = "answered", "callback"
AGENT, TALK_SECONDS = "agent", "talk_seconds"
"""The variables that tell of the talk."""

MOST_FAILURES = 5
"""In a row: a switch that lets nothing be played any more. One failure or two do not end anybody's wait."""


def stay(ctx: Context, request: QueueRequest, ways: Mapping[str, str]) -> Outcome:
    """Waits in a queue until the caller leaves it or the talk is over. `ways` are exits by the key that leads there.

    A caller whom an agent had sent to a label, and waits for, goes back to that agent.
    """
    waiting = _Waiting(ctx, _place(ctx, request), ways)
    try:
        return waiting.outcome()
    except FaxToneHeard:
        waiting.leave()
        raise
    finally:
        waiting.close()


def _place(ctx: Context, request: QueueRequest) -> Stay:
    kept = ctx.stay
    if kept is not None and kept.awaited and kept.request.queue == request.queue:
        return kept
    ctx.leave_queue()
    now = ctx.ports.clock.now()
    since, ctx.waited_since = ctx.waited_since or now, None
    request = replace(request, waited=max(0.0, (now - since).total_seconds()))
    ctx.stay = Stay(request, ctx.ports.queues.enter(request), since, request.queue)
    return ctx.stay


class _Waiting:
    def __init__(self, ctx: Context, stay: Stay, ways: Mapping[str, str]) -> None:
        self._ctx = ctx
        self._stay = stay
        self._place = stay.place
        self._ways = ways
        self._music = ctx.ports.queues.music(stay.queue)
        self._failures = 0
        self._began = ctx.ports.clock.monotonic()
        self._waited: float | None = None
        """Seconds; None while the caller waits for the first agent."""

    def outcome(self) -> Outcome:
        self._ctx.leg.wait_apart(self._place.press)
        if self._stay.awaited:
            self._stay.awaited = False
            self._waited = 0.0
            self._place.resume()
        else:
            self._play_music()
        while (outcome := self._take(self._place.next())) is None:
            pass
        return outcome

    def leave(self) -> None:
        """A machine is on its own socket again, whatever it was to hear, before anything else is asked of it."""
        self._place.leave("key")
        self._ctx.leg.come_back()

    def close(self) -> None:
        """Notes how it was, and leaves the place unless an agent keeps it."""
        self._note_waited()
        self._ctx.note(queue=self._stay.queue)
        if not self._stay.awaited:
            self._place.close()

    def _take(self, news: News) -> Outcome | None:
        """What follows from the news; None: the wait or the talk goes on."""
        match news:
            case Announcement():
                self._tell(lambda: self._announced(news))
            case Broadcast(path, seconds):
                self._tell(lambda: [Utterance("", self._ctx.language, path, seconds)])
            case Moved(queue, music):
                self._stay.queue, self._music = queue, music
                self._play_music()
            case KeyPressed(key):
                return self._pressed(key)
            case Held():
                self._play_music()
            case TalkBegan(agent):
                self._talk_began(agent)
            case TalkOver(agent, seconds):
                return self._talk_over(agent, seconds)
            case SentTo() | FaxWanted():
                return self._sent_away(news)
            case LeftQueue(exit_name):
                self._ctx.leg.come_back()
                return exit_name
        return None

    def _pressed(self, key: str) -> str | None:
        if key == FAX_TONE:
            self._machine()
            return None
        way = self._ways.get(key)
        if way is None or not self._place.leave("callback" if way == CALLBACK else "key"):
            return None
        self._ctx.leg.come_back()
        return way

    def _machine(self) -> None:
        """The caller is a fax machine, which has no time to wait. Raises FaxToneHeard, unless an agent has it."""
        if not self._place.talking:
            self._ctx.leg.play((), barge_in=False)

    def _talk_began(self, agent: str) -> None:
        self._note_waited()
        self._ctx.whisper = None
        self._stay.agent = agent
        self._ctx.set(AGENT, agent)
        self._ctx.note(agent=agent)

    def _talk_over(self, agent: str, seconds: float) -> str:
        self._ctx.leg.come_back()
        self._stay.agent = agent
        self._ctx.set(AGENT, agent)
        self._ctx.set(TALK_SECONDS, round(seconds, 1))
        self._ctx.note(agent=agent, talk_seconds=round(seconds, 1))
        return ANSWERED

    def _sent_away(self, news: SentTo | FaxWanted) -> Outcome | None:
        if isinstance(news, SentTo):
            return self._sent(news.label, news.returns)
        self._fax(news.document)
        return None

    def _sent(self, label: str, returns: bool) -> Outcome:
        self._ctx.leg.come_back()
        self._ctx.set(AGENT, self._stay.agent)
        self._stay.awaited = returns
        if returns:
            self._ctx.note(visit=True)
        return Visit(label) if returns else GoTo(label)

    def _fax(self, document: str) -> None:
        """To the caller's machine, while the agent waits."""
        self._ctx.leg.come_back()
        sent = self._faxed(document)
        self._ctx.leg.wait_apart(self._place.press)
        self._place.resume(None if sent else Refusal.FAILED)

    def _faxed(self, document: str) -> bool:
        """Whether all of it went over; the talk goes on in any case."""
        try:
            result = faxing.send(self._ctx, document, self._ctx.ports.faxes.line)
        except EslError as error:
            _log.warning("call %s: the document %s was not sent: %s", self._ctx.call.uuid, document, error)
            return False
        return result is not None and result.end is FaxEnd.DONE

    def _note_waited(self) -> None:
        if self._waited is None:
            self._waited = self._ctx.ports.clock.monotonic() - self._began
            self._ctx.note(waited=round(self._waited, 3))

    # What the caller hears while waiting.

    def _announced(self, news: Announcement) -> Iterator[Utterance]:
        language, voice = self._ctx.language, self._ctx.ports.voice
        if news.sound:
            yield voice.prompt(news.sound, language)
        if news.position is not None:
            yield voice.say(spoken.position(news.position, language), language)
        if news.low is not None and news.high is not None:
            yield voice.say(spoken.wait(news.low, news.high, language), language)

    def _tell(self, utterances: Callable[[], Iterable[Utterance]]) -> None:
        """Nothing is made while the caller talks, nor played to one who began to talk while it was made."""
        if self._place.talking:
            return
        self._try(lambda: self._played(tuple(utterances())))
        self._play_music()

    def _played(self, utterances: tuple[Utterance, ...]) -> None:
        if not self._place.talking and utterances:
            play(self._ctx, utterances)

    def _play_music(self) -> None:
        if not self._place.talking:
            self._try(lambda: self._ctx.leg.music(self._music_path()))

    def _music_path(self) -> str:
        """The queue's own music; what cannot be played gives way to the switch's."""
        if not self._music:
            return ""
        try:
            return self._ctx.ports.voice.prompt(self._music, self._ctx.language).path
        except MediaError as error:
            _log.warning("the music of the queue %s: %s", self._stay.queue, error)
            return ""

    def _try(self, say: Callable[[], None]) -> None:
        """What cannot be heard ends no wait, nor does what an agent's answer cuts short."""
        try:
            say()
            self._failures = 0
        except (EslError, MediaError) as error:
            if self._place.talking:
                return
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                raise
            _log.warning("call %s, waiting in %s: %s", self._ctx.call.uuid, self._stay.queue, error)
