"""The benchmark's call on plain greenswitch, written as its README shows: greenswitch_server.py PORT

Answer, a prompt, a menu, an announcement, a number of several digits, a last prompt, hang up.
"""

from gevent import monkey

monkey.patch_all()

import contextlib
import logging
import sys

from gevent.event import Event
from greenswitch.esl import OutboundESLServer, OutboundSession, OutboundSessionHasGoneAway

SOUNDS = "/tmp"  # noqa: S108 - names only: the generator opens no file


class BenchCall:
    """One call."""

    def __init__(self, session: OutboundSession) -> None:
        self.session = session

    def run(self) -> None:
        with contextlib.suppress(OutboundSessionHasGoneAway):
            self.serve()

    def serve(self) -> None:
        session, over = self.session, Event()
        session.register_handle("CHANNEL_HANGUP_COMPLETE", lambda _event: over.set())
        session.myevents()
        session.linger()
        session.call_command("answer", block=True)
        session.playback(f"{SOUNDS}/welcome.wav")
        # The last argument is empty: greenswitch's default is the word None, to which the switch transfers the caller.
        choice = session.play_and_get_digits(
            1, 1, 3, 5000, "#", f"{SOUNDS}/menu.wav", f"{SOUNDS}/wrong.wav", "choice", "[0-9]", 2000, ""
        )
        session.playback(f"{SOUNDS}/news-{choice}.wav")
        account = session.play_and_get_digits(
            1, 10, 3, 5000, "#", f"{SOUNDS}/account.wav", f"{SOUNDS}/wrong.wav", "account", r"\d+", 2000, ""
        )
        session.playback(f"{SOUNDS}/bill-{account}.wav")
        session.hangup()
        over.wait(10)


logging.basicConfig(level=logging.ERROR)
OutboundESLServer(
    bind_address="127.0.0.1", bind_port=int(sys.argv[1]), application=BenchCall, max_connections=1_000_000
).listen()
