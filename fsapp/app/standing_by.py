"""An engine that stands by: everything is read before it is its turn, so that what is broken is told of while another
engine still serves the calls.
"""

import signal
from collections.abc import Callable
from functools import partial

import gevent

from fsapp.app.building import data_folder
from fsapp.app.sources import Read, step_kinds
from fsapp.server import site_files
from fsapp.server.control import PidFile
from fsapp.server.standing_by import turn
from fsapp.server.watchdog import Watchdog


def stand_by(read: Read, say: Callable[[str], object]) -> PidFile:
    """Waits for its turn, and says so. Raises ConfigError with every problem found."""
    settings = read()
    site_files.load(settings, step_kinds())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what there is to be reloaded is read anew when the turn comes
    watchdog = Watchdog()
    watchdog.ready()
    signs = gevent.spawn(watchdog.run)
    try:
        return turn(data_folder(settings), partial(say, f"fsapp stands by: another engine works in {settings.data}"))
    finally:
        signs.kill()
