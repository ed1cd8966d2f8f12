"""The table of messages: what events add, once each, and what those who hear them change."""

from typing import Any

import pytest
from playhouse.schema_diff import diff_models

from fsapp.domain.events import Event, Kind
from fsapp.domain.voicemail import Message, MessageState, mailboxes_of
from fsapp.store import database
from fsapp.store.journal import Journal
from fsapp.store.voicemails import VoicemailRow, Voicemails
from tests.store.conftest import T0

MINE, OURS = mailboxes_of("1001", ["service"])


def left(call: str, at: int = 0, **fields: Any) -> Event:
    known = {"mailbox": MINE, "caller": "13800138000", "path": f"/m/{call}.wav", "seconds": 4.2, "urgent": False}
    return Event(call, 3, T0 + at, Kind.VOICEMAIL_LEFT, known | fields)


def kept(url: str, *events: Event) -> Voicemails:
    journal = Journal(url)
    journal.append(events)
    journal.append(events)
    journal.close()
    return Voicemails(url)


def test_the_model_is_the_table_that_the_migration_makes(url: str) -> None:
    with database.open(url) as connected:
        database.upgrade(connected)
        assert str(diff_models(connected, [VoicemailRow])) == ""


def test_a_message_is_kept_once(url: str) -> None:
    (message,) = kept(url, left("u1")).of((MINE,))
    assert message == Message("u1", 3, MINE, "13800138000", "/m/u1.wav", 4200, False, T0)


def test_new_ones_come_first_and_urgent_ones_before_others(url: str) -> None:
    events = (
        left("old"),
        left("u1", 1),
        left("u2", 2, urgent=True),
        left("u3", 3, mailbox=OURS),
        left("x", mailbox="y"),
    )
    voicemails = kept(url, *events)
    voicemails.change(voicemails.of((MINE,))[1], MessageState.SAVED, T0, "1001")
    assert [each.call for each in voicemails.of((MINE, OURS))] == ["u2", "u1", "u3", "old"]


@pytest.mark.parametrize(
    ("state", "waiting"), [(MessageState.SAVED, {MINE: (0, 1)}), (MessageState.DELETED, {MINE: (0, 0)})]
)
def test_what_waits_is_counted(url: str, state: MessageState, waiting: dict[str, tuple[int, int]]) -> None:
    voicemails = kept(url, left("u1"))
    assert voicemails.waiting((MINE, OURS)) == {MINE: (1, 0)}
    voicemails.change(voicemails.of((MINE,))[0], state, T0 + 9, "1001")
    assert voicemails.waiting((MINE, OURS)) == waiting


def test_what_somebody_made_of_a_message_outlives_its_event(url: str) -> None:
    voicemails = kept(url, left("u1"))
    voicemails.change(voicemails.of((MINE,))[0], MessageState.SAVED, T0 + 9, "1001")
    (message,) = kept(url, left("u1")).of((MINE,))
    assert (message.state, message.changed_at, message.changed_by) == ("saved", T0 + 9, "1001")


def test_what_is_mailed_is_not_mailed_again(url: str) -> None:
    voicemails = kept(url, left("u1"), left("u2", 1, mailbox=OURS))
    assert [each.call for each in voicemails.unmailed((MINE,))] == ["u1"]
    voicemails.mailed(voicemails.unmailed((MINE,))[0], T0)
    assert voicemails.unmailed((MINE,)) == ()
