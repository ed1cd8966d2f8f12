"""Before anything else: gevent's sockets and locks, as in the engine."""

from gevent import monkey

monkey.patch_all()
