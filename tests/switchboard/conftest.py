from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from fsapp.switchboard.switch import Switch
from tests.switchboard.wire_bench import Clients, Engine, Wire, client

PASSWORD = "test"


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def clients() -> Iterator[Clients]:
    """Client connections to a switch's event socket; switch and connections are closed at the end."""
    with ExitStack() as stack:

        def connected(switch: Switch, password: str = PASSWORD) -> Wire:
            port = switch.listen("127.0.0.1", 0, PASSWORD)
            stack.callback(switch.close)
            wire = client(port, password)
            stack.enter_context(closing(wire.socket))
            return wire

        yield connected
