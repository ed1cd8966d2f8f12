"""fsapp ledger and its script: a day that adds up, and each kind of difference by name."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fsapp.domain.events import Event, Kind
from fsapp.store.cdrs import Cdrs
from tests.cli import cron
from tests.cli.ledger_site import BEGAN, DAY, Fsapp, Site, call, runner, talk_of
from tests.server import switch_records
from tests.store.sums_oracle import expected, kept


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.chdir(tmp_path)
    return Site(tmp_path)


@pytest.fixture
def fsapp(capsysbinary: pytest.CaptureFixture[bytes]) -> Fsapp:
    return runner(capsysbinary)


@pytest.mark.usefixtures("site")
def test_a_day_that_adds_up_is_told_in_lines(fsapp: Fsapp) -> None:
    assert fsapp("ledger", *DAY) == (
        0,
        [
            "2024-11-24",
            "queue sales: 1 offered = 1 answered + 0 abandoned + 0 overflowed + 0 called back + 0 ended in the flow",
            "agent 1001: 0:02:00 in states, signed in 0:02:00",
            "calls: 1; legs that FreeSWITCH wrote down: 2",
            "no differences",
        ],
        "",
    )


@pytest.mark.usefixtures("site")
def test_a_day_without_anything_adds_up(fsapp: Fsapp) -> None:
    code, out, _ = fsapp("ledger", "--day", "2020-01-01")
    assert (code, out[-1]) == (0, "no differences")


WISH = f"INSERT INTO ticket_wish (call, seq, at, kind, request, done) VALUES ('u1', 3, {BEGAN}, 'fault', '', false)"  # noqa: S608

Spoil = Callable[[Site], None]

SPOILED: dict[str, tuple[Spoil, str]] = {
    "a contact that left twice": (
        lambda site: site.journal([_again(talk_of("u1", 0)[3], 50)]),
        "contact u1/1 left the queues 2 times: answered (sales), answered (sales)",
    ),
    "a contact that never left": (
        lambda site: site.journal([*call("u2"), _again(talk_of("u2", 0)[0], 51), *_seen_later()]),
        "contact u2/1 never left queue sales, though its call is over",
    ),
    "a gap in an agent's day": (
        lambda site: site.sql("DELETE FROM agent_time WHERE state = 'offered'"),
        "agent 1001: nothing is known of the time from 2024-11-24 10:00:02 to 2024-11-24 10:00:09",
    ),
    "a changed record": (
        lambda site: site.sql("UPDATE cdr SET billable_ms = 1, hangup_cause = 'USER_BUSY'"),
        "the record of call u1 is not what its journal says: billable_ms, hangup_cause",
    ),
    "a lost record": (
        lambda site: site.sql("DELETE FROM cdr"),
        "call u1 was in a queue (table contact) and has no record",
    ),
    "a lost journal": (
        lambda site: site.sql("DELETE FROM event WHERE call = 'u1'"),
        "call u1 has a record and no journal",
    ),
    "a call without an end": (
        lambda site: site.journal(call("u9", ended=False)),
        "call u9 began at 2024-11-24 10:00:00 and has no end",
    ),
    "sums that are wrong": (
        lambda site: site.sql("UPDATE rollup_contact SET within = 7 WHERE span = 'hour'"),
        "the sums in rollup_contact are not those of the records",
    ),
    "a call that the switch alone saw": (
        lambda site: switch_records.write(site.switch, switch_records.caller("u7", BEGAN, ani="139")),
        "call u7 from 139 to 95598 at 2024-11-24 10:00:00 was seen by FreeSWITCH alone",
    ),
    "a leg that the switch alone saw": (
        lambda site: switch_records.write(
            site.switch, switch_records.placed("leg-7", BEGAN + 40_000, call="u1", marked=False, number="1009")
        ),
        "call u1: a leg to 1009 at 2024-11-24 10:00:40 (leg-7) was seen by FreeSWITCH alone",
    ),
    "a leg of no call": (
        lambda site: switch_records.write(site.switch, switch_records.placed("leg-8", BEGAN, number="1009")),
        "a leg to 1009 at 2024-11-24 10:00:00 (leg-8) was seen by FreeSWITCH alone, and belongs to no call",
    ),
    "a call that the switch has nothing of": (
        lambda site: site.journal(call("u5")),
        "call u5 is in the engine's records, and FreeSWITCH has none of it",
    ),
    "a leg that the switch has nothing of": (
        lambda site: site.journal(_dialled()),
        "call u6: the leg b-6 is in the engine's records, and FreeSWITCH has none of it",
    ),
    "another end": (
        lambda site: switch_records.write(site.switch, switch_records.caller("u1", BEGAN, cause="USER_BUSY")),
        "call u1 ended by NORMAL_CLEARING for the engine, USER_BUSY for FreeSWITCH",
    ),
    "half a file": (
        lambda site: _cut(site.switch / "a_u1.cdr.json"),
        "a_u1.cdr.json is no record of a leg: JSONDecodeError",
    ),
    "no files at all": (
        lambda site: _remove(*site.switch.iterdir()),
        "and the engine has 1 calls",
    ),
    "a talk without a recording": (
        lambda site: site.journal([*call("u3"), *talk_of("u3", 60, queue="service", run="acd:r3")]),
        "call u3: 51 s of the talk at 2024-11-24 10:00:09 have no recording",
    ),
    "a wish without a ticket": (
        lambda site: site.sql(WISH),
        "call u1 asked for a ticket at 2024-11-24 10:00:00, and there is none",
    ),
}


def _again(event: Event, seq: int) -> Event:
    return Event(event.call, seq, event.at, event.kind, event.fields)


def _seen_later() -> list[Event]:
    return [Event("acd:r1", 59, BEGAN + 90_000, Kind.AGENT_ACTED, {"agent": "1001", "what": "ready", "by": "1001"})]


def _dialled() -> list[Event]:
    arrived, *_, ended = call("u6")
    fields = {"leg": "b-6", "number": "1", "started_at": BEGAN, "ended_at": BEGAN + 9, "end": "busy", "cause": ""}
    return [
        arrived,
        Event("u6", 1, BEGAN + 9, Kind.LEG_ENDED, fields),
        Event("u6", 2, ended.at, ended.kind, ended.fields),
    ]


def _cut(file: Path) -> None:
    written = file.stat().st_mtime
    file.write_text(file.read_text()[:500])
    os.utime(file, (written, written))


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink()


@pytest.mark.parametrize("what", SPOILED)
def test_each_difference_is_named_and_makes_the_exit_code_1(site: Site, fsapp: Fsapp, what: str) -> None:
    spoil, sentence = SPOILED[what]
    spoil(site)
    code, out, err = fsapp("ledger", *DAY, "--dry-run")
    assert (code, err) == (1, "")
    assert any(sentence in line for line in out), out
    assert any(line.startswith("DIFFERENCE ") for line in out)
    told = fsapp("ledger", *DAY, "--dry-run", "--json")[1]
    assert any(sentence in json.loads(line)["sentence"] for line in told)


def test_a_call_that_the_switch_alone_saw_is_added_and_marked(site: Site, fsapp: Fsapp) -> None:
    switch_records.write(
        site.switch,
        switch_records.caller("u7", BEGAN, 45, ani="139"),
        switch_records.placed("leg-7", BEGAN + 5000, call="u7", marked=False, number="1009"),
        switch_records.placed("leg-9", BEGAN + 40_000, call="u1", marked=False, number="1009"),
    )
    assert fsapp("ledger", *DAY, "--dry-run")[0] == 1
    assert Cdrs(site.url).show("u7") is None
    assert fsapp("ledger", *DAY)[0] == 1
    found = Cdrs(site.url).show("u7")
    assert found is not None
    assert (found.cdr.source, found.cdr.ani, found.cdr.dnis, found.cdr.trunk) == ("spool", "139", "95598", "telecom")
    assert (found.cdr.arrived_at, found.cdr.billable_ms, found.cdr.complete) == (BEGAN, 45_000, True)
    assert [(leg.leg, leg.number, leg.end) for leg in found.legs] == [("leg-7", "1009", "answered")]
    known = Cdrs(site.url).show("u1")
    assert known is not None
    assert (known.cdr.source, [leg.leg for leg in known.legs]) == ("", ["leg-9"])
    assert kept(site.url) == expected(site.url)
    assert fsapp("ledger", *DAY)[0] == 0  # what was added agrees from now on


def test_events_that_come_after_all_take_the_place_of_what_the_switch_told(site: Site, fsapp: Fsapp) -> None:
    switch_records.write(site.switch, switch_records.caller("u7", BEGAN))
    fsapp("ledger", *DAY)
    site.journal(call("u7"))
    found = Cdrs(site.url).show("u7")
    assert found is not None
    assert (found.cdr.source, found.cdr.flow) == ("", "hotline")
    assert kept(site.url) == expected(site.url)
    assert fsapp("ledger", *DAY)[0] == 0


def test_a_call_under_way_is_no_difference(site: Site, fsapp: Fsapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsapp.store.ledger.STALE_MS", 10**15)
    site.journal([*call("u8", ended=False), _again(talk_of("u8", 0)[0], 70), *_seen_later()])
    switch_records.write(site.switch, switch_records.placed("leg-8", BEGAN + 2000, call="u8"))
    code, out, _ = fsapp("ledger", *DAY)
    assert code == 0, out
    assert "1 waiting" in out[1]


def test_a_contact_of_an_engine_that_died_is_lost_with_it(site: Site, fsapp: Fsapp) -> None:
    later = [Event("acd:r2", 0, BEGAN + 90_000, Kind.AGENT_ACTED, {"agent": "1001", "what": "ready", "by": "1001"})]
    site.journal([*call("u2"), _again(talk_of("u2", 0)[0], 52), *later])
    switch_records.write(site.switch, switch_records.caller("u2", BEGAN))
    code, out, _ = fsapp("ledger", *DAY)
    assert code == 0, out
    assert "1 lost with their engine" in out[1]


def test_a_database_that_is_not_there_is_a_sentence_and_nothing_is_made(site: Site, fsapp: Fsapp) -> None:
    for file in (site.folder / "data").glob("fsapp.db*"):
        file.unlink()
    code, out, err = fsapp("ledger", *DAY)
    assert (code, out) == (2, [])
    assert "there is no database" in err
    assert not list((site.folder / "data").glob("fsapp.db*"))


def test_the_script_runs_as_cron_runs_it(site: Site) -> None:
    settings = ("--config", str(site.folder / "fsapp.yaml"))
    done = cron.run(site.folder, "ledger", *DAY, *settings)
    assert (done.code, done.err) == (0, b"")
    site.sql("UPDATE cdr SET billable_ms = 1")
    done = cron.run(site.folder, "ledger", *DAY, *settings)
    assert (done.code, done.err) == (1, b"")
    assert b"DIFFERENCE" in done.out
    assert b"Example:" in cron.run(site.folder, "ledger", "--help").out
