"""A caller's place in a queue, as the caller's flow sees it. Satisfies fsapp.flow.ports.Place."""

from typing import TYPE_CHECKING

from gevent.queue import SimpleQueue

from fsapp.acd.events import ContactAbandoned, ContactLeft
from fsapp.domain.queueing import KeyPressed, News, QueueRequest, WayOut
from fsapp.domain.talk import Refusal

if TYPE_CHECKING:
    from fsapp.acd.consults import Consult
    from fsapp.acd.service import Service
    from fsapp.acd.talks import Talk


class Place:
    """From asking for a queue to leaving it, or to the end of the last talk.

    A caller whom an agent transfers to another queue keeps the place and gets another contact.
    """

    def __init__(self, service: "Service", contact: str, request: QueueRequest, queued_at: float) -> None:
        """`queued_at` is in monotonic seconds."""
        self.contact = contact
        self.request = request
        self.queued_at = queued_at
        self.talk: Talk | None = None
        self.consult: Consult | None = None
        """A phone that is rung for the caller while nobody else has the caller."""
        self.closed = False
        self.notes: list[str] = []
        """What agents noted; it goes where the caller goes."""
        self._service = service
        self._news: SimpleQueue[News] = SimpleQueue()

    @property
    def caller(self) -> str:
        """The caller's channel."""
        return self.request.call.uuid

    @property
    def talking(self) -> bool:
        """Whether an agent has the caller, or is about to."""
        return self.talk is not None and self.talk.has_caller

    def next(self) -> News:
        return self._news.get()

    def put(self, news: News) -> None:
        """Tells the caller's flow; never waits."""
        self._news.put(news)

    def press(self, key: str) -> None:
        self.put(KeyPressed(key))

    def leave(self, by: WayOut) -> bool:
        if self.talk is not None:
            return False
        self._service.tell(ContactLeft(self.contact, by))
        return self._service.waits(self.contact) is None

    def resume(self, why: Refusal | None = None) -> None:
        if self.talk is not None:
            self.talk.resume(why)

    def close(self) -> None:
        """The flow goes on, or the caller is gone: an agent who still has the caller is let go."""
        if self.closed:
            return
        self.closed = True
        talked = self.talk is not None
        if self.talk is not None:
            self.talk.caller_left()
        if self.consult is not None:
            self.consult.drop()
        if not self._service.letting_go or talked:  # the caller waits on, for another engine
            self._service.tell(ContactAbandoned(self.contact))
        self._service.forget(self)
