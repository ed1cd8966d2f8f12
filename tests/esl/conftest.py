"""A FreeSWITCH that a client connection goes to, and a client that is connected to it."""

from collections.abc import Iterator

import pytest

from fsapp.esl.client import Client
from tests.esl.test_esl_client import SECRET, FakeEventSocket


@pytest.fixture
def switch() -> Iterator[FakeEventSocket]:
    """A module whose switch is another one has a fixture of its own."""
    switch = FakeEventSocket()
    yield switch
    switch.close()


@pytest.fixture
def client(switch: FakeEventSocket) -> Iterator[Client]:
    client = Client("127.0.0.1", switch.port, SECRET)
    client.start()
    assert client.wait_connected(5)
    yield client
    client.stop()
