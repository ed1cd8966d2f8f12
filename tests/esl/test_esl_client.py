"""The client connection: authentication, commands, other connections' channels, losses and returns."""

import logging
from collections.abc import Iterator

import gevent
import pytest
from gevent.queue import Queue
from gevent.server import StreamServer

from fsapp.domain.arguments import Uuid
from fsapp.domain.errors import CallEnded
from fsapp.domain.leg import PlayEnd, Utterance
from fsapp.esl import wire
from fsapp.esl.client import Client, State, password_to_use
from fsapp.esl.commands import Api
from fsapp.esl.errors import CommandRefused, CommandTimeout, ConnectionLost
from fsapp.esl.leg import EslLeg
from tests.esl.fake_switch import (
    CORE,
    OK,
    UUID,
    Said,
    accounted,
    commands,
    failing,
    hung_up,
    json_event,
    key,
    played,
    refused,
)

SECRET = "a-password-of-our-own"


def api_response(text: str) -> bytes:
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(text.encode()), text.encode())


def job_done(said: Said, text: str) -> bytes:
    return json_event("BACKGROUND_JOB", **{"Job-UUID": said.headers["Job-UUID"], "_body": text})


class FakeEventSocket:
    """FreeSWITCH's event socket on a free port. `on` gives what is said to a command's first words."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.core = CORE
        self.greeting = b"Content-Type: auth/request\n\n"
        self.mute = False
        self.on: dict[str, bytes] = {}
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()
        self._sockets: list[gevent.socket.socket] = []

    @property
    def port(self) -> int:
        return int(self._server.server_port or 0)

    def send(self, data: bytes) -> None:
        self._sockets[-1].sendall(data)

    def cut(self) -> None:
        self._sockets[-1].shutdown(2)

    def close(self) -> None:
        self._server.stop(0)
        for sock in self._sockets:
            sock.close()

    def _serve(self, sock: gevent.socket.socket, _: object) -> None:
        self._sockets.append(sock)
        sock.sendall(self.greeting)
        for said in commands(sock):
            self.said.append(said.line)
            if not self.mute:
                sock.sendall(self._answer(said))

    def _answer(self, said: Said) -> bytes:
        if said.line.startswith("auth "):
            right = said.line == f"auth {SECRET}"
            return OK.replace(b"+OK", b"+OK accepted") if right else refused("invalid")
        for words, answer in self.on.items():
            if said.line.startswith(words):
                return answer
        if said.line.startswith("bgapi version"):
            return OK + job_done(said, "FreeSWITCH 1.11.1")
        if said.line == "api global_getvar core_uuid":
            return api_response(self.core)
        if said.line.startswith("api "):
            return api_response("+OK\n")
        return OK + (played(said) if said.application == "playback" else b"")


class Watched:
    """A client with the states that it told."""

    def __init__(self, port: int, password: str = SECRET) -> None:
        self.states: Queue[State] = Queue()
        self.client = Client("127.0.0.1", port, password, lambda state, why: self.states.put(state))
        self.client.start()

    def next_state(self) -> State:
        return self.states.get(timeout=5)


@pytest.fixture
def watched(switch: FakeEventSocket) -> Iterator[Watched]:
    watched = Watched(switch.port)
    assert watched.next_state() is State.CONNECTED
    yield watched
    watched.client.stop()


def test_the_client_hears_jobs_and_its_own_channels_and_nothing_else(switch: FakeEventSocket, watched: Watched) -> None:
    assert switch.said == [
        f"auth {SECRET}",
        "filter Event-Name BACKGROUND_JOB",
        "filter Event-Name CUSTOM",
        "filter Event-Name RECORD_STOP",
        "event json BACKGROUND_JOB RECORD_STOP CHANNEL_ANSWER CHANNEL_BRIDGE DETECTED_TONE"
        " CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE DTMF"
        " CUSTOM sofia::register sofia::unregister sofia::expire",
        "api global_getvar core_uuid",
    ]


def test_an_api_command_gives_what_the_switch_says(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api uuid_exists"] = api_response("true")
    assert watched.client.api(Api.UUID_EXISTS, UUID) == "true"


def test_a_list_of_very_many_channels_is_read(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api show"] = api_response("x" * (wire.MAX_MESSAGE + 1))
    assert len(watched.client.api(Api.SHOW, "channels", "as", "json")) == wire.MAX_MESSAGE + 1


def test_an_api_command_refused_is_an_error(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api uuid_kill"] = api_response("-ERR No such channel!\n")
    with pytest.raises(CommandRefused, match="No such channel"):
        watched.client.api(Api.UUID_KILL, UUID)


def test_a_background_job_is_matched_by_its_id(switch: FakeEventSocket, watched: Watched) -> None:
    switch.send(json_event("BACKGROUND_JOB", **{"Job-UUID": "another", "_body": "wrong"}))
    assert watched.client.bgapi(Api.VERSION, limit=5) == "FreeSWITCH 1.11.1"


def test_a_background_job_without_a_result_ends_by_its_time_limit(switch: FakeEventSocket, watched: Watched) -> None:
    with pytest.raises(CommandTimeout, match="status"):
        watched.client.bgapi(Api.STATUS, limit=0.01)


def test_a_channel_is_driven_without_a_socket_of_its_own(switch: FakeEventSocket, watched: Watched) -> None:
    leg = EslLeg(watched.client.channel(Uuid(UUID), answered=True))
    assert leg.play([Utterance("x", "en", "/a.wav", 1.0)], barge_in=True) is PlayEnd.PLAYED
    assert f"sendmsg {UUID}" in switch.said
    assert f"filter Unique-ID {UUID}" in switch.said


def test_keys_and_the_end_of_a_channel_reach_it_and_it_is_forgotten(switch: FakeEventSocket, watched: Watched) -> None:
    channel = watched.client.channel(Uuid(UUID))
    switch.send(key("1") + hung_up() + accounted())
    assert channel.ending().billable_ms == 12440
    assert channel.take_keys() == "1"
    watched.client.api(Api.STATUS)
    assert f"filter delete Unique-ID {UUID}" in switch.said


def test_a_channel_that_is_gone_already_ends_its_first_request(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["sendmsg"] = refused(f"invalid session id [{UUID}]")
    leg = EslLeg(watched.client.channel(Uuid(UUID)))
    with pytest.raises(CallEnded):
        leg.play([Utterance("x", "en", "/a.wav", 1.0)], barge_in=False)


def test_a_loss_ends_every_wait_and_the_client_comes_back(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api status"] = switch.on["bgapi"] = switch.on["sendmsg"] = b""
    channel = watched.client.channel(Uuid(UUID))
    lost = [
        failing(watched.client.api, Api.STATUS),
        failing(watched.client.bgapi, Api.STATUS, limit=60),
        failing(EslLeg(channel).play, [Utterance("", "en", "/a.wav", 1.0)], barge_in=False),
    ]
    gevent.sleep(0)
    switch.cut()
    assert [type(waiting.get(timeout=5)) for waiting in lost] == [ConnectionLost] * 3
    assert [watched.next_state(), watched.next_state()] == [State.LOST, State.CONNECTED]


def test_a_channel_outlives_a_lost_connection(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api uuid_exists"] = api_response("true")
    channel = watched.client.channel(Uuid(UUID))
    switch.cut()
    assert [watched.next_state(), watched.next_state()] == [State.LOST, State.CONNECTED]
    assert EslLeg(channel).play([Utterance("", "en", "/a.wav", 1.0)], barge_in=False) is PlayEnd.PLAYED


def test_a_channel_that_ended_while_nobody_listened_is_gone(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api uuid_exists"] = api_response("false")
    ended = failing(watched.client.channel(Uuid(UUID)).pause, 60)
    gevent.sleep(0)
    switch.cut()
    assert isinstance(ended.get(timeout=5), CallEnded)


def test_a_restart_of_the_switch_ends_its_channels(switch: FakeEventSocket, watched: Watched) -> None:
    ended = failing(watched.client.channel(Uuid(UUID)).pause, 60)
    gevent.sleep(0)
    switch.core = "another"
    switch.cut()
    assert isinstance(ended.get(timeout=5), ConnectionLost)


def test_a_command_whose_reply_was_lost_is_not_repeated(switch: FakeEventSocket, watched: Watched) -> None:
    switch.on["api uuid_kill"] = b""
    killing = failing(watched.client.api, Api.UUID_KILL, UUID)
    gevent.sleep(0)
    while f"api uuid_kill {UUID}" not in switch.said:
        gevent.sleep(0)
    switch.cut()
    assert isinstance(killing.get(timeout=5), ConnectionLost)
    assert [watched.next_state(), watched.next_state()] == [State.LOST, State.CONNECTED]
    watched.client.api(Api.STATUS)
    assert switch.said.count(f"api uuid_kill {UUID}") == 1


def test_a_restart_of_the_switch_is_told(switch: FakeEventSocket, watched: Watched) -> None:
    switch.core = "another"
    switch.cut()
    assert [watched.next_state(), watched.next_state()] == [State.LOST, State.RESTARTED]


def test_without_a_connection_commands_fail_at_once(switch: FakeEventSocket) -> None:
    client = Client("127.0.0.1", switch.port, SECRET)
    with pytest.raises(ConnectionLost):
        client.api(Api.STATUS)
    with pytest.raises(ConnectionLost):
        client.channel(Uuid(UUID))


def test_a_wrong_password_is_told_apart_from_a_dead_switch(
    switch: FakeEventSocket, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Watched(switch.port, "wrong")
    assert watched.next_state() is State.REFUSED
    switch.close()
    assert watched.next_state() is State.LOST
    watched.client.stop()
    lines = [record.getMessage() for record in caplog.records if record.name == "fsapp.esl"]
    assert "refuses the event socket's password" in lines[0]
    assert "wrong" not in "".join(lines)


def test_an_address_that_the_switch_rejects_is_told_as_refused(switch: FakeEventSocket) -> None:
    switch.greeting = b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n"
    watched = Watched(switch.port)
    assert watched.next_state() is State.REFUSED
    watched.client.stop()


def test_what_answers_without_being_an_event_socket_is_a_loss(switch: FakeEventSocket) -> None:
    switch.greeting = b"SSH-2.0-OpenSSH_9.2\r\n\r\n\n"
    watched = Watched(switch.port)
    assert watched.next_state() is State.LOST
    watched.client.stop()


def test_a_switch_that_stops_answering_is_found_out(
    switch: FakeEventSocket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr("fsapp.esl.client_link.PING_SECONDS", 0.02)
    watched = Watched(switch.port)
    assert watched.next_state() is State.CONNECTED
    switch.mute = True
    assert watched.next_state() is State.LOST
    watched.client.stop()
    assert "did not answer 3 times" in caplog.text


@pytest.mark.parametrize("password", ["", "ClueCon", "two words", "new\nline", "密码"])
def test_a_password_that_must_not_be_used_is_refused_at_once(password: str) -> None:
    with pytest.raises(ValueError, match="password"):
        password_to_use(password)
    with pytest.raises(ValueError, match="password"):
        Client("127.0.0.1", 8021, password)
