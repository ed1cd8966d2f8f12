"""Sends what people are to be told of tickets: each once, again where that may help, and never for long."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fsapp.domain.clock import Clock
from fsapp.domain.errors import ConfigError
from fsapp.domain.ticket import milliseconds
from fsapp.server import databases
from fsapp.server.mail import Letter, Mailer, NeverSent, NotSent
from fsapp.server.screen_pop_settings import secret_headers
from fsapp.server.settings import EngineSettings, beside
from fsapp.server.ticket_letters import Way
from fsapp.server.webhook import Refused, Unreachable, Webhook
from fsapp.store.ticket_notices import TicketNotices, WaitingNotice

CLAIM_MS = 180_000
"""How long a notice is ours: longer than an attempt can take."""

MOST_FAILURES = 3
"""In a row; then this way is left alone until the next run: a dead server holds nobody up."""


@dataclass(slots=True)
class SentCounts:
    """Of one run. `problems` are sentences about what could not be sent."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


class TicketSender:
    """One run over all that waits, as cron does it; several at once take different notices."""

    def __init__(self, notices: TicketNotices, webhook: Webhook | None, mailer: Mailer | None, clock: Clock) -> None:
        self._notices = notices
        self._webhook = webhook
        self._mailer = mailer
        self._clock = clock
        self._failures = dict.fromkeys(Way, 0)

    def run(self) -> SentCounts:
        """Tries each that is due, the oldest first. Raises StoreError."""
        counts = SentCounts()
        for notice in self._waiting():
            way = Way(notice.way)
            if self._failures[way] >= MOST_FAILURES:
                counts.skipped += 1
            elif self._notices.claim(notice, self._now() + CLAIM_MS):
                self._try(notice, way, counts)
        return counts

    def close(self) -> None:
        """Lets idle connections go."""
        if self._webhook is not None:
            self._webhook.close()

    def _waiting(self) -> Iterator[WaitingNotice]:
        yield from self._notices.waiting(self._now())

    def _try(self, notice: WaitingNotice, way: Way, counts: SentCounts) -> None:
        try:
            self._send(notice, way)
        except (NotSent, Unreachable) as error:
            self._failures[way] += 1
            counts.failed += 1
            self._fail(notice, counts, str(error), for_ever=False)
        except (NeverSent, Refused) as error:
            counts.given_up += 1
            self._fail(notice, counts, str(error), for_ever=True)
        else:
            self._failures[way] = 0
            counts.sent += 1
            self._notices.sent(notice, self._now())

    def _send(self, notice: WaitingNotice, way: Way) -> None:
        if way is Way.MAIL:
            if self._mailer is None:
                raise NotSent("there is no mail server in the settings any more")
            self._mailer.send(Letter(notice.address, notice.subject, notice.body, key=notice.key))
        elif self._webhook is None:
            raise Unreachable("there is no webhook in the settings any more")
        else:
            self._webhook.post(notice.body.encode(), notice.key)

    def _fail(self, notice: WaitingNotice, counts: SentCounts, error: str, *, for_ever: bool) -> None:
        counts.problems.append(f"{notice.ticket} to {notice.recipient} by {notice.way}: {error}")
        self._notices.failed(notice, self._now(), error, for_ever=for_ever)

    def _now(self) -> int:
        return milliseconds(self._clock.now())


def sender(settings: EngineSettings, clock: Clock) -> TicketSender:
    """The sender of a site. Raises ConfigError."""
    notices = TicketNotices(databases.own_url(settings))
    mailer = Mailer(settings.mail) if settings.mail is not None else None
    return TicketSender(notices, _webhook(settings), mailer, clock)


def _webhook(settings: EngineSettings) -> Webhook | None:
    wanted = settings.ticket_notices
    if wanted is None:
        return None
    try:
        headers = secret_headers(beside(settings.file, wanted.headers_file)) if wanted.headers_file else {}
        ca_file = str(beside(settings.file, wanted.ca_file)) if wanted.ca_file else None
        return Webhook(wanted.url, headers, timeout=wanted.timeout, at_once=1, ca_file=ca_file)
    except ValueError as error:
        raise ConfigError([settings.problem(("ticket_notices",), str(error))]) from None
