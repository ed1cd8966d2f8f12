"""Documents and faxes in the database: SQLite and PostgreSQL alike."""

from dataclasses import replace

import pytest

from fsapp.domain.events import Event, Kind
from fsapp.domain.fax import Document, DocumentKind, FaxJob, JobState, Resolution
from fsapp.store.cdrs import Cdrs
from fsapp.store.database import upgrade_at
from fsapp.store.documents import DocumentFilter, DocumentRefused, Documents
from fsapp.store.fax_jobs import FaxJobs
from fsapp.store.journal import Journal

T0 = 1_790_000_000_000
TARIFF = Document(
    "tariff", "a" * 64, DocumentKind.LIBRARY, "prices", "电价表 2026", ".pdf", 3, Resolution.FINE, 4000, T0
)
CAME = replace(
    TARIFF,
    id="fax-1",
    kind=DocumentKind.RECEIVED,
    category="orders",
    title="0571 1234",
    call="call-1",
    caller="13800138000",
    called="7201",
    station_id="0571 1234",
    partial=True,
    rate=14400,
    ecm=True,
    result="dropped",
    added_at=T0 + 1,
)
JOB = FaxJob("one", "0571", "tariff", 3, T0, T0, T0 + 1000, window="08:00-20:00", by="root")


@pytest.fixture
def documents(url: str) -> Documents:
    upgrade_at(url)
    return Documents(url)


@pytest.fixture
def jobs(url: str) -> FaxJobs:
    upgrade_at(url)
    return FaxJobs(url)


def test_a_document_comes_back_as_it_was(documents: Documents) -> None:
    for each in (TARIFF, CAME):
        documents.add(each)
        assert documents.get(each.id) == each
    assert documents.get("nothing") is None


def test_a_name_is_given_once_unless_it_is_replaced(documents: Documents) -> None:
    documents.add(TARIFF)
    newer = replace(TARIFF, sha256="b" * 64)
    with pytest.raises(DocumentRefused, match="there is a document 'tariff' already"):
        documents.add(newer)
    documents.add(newer, replace=True)
    assert documents.get("tariff") == newer


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DocumentFilter(), ["fax-1", "tariff"]),
        (DocumentFilter(DocumentKind.LIBRARY), ["tariff"]),
        (DocumentFilter(category="orders"), ["fax-1"]),
        (DocumentFilter(caller="13800138000"), ["fax-1"]),
        (DocumentFilter(words="电价 2026"), ["tariff"]),
        (DocumentFilter(words="0571 1234"), ["fax-1"]),
        (DocumentFilter(words="电价 1234"), []),
        (DocumentFilter(words="100% 'x'"), []),
    ],
)
def test_documents_are_found(documents: Documents, wanted: DocumentFilter, found: list[str]) -> None:
    documents.add(TARIFF)
    documents.add(CAME)
    assert [each.id for each in documents.list(wanted)] == found


def test_a_received_fax_waits_to_be_delivered_once(documents: Documents) -> None:
    documents.add(TARIFF)
    documents.add(CAME)
    assert documents.undelivered(T0) == (CAME,)
    assert documents.undelivered(T0 + 2) == ()
    documents.note_delivered("fax-1", T0 + 5)
    assert documents.undelivered(T0) == ()


def test_a_fax_to_be_sent_comes_back_as_it_was(jobs: FaxJobs) -> None:
    jobs.add(JOB)
    assert jobs.get("one") == JOB
    assert jobs.open() == (JOB,)
    assert jobs.list() == (JOB,)


def test_what_became_of_a_fax_is_kept(jobs: FaxJobs) -> None:
    jobs.add(JOB)
    sent = replace(JOB, state=JobState.SENT, attempts=2, next_page=4, result="OK", ended_at=T0 + 9)
    assert jobs.keep(sent)
    assert jobs.get("one") == sent
    assert jobs.open() == ()
    assert jobs.list(state=JobState.FAILED) == ()
    assert jobs.list(state=JobState.SENT) == (sent,)


def test_what_was_cancelled_stays_so(jobs: FaxJobs) -> None:
    jobs.add(JOB)
    assert jobs.cancel("one", T0 + 5)
    assert not jobs.keep(replace(JOB, state=JobState.SENT))
    assert not jobs.cancel("one", T0 + 6)
    cancelled = jobs.get("one")
    assert cancelled is not None
    assert (cancelled.state, cancelled.ended_at) == (JobState.CANCELLED, T0 + 5)


def test_events_of_a_fax_are_of_no_call(url: str) -> None:
    journal = Journal(url)
    events = [Event("fax:one", 2, T0, Kind.FAX_ATTEMPTED, {}), Event("fax:one", 4, T0, Kind.FAX_ENDED, {})]
    journal.append(events)
    assert journal.inferred_ends((), T0) == ()
    assert Cdrs(url).events("fax:one") == tuple(events)
    journal.close()
