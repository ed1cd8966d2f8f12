"""Notices on their way: each once, again where that helps; a dead server holds nobody up."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from gevent.pywsgi import WSGIServer

from fsapp.domain.clock import VirtualClock
from fsapp.domain.ticket_opening import Opening
from fsapp.server import settings
from fsapp.server.mail import Mailer, MailSettings
from fsapp.server.ticket_letters import Ways
from fsapp.server.ticket_office import TicketOffice
from fsapp.server.ticket_sending import TicketSender, sender
from fsapp.server.webhook import Webhook
from fsapp.store import database
from fsapp.store.ticket_notices import MOST_TRIES, TicketNotices
from tests.server.post_office import PostOffice
from tests.tickets.site import PLAN, TUESDAY, ZONE


class Hook:
    """A webhook that keeps what it is told."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.bodies: list[bytes] = []
        self.keys: list[str] = []
        self.server = WSGIServer(("127.0.0.1", 0), self._serve, log=None)
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices"

    def _serve(self, environ, start_response):  # type: ignore[no-untyped-def]
        self.bodies.append(environ["wsgi.input"].read())
        self.keys.append(environ["HTTP_IDEMPOTENCY_KEY"])
        start_response(self.status, [])
        return [b""]


class Site:
    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/fsapp.db"
        database.upgrade_at(self.url)
        self.clock = VirtualClock(TUESDAY)
        self.office = TicketOffice(self.url, PLAN, ZONE, Ways(webhook=True, mail=True), self.clock)
        self.notices = TicketNotices(self.url)
        self.post = PostOffice()
        self.hook = Hook()
        self.mail_port = self.post.start().server_port
        self.timeout = 2.0

    def sender(self) -> TicketSender:
        mail = MailSettings(host="127.0.0.1", port=self.mail_port, sender="fsapp@example.com", timeout=self.timeout)
        webhook = Webhook(self.hook.url, {}, timeout=self.timeout, at_once=1, ca_file=None)
        return TicketSender(self.notices, webhook, Mailer(mail), self.clock)

    def open(self, count: int = 1) -> None:
        for _ in range(count):
            self.office.open(Opening("complaint", "不满"), "1001")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.hook.server.stop()


def test_everybody_is_told_once(site: Site) -> None:
    site.open()
    counts = site.sender().run()
    assert (counts.sent, counts.failed, counts.problems) == (2, 0, [])
    assert [letter["To"] for letter in site.post.letters] == ["service@example.com"]
    assert site.hook.keys == ["20261124-0001.0.service.webhook"]
    site.clock.advance(100_000)
    assert site.sender().run().sent == 0
    assert site.notices.unsent() == ()


def test_a_server_that_is_away_is_tried_again_later_and_later(site: Site) -> None:
    site.open()
    site.post.answers = {"MAIL": "451 later"}
    counts = site.sender().run()
    assert (counts.sent, counts.failed) == (1, 1)
    assert counts.problems == [
        "20261124-0001 to service by mail: 127.0.0.1: SMTPSenderRefused: (451, b'later', 'fsapp@example.com')"
    ]
    for seconds, tries in ((59, 1), (1, 2), (119, 2), (1, 3), (239, 3), (1, 4)):
        site.clock.advance(seconds)
        site.sender().run()
        assert site.notices.unsent()[0].tries == tries
    site.post.answers = {}
    site.clock.advance(480)
    assert site.sender().run().sent == 1


def test_what_is_refused_for_ever_is_given_up_and_stays_on_the_list(site: Site) -> None:
    site.open()
    site.hook.status = "404 Not Found"
    site.post.answers = {"RCPT": "550 nobody"}
    counts = site.sender().run()
    assert (counts.sent, counts.given_up) == (0, 2)
    site.clock.advance(1_000_000)
    assert site.sender().run().given_up == 0
    assert {each.error for each in site.notices.unsent()} == {
        "service@example.com answered with code 550",
        "127.0.0.1 answered with status 404",
    }


def test_it_is_given_up_after_a_day_or_so(site: Site) -> None:
    site.open()
    site.hook.status = "503 Service Unavailable"
    for _ in range(MOST_TRIES + 5):
        site.sender().run()
        site.clock.advance(3600)
    (unsent,) = site.notices.unsent()
    assert (unsent.way, unsent.tries, unsent.next_at) == ("webhook", MOST_TRIES, None)


def test_a_dead_server_holds_nobody_up(site: Site) -> None:
    site.open(20)
    site.post.silent = True
    site.timeout = 0.1
    began = monotonic()
    counts = site.sender().run()
    assert monotonic() - began < 3
    assert (counts.sent, counts.failed, counts.skipped) == (20, 3, 17)


def test_two_who_send_at_once_send_different_notices(site: Site) -> None:
    site.open(3)
    (first, *_) = site.notices.waiting(10**14)
    assert site.notices.claim(first, first.at + 1000)
    assert not site.notices.claim(first, first.at + 1000)
    assert site.sender().run().sent == 5


def test_without_a_way_what_waits_goes_on_waiting(site: Site) -> None:
    site.open()
    counts = TicketSender(site.notices, None, None, site.clock).run()
    assert counts.failed == 2
    assert "there is no webhook in the settings any more" in counts.problems[-1] + counts.problems[0]


def test_the_settings_say_by_whom(tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("Authorization: Bearer x\n")
    (tmp_path / "headers").chmod(0o600)
    (tmp_path / "fsapp.yaml").write_text(
        "data: data\n"
        "mail: {host: smtp.example.com, sender: fsapp@example.com}\n"
        "ticket_notices: {url: https://oa.example.com/notices, headers_file: headers}\n"
    )
    sender(settings.load(tmp_path / "fsapp.yaml"), VirtualClock(TUESDAY)).close()
