"""Phones that come and go, as the switch tells and lists them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import gevent
import pytest

from fsapp.esl.client import Client
from fsapp.esl.events import Event
from fsapp.server.freeswitch_conf import esl_password
from fsapp.server.sip_registrations import LISTING, Registration, listed, of_event
from tests.live.caller import Caller
from tests.live.switch import Switch

LIMIT = 15.0


class Desk:
    """What the client connection hears of phones."""

    def __init__(self, switch: Switch) -> None:
        self.heard: list[Registration] = []
        password = esl_password(switch.settings, switch.data)
        self.client = Client("127.0.0.1", switch.settings.event_socket.port, password, on_custom=self._hear)
        self.client.start()
        assert self.client.wait_connected(LIMIT)

    def _hear(self, event: Event) -> None:
        registration = of_event(event.get)
        if registration is not None:
            self.heard.append(replace(registration, call_id=""))  # which each phone makes up

    def wait_for(self, registration: Registration) -> None:
        with gevent.Timeout(LIMIT):
            while registration not in self.heard:
                gevent.sleep(0.01)

    def there(self) -> list[Registration]:
        return [replace(each, call_id="") for each in listed(self.client.api(*LISTING))]


@pytest.fixture
def desk(switch: Switch) -> Iterator[Desk]:
    listening = Desk(switch)
    yield listening
    listening.client.stop()


def test_a_phone_that_comes_and_goes_is_told_and_listed(
    switch: Switch, desk: Desk, phone: Callable[..., Caller]
) -> None:
    user = f"7{uuid4().int % 10**6:06}"
    come = Registration(user, "phones", registered=True)
    switch.add_phone(user, "correct horse")
    assert come not in desk.there()
    phone(user, "--user", user, "--password", "correct horse", "--registrar", switch.registrar)
    desk.wait_for(come)
    assert come in desk.there()
    switch.api(f"sofia profile phones flush_inbound_reg {user}@{switch.settings.domain}")
    desk.wait_for(Registration(user, "phones", registered=False))
    with gevent.Timeout(LIMIT):
        while come in desk.there():
            gevent.sleep(0.01)
