"""Handing a caller over to the caller's own network (REFER, RFC 3515; 302 before the answer)."""

import time
from dataclasses import dataclass

from fsapp.domain.errors import CallEnded, EslError
from fsapp.esl import arguments
from fsapp.esl.arguments import Application, Argument, Variable
from fsapp.esl.channel import Channel
from fsapp.esl.commands import Execute

REFER_SECONDS = 20.0
"""For the other network to say what came of it."""

STEP_SECONDS = 0.25
LET_GO_SECONDS = 3.0
_STAY = Execute(Application.MULTISET, arguments.settings({Variable.SIP_REFER_CONTINUE_AFTER_REPLY: "true"}))
_FORGET = Execute(
    Application.MULTIUNSET,
    arguments.names((Variable.SIP_REFER_STATUS_CODE, Variable.SIP_REFER_TARGET_STATUS_CODE)),
)
_LOOK_AGAIN = Execute(Application.SLEEP, arguments.milliseconds(STEP_SECONDS))
_LET_GO = Execute(Application.HANGUP, arguments.cause("BLIND_TRANSFER"))


def redirect(channel: Channel, uri: Argument) -> None:
    """Answers the call with 302, which ends it here."""
    channel.asked = True
    channel.run(Execute(Application.REDIRECT, uri), limit=REFER_SECONDS, outlives_hangup=True)


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was said so far, as SIP status codes: by the caller's network, and by whom it called; 0 for nothing."""

    network: int = 0
    target: int = 0


def refer(channel: Channel, uri: Argument) -> None:
    """Refers the caller, and lets go once the other network has the call. Raises EslError where it will not have it.

    By itself FreeSWITCH would hang up whatever the answer is (mod_sofia.c); told to stay, it only notes the answers, in
    variables that come with the next completion.
    """
    answers = _Answers()
    until = time.monotonic() + REFER_SECONDS
    try:
        answers = _after(channel, Execute(Application.DEFLECT, uri), (_FORGET, _STAY))
        while answers.target < 200 and time.monotonic() < until:
            answers = _after(channel, _LOOK_AGAIN)
    except CallEnded:
        if answers.network < 200:
            raise
        return
    if answers.network < 200:
        raise EslError("the caller's network did not answer to being referred")
    channel.hang_up(_LET_GO, LET_GO_SECONDS)


def _after(channel: Channel, work: Execute, before: tuple[Execute, ...] = ()) -> _Answers:
    """The answers after an application. Raises EslError for a refusal."""
    event = channel.run(work, before=before, limit=REFER_SECONDS, outlives_hangup=True).event
    answers = _Answers(
        event.number(f"variable_{Variable.SIP_REFER_STATUS_CODE}"),
        event.number(f"variable_{Variable.SIP_REFER_TARGET_STATUS_CODE}"),
    )
    if max(answers.network, answers.target) >= 300:
        raise EslError(f"the caller's network refused to be referred: {max(answers.network, answers.target)}")
    return answers
