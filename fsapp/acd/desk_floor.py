"""Agents, queues and talks as the desk of phone codes needs them. Satisfies fsapp.desk.ports.Floor."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fsapp.acd.agents import Agent
from fsapp.acd.events import ContactPicked, Event
from fsapp.acd.service import Service
from fsapp.acd.sitting import SittingLeg
from fsapp.acd.talks import Talk
from fsapp.domain.events import Kind
from fsapp.domain.queueing import Broadcast
from fsapp.domain.talk import LastContact, Listening, Note, Refusal, Refused


class DeskFloor:
    """Reads the dispatcher, and acts through the service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def agent(self, agent: str) -> Agent | None:
        return self._service.dispatcher.agent(agent)

    def agent_at(self, phone: str) -> Agent | None:
        return self._service.dispatcher.agent_at(phone)

    def agents(self) -> Iterable[Agent]:
        return self._service.dispatcher.agents()

    def queues(self) -> Iterable[str]:
        return self._service.queues

    def waiting(self, queue: str) -> Sequence[str]:
        return self._service.dispatcher.waiting(queue)

    def tell(self, event: Event) -> None:
        self._service.tell(event)

    def acted(self, agent: str, what: str, by: str, **details: Any) -> None:
        self._service.acted(agent, what, by, **details)

    def last_contact(self, agent: str) -> LastContact | None:
        last = self._service.last_talk(agent)
        if last is None:
            return None
        talk, ended = last
        request = talk.place.request
        return LastContact(request.call.ani, request.queue, self._service.now() - ended, request.data)

    def note(self, agent: str, note: Note, value: str) -> None:
        """In the caller's record while the call lasts, and in the queue log."""
        last = self._service.last_talk(agent)
        if last is None:
            raise Refused(Refusal.NO_CONTACT)
        talk, _ = last
        place = talk.place
        if place.request.record is not None and not place.closed:
            field = {"disposition": value} if note is Note.DISPOSITION else {"tags": {note.value: value}}
            place.request.record(Kind.CALL_TAGGED, field)
        place.notes.append(f"{note.value}: {value}")
        self._service.acted(agent, note.value, agent, contact=talk.contact, call=place.caller, value=value)

    def pick(self, agent: str, contact: str, leg: str) -> None:
        service = self._service
        with self._sitting(agent, leg) as sitting:
            service.people.sit(agent, sitting)
            service.tell(ContactPicked(contact, agent))
            if service.people.leg_at(agent) is not None:  # nobody took it: there was no offer
                raise Refused(Refusal.TOO_LATE)
            sitting.wait()

    def listen(self, leg: str, agent: str, how: Listening) -> None:
        self._service.lines.watch(leg, self._talk_of(agent).leg.uuid, how)

    def take_over(self, leg: str, supervisor: str, agent: str) -> None:
        with self._sitting(supervisor, leg) as sitting:
            self._talk_of(agent).taken_by(supervisor, sitting)
            sitting.wait()

    def broadcast(self, path: str, seconds: float) -> None:
        for place in self._service.places():
            if place.talk is None:
                place.put(Broadcast(path, seconds))

    @contextmanager
    def _sitting(self, agent: str, leg: str) -> Iterator[SittingLeg]:
        """The agent's own call, as a leg to talk on; its end comes as CallEnded to whoever waits."""
        sitting = SittingLeg(self._service.lines, leg, lambda key: self._pressed(agent, key))
        try:
            yield sitting
        finally:
            sitting.end()
            for place in self._service.places():
                if place.talk is not None:
                    place.talk.leg_gone(sitting)

    def _pressed(self, agent: str, key: str) -> None:
        talk = self._service.talk_of(agent)
        if talk is not None:
            self._service.key(talk.place, talk.leg, key)

    def _talk_of(self, agent: str) -> Talk:
        talk = self._service.talk_of(agent)
        if talk is None:
            raise Refused(Refusal.AGENT_NOT_IN_TALK)
        return talk
