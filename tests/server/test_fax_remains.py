"""What an engine makes of a fax that another one was sending when it died."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gevent
import pytest

from fsapp.domain.arguments import Uuid
from fsapp.domain.clock import VirtualClock
from fsapp.domain.events import Event, Kind
from fsapp.domain.fax import FaxJob, JobState
from fsapp.fax.scheduler import Outcome
from fsapp.server.fax_attempts import FaxAttempts
from fsapp.server.fax_remains import FaxRemains
from fsapp.server.fax_sending import FaxSender
from fsapp.store.database import upgrade_at
from fsapp.store.fax_jobs import FaxJobs

LEG = "e0e1-aa"
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
AT = round(NOW.timestamp() * 1000)
JOB = FaxJob("one", "057188880000", "tariff", 3, AT, AT, AT + 3_600_000, state=JobState.SENDING, attempts=1, leg=LEG)
PART = {
    "fax_success": "0",
    "fax_document_transferred_pages": "2",
    "fax_result_text": "The call dropped prematurely",
    "start_uepoch": str((AT - 90_000) * 1000),
    "answer_uepoch": str((AT - 80_000) * 1000),
    "end_uepoch": str((AT - 10_000) * 1000),
    "hangup_cause": "NORMAL_CLEARING",
}


class OneLeg:
    """A switch with one channel, or none. Stands for fsapp.esl.client.Client."""

    def __init__(self) -> None:
        self.application = "txfax"
        self.connected = True
        self.killed: list[str] = []

    def api(self, name: str, leg: str, *_: str) -> str:
        assert leg == LEG
        return ("true" if self.application else "false") if name == "uuid_exists" else self.application

    def kill(self, leg: str, _cause: str) -> None:
        self.killed.append(leg)


class Site:
    """A database with a fax that is being sent, and the next engine's sender."""

    def __init__(self, folder: Path, job: FaxJob = JOB) -> None:
        url = f"sqlite:///{folder / 'fsapp.db'}"
        upgrade_at(url)
        self.jobs = FaxJobs(url)
        self.jobs.add(job)
        self.switch = OneLeg()
        self.events: list[Event] = []
        self.folder = folder
        clock = VirtualClock(NOW)
        client: Any = self.switch
        attempts = FaxAttempts(client, lambda _: None, clock, Uuid("e2"))
        remains = FaxRemains(client, folder)
        self.sender = FaxSender(client, self.jobs, attempts, remains, [self.events.append], clock, UTC)

    def record(self, text: str) -> None:
        """What the switch writes when the leg is over."""
        (self.folder / f"a_{LEG}.cdr.json").write_text(text)

    def look(self) -> FaxJob:
        """The sender looks once; gives the fax as it stands then."""
        self.sender._step()
        found = self.jobs.get("one")
        assert found is not None
        return found

    def kept(self, kind: Kind) -> list[dict[str, Any]]:
        return [dict(event.fields) for event in self.events if event.kind == kind]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_what_the_switch_sends_still_is_left_to_it(site: Site) -> None:
    assert site.look() == JOB
    assert site.switch.killed == []
    assert site.events == []


def test_a_fax_goes_on_at_the_page_that_did_not_go_over(site: Site) -> None:
    site.look()
    site.switch.application = ""
    site.record(json.dumps({"variables": PART}))
    after = site.look()
    assert (after.state, after.next_page, after.attempts, after.rung) == (JobState.WAITING, 3, 1, 1)
    (attempt,) = site.kept(Kind.FAX_ATTEMPTED)
    assert (attempt["outcome"], attempt["pages"], attempt["leg"]) == ("faxed", 2, LEG)
    (leg,) = site.kept(Kind.LEG_ENDED)
    assert (leg["started_at"], leg["answered_at"], leg["ended_at"]) == (AT - 90_000, AT - 80_000, AT - 10_000)


def test_a_fax_that_went_over_without_an_engine_is_sent(site: Site) -> None:
    site.switch.application = ""
    site.record(json.dumps({"variables": PART | {"fax_success": "1", "fax_document_transferred_pages": "3"}}))
    assert site.look().state is JobState.SENT
    assert [each["state"] for each in site.kept(Kind.FAX_ENDED)] == ["sent"]


@pytest.mark.parametrize("application", ["park", "_undef_"])
def test_a_leg_that_sends_nothing_is_ended_and_asked_for_again(site: Site, application: str) -> None:
    site.switch.application = application
    assert site.look() == JOB
    assert site.switch.killed == [LEG]


NO_RECORDS = ("", "[]", '{"variables": 3}', '{"variables": {"start_uepoch": "x"}}', "{" * 100_000, '{"variables": {}}')


@pytest.mark.parametrize("record", [None, *NO_RECORDS])
def test_without_a_record_that_can_be_read_the_page_is_sent_again(site: Site, record: str | None) -> None:
    site.switch.application = ""
    if record is not None:
        site.record(record)
    after = site.look()
    assert (after.state, after.next_page, after.result) == (JobState.WAITING, 1, Outcome.LOST.value)


def test_while_the_switch_is_away_nothing_is_decided(site: Site) -> None:
    site.switch.connected = False
    assert site.look() == JOB


def test_a_cancelled_fax_of_an_engine_that_is_no_more_is_hung_up(site: Site) -> None:
    site.look()
    site.jobs.cancel("one", AT)
    gevent.sleep(0)
    assert site.look().state is JobState.CANCELLED
    assert site.switch.killed == [LEG]


def test_a_job_of_an_older_engine_has_no_leg_and_waits_again(tmp_path: Path) -> None:
    site = Site(tmp_path, FaxJob("one", "0571", "tariff", 3, AT, AT, AT + 9, state=JobState.SENDING, attempts=1))
    assert site.look().result == Outcome.LOST.value
