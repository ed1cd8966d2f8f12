"""What records talks, put together."""

import logging
from collections.abc import Sequence
from datetime import datetime

from gevent import get_hub

from fsapp.domain.errors import StoreError
from fsapp.domain.recording import RecordingRecord, RecordingState
from fsapp.esl.taping import Taping
from fsapp.server.contact_centre import ContactCentre
from fsapp.server.recording_files import RecordingFiles
from fsapp.server.settings import EngineSettings
from fsapp.server.system import SystemClock
from fsapp.server.tape_deck import TapeDeck
from fsapp.store.database import upgrade_at
from fsapp.store.recordings import RecordingFilter, Recordings


def tape_deck(settings: EngineSettings, centre: ContactCentre, clock: SystemClock) -> TapeDeck:
    """Records what queues, flows and agents want recorded."""
    files = RecordingFiles(settings.data / "recordings", settings.recordings.min_free_mb)

    def today() -> datetime:
        return clock.now().astimezone(settings.zone)

    return TapeDeck(Taping(centre.client), files, centre.service.keep, centre.service.now, today)


def adopt_recordings(url: str, deck: TapeDeck) -> None:
    """Those whose engine died go on in the switch, or lie there whole: either way somebody has to tell of them."""
    found = get_hub().threadpool.apply(_open, (url,))
    if isinstance(found, StoreError):
        logging.getLogger("fsapp.recordings").warning("recordings of an earlier engine are not looked for: %s", found)
    else:
        deck.adopt(found)


def _open(url: str) -> Sequence[RecordingRecord] | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        upgrade_at(url)
        return Recordings(url).find(RecordingFilter(state=RecordingState.OPEN.value))
    except StoreError as error:
        return error
