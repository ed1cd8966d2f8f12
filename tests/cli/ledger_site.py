"""A site with one call that a queue served, as the engine and the switch saw it; and its parts, to be spoilt."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fsapp.cli.commands import main
from fsapp.domain.events import Event, Kind
from fsapp.store import database
from fsapp.store.journal import Journal
from tests.reports.scenarios import at
from tests.server import switch_records

Fsapp = Callable[..., tuple[int, list[str], str]]

BEGAN = at("10:00")
DAY = ("--day", "2024-11-24")
QUEUES = "service: {}\nsales: {}\n"
"""Today's, which say nothing of the day."""


def call(uuid: str, *, ended: bool = True, began: int = BEGAN, agent: str = "1001") -> list[Event]:
    told: list[tuple[int, str, dict[str, Any]]] = [
        (0, Kind.CALL_ARRIVED, {"ani": "13800138000", "dnis": "95598", "trunk": "telecom"}),
        (5, Kind.FLOW_CHOSEN, {"flow": "hotline", "hash": "h", "language": "zh", "rule": "r"}),
        (10, Kind.CALL_ANSWERED, {}),
        (60_000, Kind.CALL_HUNG_UP, {"cause": "NORMAL_CLEARING", "party": "caller", "billable_ms": 60_000}),
    ]
    events = [Event(uuid, seq, began + after, kind, fields) for seq, (after, kind, fields) in enumerate(told)]
    return events if ended else events[:-1]


def talk_of(call: str, seq: int, queue: str = "sales", run: str = "acd:r1") -> list[Event]:
    here = {"contact": f"{call}/1", "call": call, "queue": queue, "agent": "1001"}
    state = {"agent": "1001", "reason": "", "because": ""}
    rows: list[tuple[int, str, dict[str, Any]]] = [
        (1000, Kind.CONTACT_QUEUED, here | {"position": 1, "reason": "", "resumed": False}),
        (
            2000,
            Kind.AGENT_STATE_ENDED,
            state | {"state": "available", "since": BEGAN - 60_000, "followed_by": "offered"},
        ),
        (9000, Kind.OFFER_ENDED, here | {"offer": "o", "made_at": BEGAN + 2000, "end": "accepted", "cause": ""}),
        (9000, Kind.CONTACT_ENDED, here | {"end": "answered", "waited_ms": 8000, "within": True}),
        (9000, Kind.AGENT_STATE_ENDED, state | {"state": "offered", "since": BEGAN + 2000, "followed_by": "talking"}),
        (60_000, Kind.TALK_ENDED, here | {"started_at": BEGAN + 9000}),
        (60_000, Kind.AGENT_STATE_ENDED, state | {"state": "talking", "since": BEGAN + 9000, "followed_by": "offline"}),
    ]
    return [Event(run, seq + n, BEGAN + after, kind, fields) for n, (after, kind, fields) in enumerate(rows)]


class Site:
    """A site with one call that a queue served, as the engine and the switch saw it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder}/data/fsapp.db"
        self.switch = folder / "data" / "freeswitch" / "cdr"
        (folder / "data").mkdir()
        (folder / "queues.yaml").write_text(QUEUES)
        (folder / "fsapp.yaml").write_text("data: data\nqueues: queues.yaml\n")
        rules = {"rules": {"service": "always", "sales": "on_demand"}}
        self.journal([Event("acd:r0", 0, BEGAN - 86_400_000, Kind.RECORD_RULES_LOADED, rules)])
        self.journal([*call("u1"), *talk_of("u1", 0)])
        switch_records.write(
            self.switch,
            switch_records.caller("u1", BEGAN),
            switch_records.placed("leg-1", BEGAN + 2000, call="u1"),
        )

    def journal(self, events: list[Event]) -> None:
        journal = Journal(self.url)
        journal.append(events)
        journal.close()

    def sql(self, statement: str) -> None:
        connected = database.open(self.url)
        with connected.connection_context(), connected.atomic():
            database.execute(connected, statement)


def runner(capsysbinary: pytest.CaptureFixture[bytes]) -> Fsapp:
    """Runs a command: its exit code, the lines that it printed, and what it complained of."""

    def run(*words: str) -> tuple[int, list[str], str]:
        try:
            code = main([*words, "--config", "fsapp.yaml"])
        except SystemExit as error:
            code = int(error.code or 0)
        told = capsysbinary.readouterr()
        return code, told.out.decode().splitlines(), told.err.decode()

    return run
