"""What the engine itself tells a caller whom no flow serves, or whose flow broke: the same for calls and rehearsals."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fsapp.domain.causes import Cause
from fsapp.domain.errors import MediaError
from fsapp.domain.events import Kind
from fsapp.domain.leg import Utterance
from fsapp.flow import runner
from fsapp.flow.context import Context
from fsapp.flow.model import Flow, Flows
from fsapp.flow.ports import Leg, Recorder, Voice
from fsapp.flow.resuming import Resumption

_log = logging.getLogger("fsapp.calls")

ALL_LINES_BUSY = "all_lines_busy"
NOT_IN_SERVICE = "number_not_in_service"
APOLOGY = "sorry"
ANNOUNCEMENTS = (ALL_LINES_BUSY, NOT_IN_SERVICE, APOLOGY)
"""Prompts that the engine itself plays: every catalogue has them."""


@dataclass(slots=True)
class Announcer:
    """Speaks in each of `languages`: those a caller might be addressed in, until a flow has said which."""

    leg: Leg
    voice: Voice
    recorder: Recorder
    languages: tuple[str, ...]
    answered: Callable[[], bool]

    def announce(self, prompt: str) -> None:
        """Answers, and tells the caller; silence where no audio can be had. Raises CallEnded, EslError."""
        utterances = list(self._utterances(prompt))
        if utterances:
            if not self.answered():
                self.recorder.record(Kind.CALL_ANSWERED, {})
            self.leg.answer()
            self.leg.play(utterances, barge_in=False)

    def _utterances(self, prompt: str) -> Iterator[Utterance]:
        for language in self.languages:
            try:
                utterance = self.voice.prompt(prompt, language)
                self.voice.restore(utterance)
                yield utterance
            except MediaError as error:
                _log.error("a caller cannot hear %s in %s: %s", prompt, language, error)


def serve(
    received: tuple[Flow, Context] | None, flows: Flows, announcer: Announcer, resumed: Resumption | None = None
) -> Cause:
    """Runs the flow that a call was `received` with, or says that there is none; gives the cause to hang up with if the
    caller is still there. Raises CallEnded and EslError from an announcement.
    """
    if received is None:
        announcer.announce(NOT_IN_SERVICE)
        return Cause.UNALLOCATED_NUMBER
    flow, context = received
    try:
        runner.run(flow, flows, context, resumed)
    except runner.GaveUp as error:
        _log.error("call %s was given up: %s", context.call.uuid, error)
        announcer.languages = (context.language,)
        announcer.announce(APOLOGY)
        return Cause.NORMAL_TEMPORARY_FAILURE
    return Cause.NORMAL_CLEARING
