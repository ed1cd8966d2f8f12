"""Faxes, put together: those that come, and those that wait to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from fsapp.domain.clock import Clock
from fsapp.domain.dialplan import Outbound
from fsapp.flow.ports import DialRules
from fsapp.server import databases
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.fax_attempts import FaxAttempts
from fsapp.server.fax_remains import FaxRemains
from fsapp.server.fax_sending import FaxSender
from fsapp.server.faxes import FAX_FOLDER, Faxes
from fsapp.server.journal import Sink
from fsapp.server.mail import Mailer
from fsapp.server.settings import EngineSettings
from fsapp.store.fax_jobs import FaxJobs


@dataclass(frozen=True, slots=True)
class FaxParts:
    """What an engine has of faxes."""

    faxes: Faxes
    sender: FaxSender

    def use(self, settings: EngineSettings, outbound: Outbound, door: DialRules) -> Faxes:
        """These hold from now on; gives the port of flows."""
        self.faxes.use(settings.fax)
        self.sender.use(settings.fax, outbound, door)
        return self.faxes


def fax_parts(settings: EngineSettings, centre: ContactCentre, sinks: Sequence[Sink], clock: Clock) -> FaxParts:
    """`sinks` may be filled later. Raises StoreError for a database URL that is none."""
    url = databases.own_url(settings)
    mailer = Mailer(settings.mail) if settings.mail else None
    faxes = Faxes(settings.data / FAX_FOLDER, url, settings.fax, mailer, clock)
    attempts = FaxAttempts(centre.client, faxes.document, clock, centre.lines.engine)
    remains = FaxRemains(centre.client, settings.data / settings.freeswitch.cdr_dir)
    return FaxParts(faxes, FaxSender(centre.client, FaxJobs(url), attempts, remains, sinks, clock, settings.zone))
