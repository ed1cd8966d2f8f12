"""Mailboxes, put together."""

from collections.abc import Callable

from fsapp.domain.arguments import Name
from fsapp.domain.clock import Clock
from fsapp.esl.lamps import Lamps
from fsapp.server import databases
from fsapp.server.contact_centre import PHONES, ContactCentre
from fsapp.server.mail import Mailer
from fsapp.server.settings import EngineSettings
from fsapp.server.voicemail import VoicemailOffice
from fsapp.store.voicemails import Voicemails


def voicemail_office(
    settings: EngineSettings, centre: ContactCentre, clock: Clock, flush: Callable[[float], bool]
) -> VoicemailOffice:
    """Raises StoreError for a database URL that is none."""
    lamps = Lamps(centre.client, Name(PHONES), Name(settings.freeswitch.domain))
    mailer = Mailer(settings.mail) if settings.mail else None
    voicemails = Voicemails(databases.own_url(settings))
    return VoicemailOffice(voicemails, lamps, centre.service.dispatcher.agents, mailer, clock, flush)
