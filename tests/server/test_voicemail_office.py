"""Mailboxes at work: which lamps are lit, what is mailed, and what is tried again."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import gevent
import pytest

from fsapp.acd.agents import Agent
from fsapp.domain.errors import ConfigError, EslError
from fsapp.domain.events import Event, Kind
from fsapp.domain.voicemail import MessageState
from fsapp.files.models import validated
from fsapp.files.places import Document
from fsapp.server import voicemail
from fsapp.server.mail import Mailer, MailSettings
from fsapp.server.system import SystemClock
from fsapp.server.voicemail import VoicemailOffice
from fsapp.server.voicemail_settings import VoicemailSettings
from fsapp.store.journal import Journal
from fsapp.store.voicemails import Voicemails
from tests.acd.telephones import Rig
from tests.server.post_office import PostOffice


class LampBoard:
    """What each lamp was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []
        self.broken = False

    def show(self, phone: str, new: int, saved: int) -> None:
        if self.broken:
            raise EslError("there is no connection to FreeSWITCH")
        self.told.append((phone, new, saved))


class House:
    """An office, its post office, and agent 2001 on duty in the queue `live`."""

    def __init__(self, folder: Path) -> None:
        self.rig = Rig()
        self.rig.hire("2001")
        self.lamps = LampBoard()
        self.post = PostOffice()
        self.server = self.post.start()
        self.file = folder / "message.wav"
        self.file.write_bytes(b"RIFF")
        self._journal = Journal(f"sqlite:///{folder}/calls.db")
        self._calls = 0
        settings = MailSettings(host="127.0.0.1", port=self.server.server_port, sender="fsapp@example.com")
        voicemails = Voicemails(f"sqlite:///{folder}/calls.db")
        self.office = VoicemailOffice(
            voicemails, self.lamps, self._agents, Mailer(settings), SystemClock(), lambda _: True
        )
        self._run = gevent.spawn(self.office.run)

    def leave(self, mailbox: str = "agent:2001", *, urgent: bool = False) -> None:
        self._calls += 1
        fields = {"mailbox": mailbox, "caller": "13800138000", "path": str(self.file), "seconds": 4, "urgent": urgent}
        event = Event(f"u{self._calls}", 1, 1_790_000_000_000, Kind.VOICEMAIL_LEFT, fields)
        self._journal.append([event])
        self.office(event)

    def wait(self, *told: tuple[str, int, int]) -> None:
        with gevent.Timeout(5, AssertionError(f"the lamps were told {self.lamps.told}")):
            while self.lamps.told != list(told):
                gevent.sleep(0.01)

    def letters(self, count: int) -> list[EmailMessage]:
        with gevent.Timeout(5, AssertionError(f"{len(self.post.letters)} letters")):
            while len(self.post.letters) < count:
                gevent.sleep(0.01)
        return self.post.letters

    def close(self) -> None:
        self._run.kill()
        self.server.stop()
        self._journal.close()

    def _agents(self) -> tuple[Agent, ...]:
        return tuple(self.rig.service.dispatcher.agents())


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(voicemail, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(voicemail, "SOON_SECONDS", 0.0)
    made = House(tmp_path)
    made._journal.append([Event("u0", 0, 1, Kind.CALL_ARRIVED, {})])
    yield made
    made.close()


def test_a_message_lights_the_lamp_and_hearing_it_puts_it_out(house: House) -> None:
    house.wait(("2001", 0, 0))
    house.leave()
    house.wait(("2001", 0, 0), ("2001", 1, 0))
    (message,) = house.office.messages("2001", ["live"])
    house.office.change(message, MessageState.SAVED, "2001")
    house.wait(("2001", 0, 0), ("2001", 1, 0), ("2001", 0, 1))


def test_messages_of_the_queues_that_an_agent_serves_light_the_lamp(house: House) -> None:
    house.wait(("2001", 0, 0))
    house.leave("queue:live")
    house.leave("queue:other")
    house.wait(("2001", 0, 0), ("2001", 1, 0))


def test_a_lamp_that_cannot_be_set_is_set_later(house: House) -> None:
    house.wait(("2001", 0, 0))
    house.lamps.broken = True
    house.leave()
    gevent.sleep(0.2)
    house.lamps.broken = False
    house.wait(("2001", 0, 0), ("2001", 1, 0))


def test_a_phone_that_is_started_anew_is_told_of_its_lamp_again_and_one_that_refreshes_is_not(house: House) -> None:
    house.leave()
    house.wait(("2001", 1, 0))
    house.office.registered("2001", "boot-1@h")
    house.wait(*[("2001", 1, 0)] * 2)
    for call_id in ("boot-1@h", "boot-2@h", "boot-1@h", "boot-2@h"):
        house.office.registered("2001", call_id)
        gevent.sleep(0.1)
    house.wait(*[("2001", 1, 0)] * 3)
    house.office.registered("2009", "boot-1@h")
    gevent.sleep(0.1)
    assert len(house.lamps.told) == 3


def test_a_deleted_messages_file_is_deleted(house: House) -> None:
    house.leave()
    (message,) = house.office.messages("2001", [])
    house.office.change(message, MessageState.DELETED, "2001")
    assert not house.file.exists()
    assert house.office.messages("2001", []) == ()


def test_messages_of_a_mailbox_are_mailed_once_with_the_file(house: House) -> None:
    house.office.use({"agent:2001": ["desk@example.com"]})
    house.leave(urgent=True)
    house.leave("queue:live")
    (letter,) = house.letters(1)
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "message.wav"
    assert "urgent" in letter["Subject"]
    gevent.sleep(0.3)
    assert len(house.post.letters) == 1


def test_what_no_server_takes_is_tried_again(house: House) -> None:
    house.post.answers = {"DATA": "451 later"}
    house.office.use({"agent:2001": ["desk@example.com"]})
    house.leave()
    gevent.sleep(0.3)
    assert house.post.letters == []
    house.post.answers = {}
    assert len(house.letters(1)) == 1


@pytest.mark.parametrize("written", [{"desk": ["a@example.com"]}, {"queue:live": ["nobody"]}, {"queue:../x": []}])
def test_only_mailboxes_and_addresses_are_mailed(written: dict[str, list[str]]) -> None:
    with pytest.raises(ConfigError):
        validated(VoicemailSettings, Document("fsapp.yaml", {"mail": written}, {}))
