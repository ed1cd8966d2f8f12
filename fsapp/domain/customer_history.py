"""All that happened between a customer and us, in order of time (客户轨迹)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """What happened, with the fields that it carries."""

    CALL = "call"
    """ani, dnis, flow, disposition, agents, duration_ms, hangup_party"""
    WAIT = "wait"
    """queue, end, waited_ms, agent"""
    SURVEY = "survey"
    """queue, agent, question, answer (null: none given)"""
    CALLBACK = "callback"
    """number, queue, window"""
    MESSAGE = "message"
    """name, path, seconds"""
    TICKET = "ticket"
    """number, kind, state, owner, text, reply, result"""


@dataclass(frozen=True, slots=True)
class Happening:
    """`at` is UTC milliseconds, `call` the call that it belongs to, or empty."""

    at: int
    what: What
    call: str
    fields: Mapping[str, Any]
