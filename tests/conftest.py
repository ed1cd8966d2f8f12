"""Before anything else: gevent's sockets and locks, as in the engine."""

from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402 - nothing may be imported before the patch

# xdist's worker waits in the main greenlet; a hub without anything to wait for would give up (LoopExit).
_alive = gevent.get_hub().loop.timer(60.0, 60.0)
_alive.start(lambda: None)
