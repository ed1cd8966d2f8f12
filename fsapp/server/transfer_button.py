"""The transfer button of agents' telephones: heard from copies of the phones' SIP, and followed by the rules of codes.

The switch itself refuses every REFER (405), since it would dial whatever stands in one, past the engine and with
variables that run commands (sofia.c, "Nightmare transfer"; tests/live/test_detours.py). So it sends the engine a copy
of what phones send, and the caller goes where the agent's code for it would have sent the caller, or stays.
"""

import logging
from collections.abc import Callable
from contextlib import suppress

import gevent
from gevent import socket

from fsapp.server.sip_copies import LONGEST, Referral, referral

_LOG = logging.getLogger("fsapp.acd")

RETRY_SECONDS = 5.0
"""Another engine of this machine listens there, until it stops."""


class TransferButton:
    """Listens where the switch sends its copies. `pressed` must not wait."""

    def __init__(self, address: tuple[str, int] | None, pressed: Callable[[Referral], None]) -> None:
        """Without an address nothing is heard."""
        self._address = address
        self._pressed = pressed
        self._work: gevent.Greenlet[..., None] | None = None

    def start(self) -> None:
        if self._address is not None:
            self._work = gevent.spawn(self._listen, self._address)

    def stop(self) -> None:
        if self._work is not None:
            self._work.kill()

    def _listen(self, address: tuple[str, int]) -> None:
        with self._bound(address) as copies:
            while True:
                with suppress(OSError):
                    heard = referral(copies.recv(LONGEST))
                    if heard is not None:
                        self._pressed(heard)

    def _bound(self, address: tuple[str, int]) -> socket.socket:
        """Waits for the address to be free."""
        while True:
            family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
            listening = socket.socket(family, socket.SOCK_DGRAM)
            try:
                listening.bind(address)
            except OSError as error:
                listening.close()
                _LOG.info("agents' transfer buttons are not heard yet: %s port %d: %s", *address, error)
                gevent.sleep(RETRY_SECONDS)
            else:
                return listening
