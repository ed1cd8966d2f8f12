"""What becomes of a fax that came: a document, whatever happens on the way; mailed, and left in a folder."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import gevent
import pytest
from PIL import Image

from fsapp.domain.call import Call
from fsapp.domain.clock import VirtualClock
from fsapp.domain.errors import MediaError
from fsapp.domain.fax import Document, FaxResult, Resolution
from fsapp.fax import tiff
from fsapp.fax.settings import Delivery, FaxSettings
from fsapp.server.fax_inbox import ORPHAN_SECONDS
from fsapp.server.faxes import Faxes
from fsapp.server.mail import Mailer, MailSettings
from fsapp.store.database import upgrade_at
from tests.server.post_office import PostOffice

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
CALL = Call("call-1", "13800138000", "7201", NOW)
DONE = FaxResult(success=True, pages=2, rate=14400, station_id="0571 1234", ecm=True, text="OK")
BROKEN = FaxResult(success=False, pages=1, text="The call dropped prematurely")


def fax(path: str, pages: int = 2) -> str:
    """What FreeSWITCH would have written."""
    tiff.write(Path(path), (Image.new("1", (1728, 1146), 1) for _ in range(pages)), Resolution.STANDARD, tiff.G3)
    return path


def until(done: Callable[[], bool]) -> None:
    with gevent.Timeout(45):
        while not done():
            gevent.sleep(0.02)


Site = Callable[..., Faxes]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Makes the faxes of an engine: `site(deliver=…)`; a second one is the engine after a restart."""
    url = f"sqlite:///{tmp_path / 'fsapp.db'}"
    upgrade_at(url)
    made: list[Faxes] = []

    def make(mailer: Mailer | None = None, now: datetime = NOW, **settings: object) -> Faxes:
        for before in made:
            before.close()
        made.append(Faxes(tmp_path / "fax", url, FaxSettings.model_validate(settings), mailer, VirtualClock(now)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def received(faxes: Faxes) -> tuple[Document, ...]:
    return faxes.documents.list()


def test_a_fax_becomes_a_document_of_its_caller(site: Site) -> None:
    faxes = site()
    name = faxes.received(CALL, fax(faxes.incoming_path(CALL)), "orders", DONE)
    until(lambda: bool(received(faxes)))
    (document,) = received(faxes)
    assert (document.id, document.category, document.pages) == (name, "orders", 2)
    assert (document.call, document.caller, document.called) == ("call-1", "13800138000", "7201")
    assert (document.station_id, document.partial, document.ecm, document.rate) == ("0571 1234", False, True, 14400)
    assert faxes.library.pdf(document.sha256).read_bytes().startswith(b"%PDF")
    path = faxes.document(name)
    assert path is not None
    assert tiff.directories(Path(path)) == 2


def test_nothing_is_left_in_the_inbox(site: Site, tmp_path: Path) -> None:
    faxes = site()
    faxes.received(CALL, fax(faxes.incoming_path(CALL)), "orders", DONE)
    until(lambda: bool(received(faxes)))
    until(lambda: not list((tmp_path / "fax" / "incoming").iterdir()))


def test_a_fax_that_broke_off_is_kept_and_marked(site: Site) -> None:
    faxes = site()
    path = Path(fax(faxes.incoming_path(CALL), 3))
    path.write_bytes(path.read_bytes()[:-40])
    faxes.received(CALL, str(path), "orders", BROKEN)
    until(lambda: bool(received(faxes)))
    (document,) = received(faxes)
    assert document.partial
    assert 1 <= document.pages < 3


def test_a_file_that_is_no_fax_is_put_aside(site: Site, tmp_path: Path) -> None:
    faxes = site()
    path = Path(faxes.incoming_path(CALL))
    path.write_bytes(b"II*\0garbage")
    faxes.received(CALL, str(path), "orders", DONE)
    until(lambda: path.with_name(path.name + ".unreadable").exists())
    assert received(faxes) == ()


def test_a_fax_of_no_pages_leaves_no_file(site: Site) -> None:
    faxes = site()
    path = fax(faxes.incoming_path(CALL), 1)
    faxes.nothing_received(path)
    faxes.nothing_received(path)
    assert not Path(path).exists()


def test_each_fax_of_a_call_has_a_file_of_its_own(site: Site) -> None:
    faxes = site()
    assert faxes.incoming_path(CALL) != faxes.incoming_path(CALL)


@pytest.mark.parametrize("uuid", ["../../etc", "a b", "a/../b", ""])
def test_a_call_cannot_name_a_file_elsewhere(site: Site, tmp_path: Path, uuid: str) -> None:
    faxes = site()
    try:
        path = Path(faxes.incoming_path(Call(uuid, "", "", NOW)))
    except MediaError:
        return
    assert path.parent == (tmp_path / "fax" / "incoming").resolve()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told_of(site: Site, tmp_path: Path) -> None:
    (tmp_path / "fax").mkdir(mode=0o500)
    with pytest.raises(MediaError, match="Permission denied"):
        site().incoming_path(CALL)


def test_a_folder_that_is_a_file_is_told_of(site: Site, tmp_path: Path) -> None:
    (tmp_path / "fax").write_text("in the way")
    with pytest.raises(MediaError, match="no fax can be taken into"):
        site().incoming_path(CALL)


def test_what_an_engine_left_undone_the_next_one_does(site: Site) -> None:
    before = site()
    before.received(CALL, fax(before.incoming_path(CALL)), "orders", DONE)
    before.close()
    after = site()
    running = gevent.spawn(after.run)
    until(lambda: bool(received(after)))
    running.kill()
    assert [each.caller for each in received(after)] == ["13800138000"]


def test_a_fax_whose_engine_died_in_the_middle_is_kept_as_partial(site: Site) -> None:
    before = site()
    path = fax(before.incoming_path(CALL))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    after = site(now=datetime.fromtimestamp(NOW.timestamp() + ORPHAN_SECONDS + 1, UTC))
    running = gevent.spawn(after.run)
    until(lambda: bool(received(after)))
    running.kill()
    (document,) = received(after)
    assert (document.partial, document.call, document.result) == (True, "call-1", "the engine died")


def test_a_file_that_still_grows_is_left_alone(site: Site) -> None:
    faxes = site()
    path = fax(faxes.incoming_path(CALL))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    running = gevent.spawn(faxes.run)
    gevent.idle()
    running.kill()
    assert Path(path).exists()


def test_a_fax_that_this_engine_takes_is_left_alone_however_slow_it_is(site: Site) -> None:
    faxes = site(now=datetime.fromtimestamp(NOW.timestamp() + 3 * ORPHAN_SECONDS, UTC))
    path = fax(faxes.incoming_path(CALL))
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert faxes._inbox.unfinished(NOW.timestamp() + 3 * ORPHAN_SECONDS) == []
    assert Path(path).exists()


def test_a_document_that_nobody_added_is_not_there(site: Site) -> None:
    assert site().document("nothing") is None


def test_a_fax_is_left_in_the_folder_of_its_category(site: Site, tmp_path: Path) -> None:
    faxes = site(deliver=[{"category": "orders", "folder": tmp_path / "out"}, {"folder": tmp_path / "rest"}])
    faxes.received(CALL, fax(faxes.incoming_path(CALL)), "orders", DONE)
    faxes.received(CALL, fax(faxes.incoming_path(CALL), 1), "bills", BROKEN)
    until(lambda: [bool(each.delivered_at) for each in received(faxes)] == [True, True])
    (order,) = (tmp_path / "out").iterdir()
    (rest,) = (tmp_path / "rest").iterdir()
    assert order.name.endswith("-13800138000.pdf")
    assert rest.name.endswith("-13800138000-partial.pdf")
    assert order.read_bytes().startswith(b"%PDF")


def test_a_fax_is_mailed_with_its_pdf(site: Site) -> None:
    office = PostOffice()
    server = office.start()
    mailer = Mailer(MailSettings(host="127.0.0.1", port=server.server_port, sender="fsapp@example.com"))
    faxes = site(mailer, deliver=[{"mail": ["a@example.com", "b@example.com"]}])
    faxes.received(CALL, fax(faxes.incoming_path(CALL)), "orders", DONE)
    until(lambda: bool(received(faxes)) and received(faxes)[0].delivered_at is not None)
    assert len(office.letters) == 2
    letter = office.letters[0]
    (attached,) = letter.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content().startswith(b"%PDF")
    assert "0571 1234" in letter["Subject"]
    assert "Call: call-1" in str(letter.get_body(("plain",)))
    server.stop()


def test_a_letter_that_was_not_taken_is_tried_again_and_nobody_gets_two(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fsapp.server.faxes.AGAIN_SECONDS", 0.1)
    office = PostOffice()
    server = office.start()
    mailer = Mailer(MailSettings(host="127.0.0.1", port=server.server_port, sender="fsapp@example.com"))
    faxes = site(mailer, deliver=[{"mail": ["a@example.com", "b@example.com"]}])
    office.answers = {"RCPT TO:<B": "451 later"}
    faxes.received(CALL, fax(faxes.incoming_path(CALL)), "orders", DONE)
    until(lambda: len(office.letters) == 1 and bool(received(faxes)))
    office.answers = {}
    running = gevent.spawn(faxes.run)
    until(lambda: received(faxes)[0].delivered_at is not None)
    running.kill()
    assert len(office.letters) == 2
    server.stop()


def test_a_site_without_delivery_keeps_its_faxes(site: Site) -> None:
    faxes = site()
    faxes.received(CALL, fax(faxes.incoming_path(CALL)), "orders", DONE)
    until(lambda: bool(received(faxes)))
    assert received(faxes)[0].delivered_at is None


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"station_id": "Müller"}, "is no station id"),
        ({"station_id": "1" * 21}, "is no station id"),
        ({"header": "电力"}, "is no header line"),
        ({"deliver": [{"category": "orders"}]}, "give `folder`, `mail` or `ticket`"),
        ({"sending": {"window": "8-20"}}, "is no time of the day"),
        ({"sending": {"caller_number": "${x}"}}, "is no number"),
    ],
)
def test_settings_that_make_no_sense_are_refused(written: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        FaxSettings.model_validate(written)


def test_paths_in_settings_are_beside_the_file() -> None:
    settings = FaxSettings(deliver=(Delivery(folder=Path("in")), Delivery(mail=("a@b.c",))), cover=Path("cover.txt"))
    placed = settings.placed(lambda path: Path("/conf") / path)
    assert (placed.deliver[0].folder, placed.deliver[1].folder) == (Path("/conf/in"), None)
    assert placed.cover == Path("/conf/cover.txt")


def test_a_category_has_a_kind_of_ticket(site: Site) -> None:
    faxes = site(deliver=[{"category": "complaints", "ticket": "complaint"}, {"folder": "rest"}])
    assert (faxes.ticket_kind("complaints"), faxes.ticket_kind("orders")) == ("complaint", "")
    assert site().ticket_kind("complaints") == ""
