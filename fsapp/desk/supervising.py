"""What a supervisor does with the talks of others."""

from collections.abc import Mapping
from types import MappingProxyType

from fsapp.acd.agents import Agent
from fsapp.acd.contacts import ContactState
from fsapp.desk.prompts import Said
from fsapp.desk.seat import Answers
from fsapp.desk.speaking import Sentence
from fsapp.desk.visit import Visit
from fsapp.domain.talk import Listening, Refusal, Refused

_SAID: Mapping[Listening, Said] = MappingProxyType(
    {Listening.LISTEN: Said.LISTENING, Listening.WHISPER: Said.WHISPERING, Listening.BARGE: Said.BARGING}
)


def listen(visit: Visit, answers: Answers) -> Sentence:
    return _within(visit, answers, Listening.LISTEN)


def whisper(visit: Visit, answers: Answers) -> Sentence:
    return _within(visit, answers, Listening.WHISPER)


def barge(visit: Visit, answers: Answers) -> Sentence:
    return _within(visit, answers, Listening.BARGE)


def take_over(visit: Visit, answers: Answers) -> Sentence:
    """The caller is the supervisor's from now on."""
    agent = _talking(visit, answers[0])
    visit.dialogue.say((Said.CONNECTING,))
    visit.ports.floor.take_over(visit.call.uuid, visit.agent_id, agent.id)
    return ()


def _within(visit: Visit, answers: Answers, how: Listening) -> Sentence:
    agent = _talking(visit, answers[0])
    visit.dialogue.say((_SAID[how],))
    visit.ports.floor.listen(visit.call.uuid, agent.id, how)
    return ()


def _talking(visit: Visit, agent: str) -> Agent:
    """An agent in a talk that a queue gave. Raises Refused."""
    found = visit.colleague(agent)
    if found.contact is None or found.contact.state is not ContactState.TALKING:
        raise Refused(Refusal.AGENT_NOT_IN_TALK)
    return found
