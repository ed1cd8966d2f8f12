"""Letters by mail: what arrives, and what becomes of a server that says no, or nothing."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fsapp.server.mail import Letter, Mailer, MailSettings, NeverSent, NotSent
from tests.server.post_office import PostOffice

LETTER = Letter("wang@example.com", "工单超时", "20261124-0007：请尽快处理。\n", key="20261124-0007.3")


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


def mailer(office: PostOffice, **settings: Any) -> Mailer:
    port = office.start().server_port
    return Mailer(MailSettings(**{"host": "127.0.0.1", "port": port, "sender": "fsapp@example.com"} | settings))


def test_a_letter_arrives_as_it_was_written(office: PostOffice) -> None:
    mailer(office).send(LETTER)
    (letter,) = office.letters
    assert (letter["To"], letter["From"]) == ("wang@example.com", "fsapp@example.com")
    assert letter["Subject"] == "工单超时"
    assert letter["Message-ID"] == "<20261124-0007.3@example.com>"
    assert letter.get_content().splitlines() == LETTER.text.splitlines()


def test_a_page_of_html_comes_with_its_text(office: PostOffice) -> None:
    mailer(office).send(Letter("wang@example.com", "日报", "text", "<h1>日报</h1>"))
    parts = [part.get_content_type() for part in office.letters[0].walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


def test_a_subject_adds_no_line_to_the_head(office: PostOffice) -> None:
    mailer(office).send(Letter("wang@example.com", "a\r\nBcc: eve@example.com", "text"))
    assert office.letters[0]["Bcc"] is None
    assert office.letters[0]["Subject"] == "a Bcc: eve@example.com"


def test_a_subject_that_looks_encoded_is_not_decoded(office: PostOffice) -> None:
    mailer(office).send(Letter("wang@example.com", "=?utf-8?q?a=0d=0aBcc:_eve@example.com?=", "text"))
    assert office.letters[0]["Bcc"] is None
    assert office.letters[0]["Subject"] == "= ?utf-8?q?a=0d=0aBcc:_eve@example.com?="


@pytest.mark.parametrize("to", ["eve", "a@b\r\nBcc: eve@example.com", "a@b,c@d", "<a@b>", ""])
def test_an_address_that_is_none_is_never_sent_to(office: PostOffice, to: str) -> None:
    with pytest.raises(NeverSent, match="is no mail address"):
        mailer(office).send(Letter(to, "subject", "text"))
    assert office.envelopes == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 nobody"}, NeverSent),
        ({"RCPT": "450 later"}, NotSent),
        ({".": "554 no"}, NeverSent),
        ({".": "451 later"}, NotSent),
        ({"MAIL": "530 who are you"}, NotSent),
        ({"EHLO": "500 what", "HELO": "500 what"}, NotSent),
        ({"DATA": "552 full"}, NeverSent),
    ],
)
def test_what_is_refused_for_ever_is_told_from_what_may_go_later(
    answers: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        mailer(PostOffice(answers)).send(LETTER)


def test_a_server_that_says_nothing_is_left_in_time() -> None:
    with pytest.raises(NotSent, match=r"127\.0\.0\.1: .*timed out"):
        mailer(PostOffice(silent=True), timeout=0.1).send(LETTER)


def test_a_server_that_cannot_do_tls_gets_no_letter(office: PostOffice) -> None:
    with pytest.raises(NotSent, match="STARTTLS"):
        mailer(office, security="starttls").send(LETTER)
    assert office.letters == []


def test_a_server_that_is_not_there_may_be_there_later() -> None:
    office = PostOffice()
    server = office.start()
    port = server.server_port
    server.stop()
    with pytest.raises(NotSent):
        Mailer(MailSettings(host="127.0.0.1", port=port, sender="a@example.com")).send(LETTER)


def test_a_password_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret\n")
    file.chmod(0o644)
    with pytest.raises(ValidationError, match="others may read it"):
        MailSettings(host="h", sender="a@example.com", user="u", password=f"file:{file}")
