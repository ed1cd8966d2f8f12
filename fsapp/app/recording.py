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
from fsapp.server.talk_recorder import TalkRecorder
from fsapp.store.database import upgrade_at
from fsapp.store.recordings import RecordingFilter, Recordings


def talk_recorder(settings: EngineSettings, centre: ContactCentre, clock: SystemClock) -> TalkRecorder:
    """Records what queues, flows and agents want recorded."""
    files = RecordingFiles(settings.data / "recordings", settings.recordings.min_free_mb)

    def today() -> datetime:
        return clock.now().astimezone(settings.zone)

    centre.recorder = TalkRecorder(Taping(centre.client), centre.service, files, today)
    return centre.recorder


def adopt_recordings(url: str, recorder: TalkRecorder) -> None:
    """Those whose engine died go on in the switch, or lie there whole: either way somebody has to tell of them."""
    found = get_hub().threadpool.apply(_open, (url,))
    if isinstance(found, StoreError):
        logging.getLogger("fsapp.recordings").warning("recordings of an earlier engine are not looked for: %s", found)
    else:
        recorder.adopt(found)


def _open(url: str) -> Sequence[RecordingRecord] | StoreError:
    """As a value: gevent prints what a thread raises."""
    try:
        upgrade_at(url)
        return Recordings(url).find(RecordingFilter(state=RecordingState.OPEN.value))
    except StoreError as error:
        return error
