"""A ticket that an agent opens: for the caller in the talk, or in wrap-up for the one before."""

import logging

from fsapp.acd.agents import AgentState
from fsapp.desk.in_talk import InTalk
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers, Seat
from fsapp.desk.speaking import Sentence, Value, words_of
from fsapp.desk.visit import Visit
from fsapp.domain.channels import Channel
from fsapp.domain.desk import ListName
from fsapp.domain.errors import FsappError
from fsapp.domain.talk import Note, Refusal, Refused
from fsapp.domain.ticket_opening import Opening

_log = logging.getLogger("fsapp.desk")


def of_this_call(seat: InTalk, answers: Answers) -> Sentence:
    call = seat.call
    return _opened(seat, answers[0], call.ani, call.caller_name, call.uuid)


def of_last_contact(visit: Visit, answers: Answers) -> Sentence:
    last = visit.ports.floor.last_contact(visit.agent.id)
    if last is None:
        raise Refused(Refusal.NO_CONTACT)
    return _opened(visit, answers[0], last.caller, "", "")


def _opened(seat: Seat, number: str, ani: str, caller_name: str, call: str) -> Sentence:
    """The ticket is noted with the contact, and its number read out."""
    agent = seat.agent
    if agent.contact is None and agent.state is not AgentState.WRAP_UP:
        raise Refused(Refusal.NO_CONTACT)
    kind = seat.plan.choice(ListName.TICKET_KIND, number)
    opening = Opening(kind.name, channel=Channel.PHONE, ani=ani, caller_name=caller_name, call=call, opened_by=agent.id)
    try:
        ticket = seat.ports.tickets.open(opening)
    except FsappError as error:
        _log.error("agent %s could not open a ticket: %s", agent.id, error)
        raise Refused(Refusal.FAILED) from None
    seat.ports.floor.note(agent.id, Note.TICKET, ticket)
    return (Said.NOTED, words_of(kind), Value("digits", ticket))
