"""Who is signed in where, kept in a file: a restart of the engine signs nobody out.

The file is written soon after each change, in a native thread, and read once at the start.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import gevent
import orjson

from fsapp.acd.agents import Agent, AgentState, Rest
from fsapp.acd.events import AgentSignedIn, AgentWentOnBreak, Event

_LOG = logging.getLogger("fsapp.acd")

FILE = "agents-present.json"

WRITE_SECONDS = 0.5
"""How long changes are collected."""

LONGEST_SECONDS = 16 * 3600.0
"""Older than that, nobody works the same shift any more."""

_OWN = frozenset(map(str, Rest)) - {Rest.NOT_READY}
"""Reasons that the dispatcher gave: it gives them anew where they hold still."""


class Presence:
    """`agents` gives them as they are. `now` is UTC seconds."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._file = data / FILE
        self._written = b""

    def events(self, now: float) -> Iterator[Event]:
        """What has to happen for everybody to be where they were."""
        try:
            kept = orjson.loads(self._file.read_bytes())
            agents = kept["agents"].items() if now - kept["at"] < LONGEST_SECONDS else ()
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            _LOG.warning("who was signed in cannot be read from %s: %s", self._file, error)
            return
        for agent, fields in agents:
            yield from _restored(str(agent), fields)

    def keep(self, agents: Iterable[Agent], now: float) -> None:
        """Writes, off the hub, if anything changed."""
        state = {each.id: _kept(each) for each in agents if each.signed_in}
        text = orjson.dumps(state)
        if text != self._written:
            self._written = text
            error = gevent.get_hub().threadpool.apply(_write, (self._file, {"at": now, "agents": state}))
            if error:
                _LOG.warning("who is signed in cannot be kept: %s", error)


def _kept(agent: Agent) -> Mapping[str, str]:
    away = agent.break_next if agent.break_next is not None else ""
    if agent.state is AgentState.ON_BREAK:
        away = str(agent.reason)
    return {"phone": agent.phone, "away": "" if away in _OWN else away}


def _restored(agent: str, fields: Mapping[str, Any]) -> Iterator[Event]:
    away = str(fields.get("away", ""))
    yield AgentSignedIn(agent, str(fields.get("phone", "")), ready=not away)
    if away and away != Rest.NOT_READY:
        yield AgentWentOnBreak(agent, away)


def _write(file: Path, kept: Mapping[str, Any]) -> str:
    """In one step; the error as a value: gevent prints what a thread raises."""
    draft = file.with_suffix(".part")
    try:
        draft.write_bytes(orjson.dumps(kept))
        draft.replace(file)
    except OSError as error:
        return str(error)
    return ""
