"""Whatever befalls queues and agents: what is kept of it fits together, to the millisecond."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fsapp.acd import events
from fsapp.acd.agents import AgentState
from fsapp.acd.commands import MakeOffer, Record
from fsapp.acd.entries import AgentActed, AgentStateEnded, ContactEnd, ContactQueued, TalkHad
from fsapp.acd.offers import OfferEnd
from fsapp.acd.records import ENGINE_STOPPED, RunRecords, WallTime
from fsapp.domain.events import Event
from fsapp.domain.queue_reports import totals
from fsapp.store import database
from fsapp.store.queue_log import LogFilter, QueueLog
from fsapp.store.queue_models import TABLES
from fsapp.store.writer import Writer
from tests.acd.storm import Storm
from tests.acd.weather import AGENTS

WALL = WallTime.at(1_790_000_000_123, 7.0)
RUN = "acd:storm"


class Recorded(Storm):
    """A storm whose records are journalled, and which notes by itself how long each agent was signed in."""

    def __init__(self, seed: int) -> None:
        self.journal: list[Event] = []
        self.signed_in: Counter[str] = Counter()
        self.since: dict[str, int] = {}
        self.records = RunRecords("storm", WALL, [self.journal.append])
        super().__init__(Random(seed), watched=100_000)

    def happens(self, event: events.Event) -> None:
        super().happens(event)
        for command in self.history[-1][2]:
            if isinstance(command, Record):
                self.records.add(command.entry)
        self._note({agent.id for agent in self.dispatcher.agents() if agent.signed_in})

    def stops(self) -> None:
        """The engine stops in good order."""
        self.records.end(self.dispatcher.agents(), self.now)
        self._note(set())

    def _note(self, on_duty: set[str]) -> None:
        now = WALL.ms(self.now)
        for agent in AGENTS:
            if agent in on_duty:
                self.since.setdefault(agent, now)
            elif agent in self.since:
                self.signed_in[agent] += now - self.since.pop(agent)

    def kept(self, kind: type[Any]) -> list[Any]:
        said = [each for *_, given in self.history for each in given]
        return [each.entry for each in said if isinstance(each, Record) and isinstance(each.entry, kind)]

    def made(self) -> list[str]:
        return [each.offer for *_, given in self.history for each in given if isinstance(each, MakeOffer)]


def write(url: str, spool: Path, journal: list[Event]) -> None:
    writer = Writer(url, spool, batch_seconds=0.001)
    for event in journal:
        writer.record(event)
    assert writer.flush(30)
    assert writer.close()
    assert (writer.keeping.written, writer.keeping.rejected) == (len(journal), 0)


def rows(url: str, table: str, order: str = "run, seq") -> list[dict[str, Any]]:
    connected = database.open(url, read_only=True)
    with connected.connection_context():
        cursor = database.execute(connected, f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 -- a table of ours
        return [dict(zip([each[0] for each in cursor.description], row, strict=True)) for row in cursor.fetchall()]


ALL = ("event", "open_call", "cdr", "queue_log", *(model._meta.table_name for model in TABLES.values()))


def dump(url: str) -> dict[str, list[dict[str, Any]]]:
    return {table: rows(url, table, "1") for table in ALL}


@pytest.fixture(scope="module", params=range(4))
def storm(request: pytest.FixtureRequest) -> Recorded:
    storm = Recorded(request.param)
    storm.blow(2500)
    storm.calms()
    storm.stops()
    return storm


@pytest.fixture(scope="module")
def url(storm: Recorded, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("storm")
    url = f"sqlite:///{folder}/calls.db"
    write(url, folder / "spool", storm.journal)
    return url


def test_the_times_of_an_agent_are_gapless_from_sign_in_to_sign_out(storm: Recorded, url: str) -> None:
    checked = 0
    for agent in AGENTS:
        times = [row for row in rows(url, "agent_time") if row["agent"] == agent]
        assert times
        assert all(row["since"] <= row["until"] for row in times)
        for row, following in pairwise(times):
            if following["state"] != "offline":  # one who was removed and added again begins anew
                assert (row["until"], row["followed_by"], row["because"]) == (
                    following["since"],
                    following["state"],
                    following["reason"],
                )
                checked += 1
    assert checked > 500


def test_the_times_of_an_agent_add_up_to_the_time_signed_in_to_the_millisecond(storm: Recorded, url: str) -> None:
    signed_in: Counter[str] = Counter()
    for row in rows(url, "agent_time"):
        if row["state"] != "offline":
            signed_in[row["agent"]] += row["until"] - row["since"]
    assert signed_in == storm.signed_in
    assert all(signed_in[agent] > 0 for agent in AGENTS)


def test_every_contact_that_came_has_one_end(storm: Recorded, url: str) -> None:
    ended = Counter(row["contact"] for row in rows(url, "contact"))
    assert set(ended.values()) == {1}
    assert set(ended) == storm.witness.arrived
    assert {each.contact for each in storm.kept(ContactQueued)} <= set(ended)
    assert {row["end"] for row in rows(url, "contact")} <= set(ContactEnd)


def test_every_offer_that_was_made_has_one_end(storm: Recorded, url: str) -> None:
    ended = Counter(row["id"] for row in rows(url, "offer"))
    assert set(ended.values()) == {1}
    assert set(ended) == set(storm.made())
    assert {row["end"] for row in rows(url, "offer")} == set(OfferEnd)


def test_what_came_is_what_was_answered_and_abandoned_and_sent_away(storm: Recorded, url: str) -> None:
    end = WALL.ms(storm.now) + 1
    service = QueueLog(url).service(0, end)
    assert sum(each.offered for each in service) == len(storm.witness.arrived)
    for each in service:
        contacts = [row for row in rows(url, "contact") if row["queue"] == each.queue]
        assert each.offered == len(contacts)
        assert each.ends == Counter(row["end"] for row in contacts)
        assert each.within == sum(row["within"] for row in contacts) <= each.answered
        assert each.longest_ms == max((row["waited_ms"] for row in contacts), default=0)
    assert sum(each.talks for each in service) == len(storm.kept(TalkHad))


def test_every_accepted_offer_is_of_an_agent_who_is_found_again_in_the_answer(storm: Recorded, url: str) -> None:
    accepted = {(row["contact"], row["agent"]) for row in rows(url, "offer") if row["end"] == "accepted"}
    answered = [(row["contact"], row["agent"]) for row in rows(url, "contact") if row["end"] == "answered"]
    assert answered
    assert set(answered) <= accepted


def test_the_queue_log_has_a_line_for_each_event(storm: Recorded, url: str) -> None:
    log = rows(url, "queue_log")
    assert [(row["run"], row["seq"], row["at"], row["kind"]) for row in log] == [
        (RUN, each.seq, each.at, each.kind) for each in storm.journal
    ]
    told = list(QueueLog(url).events(LogFilter()))
    assert sorted(told, key=lambda each: each.seq) == storm.journal
    assert [each.at for each in told] == sorted(each.at for each in told)


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_periods_of_any_length_add_up_to_the_whole(storm: Recorded, url: str, parts: int) -> None:
    begin, end = WALL.ms(0.0), WALL.ms(storm.now)
    borders = [begin + (end - begin) * part // parts for part in range(parts + 1)]
    spent: Counter[str] = Counter()
    for since, until in pairwise(borders):
        stretches = QueueLog(url).agent_times(since, until)
        assert all(since <= each.since < each.until <= until for each in stretches)
        for agent, sums in totals(stretches).items():
            spent[agent] += sum(ms for (state, _), ms in sums.items() if state != "offline")
    assert spent == storm.signed_in


def test_a_replay_changes_nothing(storm: Recorded, url: str, tmp_path: Path) -> None:
    before = dump(url)
    write(url, tmp_path / "spool", storm.journal)
    write(url, tmp_path / "spool", storm.journal[-400:])
    assert dump(url) == before
    assert before["open_call"] == before["cdr"] == []


def test_an_engine_that_died_leaves_the_last_states_until_it_was_last_seen(tmp_path: Path) -> None:
    storm = Recorded(5)
    storm.blow(1200)
    died = max(each.at for each in storm.journal)
    records = RunRecords("later", WALL, [storm.journal.append])
    back, seen = storm.now + 500, storm.now + 600
    for agent in AGENTS:
        records.add(AgentStateEnded(agent, AgentState.OFFLINE, "", back, back, AgentState.AVAILABLE))
    records.add(AgentActed("a1", "ready", "a1", seen))
    url = f"sqlite:///{tmp_path}/calls.db"
    write(url, tmp_path / "spool", storm.journal)
    found = QueueLog(url).agent_times(WALL.ms(0.0), WALL.ms(seen + 900))
    for agent in AGENTS:
        spent = sum(each.ms for each in found if each.agent == agent and each.state != "offline")
        before = storm.signed_in[agent] + died - storm.since.get(agent, died)
        assert spent == before + WALL.ms(seen) - WALL.ms(back)


def test_an_engine_that_stops_ends_what_agents_are_in(storm: Recorded) -> None:
    calm = Recorded(0)
    calm.records.end(calm.dispatcher.agents(), 10.0)
    last = calm.journal[-len(AGENTS) :]
    assert {each.fields["agent"] for each in last} == set(AGENTS)
    assert {(each.at, each.fields["followed_by"], each.fields["because"]) for each in last} == {
        (WALL.ms(10.0), "offline", ENGINE_STOPPED)
    }
