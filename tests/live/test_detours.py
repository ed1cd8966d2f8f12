"""Ways past the engine that SIP offers to whoever is called, or holds a phone: none may lead anywhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import pytest

from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.leg import Dial, DialEnd
from fsapp.esl.leg import EslLeg
from fsapp.esl.session import Session
from tests.live.caller import until
from tests.live.conftest import OPERATOR, PASSWORD
from tests.live.sip import RawCalled, RawCaller
from tests.live.switch import Switch

GATEWAY = Endpoint(Number("13800138001"), gateway=Name("pstn"))
PREMIUM = "00881612345678"


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@contextmanager
def in_a_talk(switch: Switch, taken: Callable[[], Session]) -> Iterator[RawCaller]:
    """An agent's phone that talks to a caller."""
    switch.add_phone(OPERATOR, PASSWORD)
    with RawCaller(switch.settings.phones.port) as phone, RawCaller(switch.settings.trunks.port) as caller:
        phone.invite_as(OPERATOR, PASSWORD)
        first = taken()
        EslLeg(first.channel).answer()
        assert phone.answer() == 200
        caller.invite()
        second = taken()
        EslLeg(second.channel).answer()
        assert caller.answer() == 200
        assert switch.api(f"uuid_bridge {first.uuid} {second.uuid}").startswith("+OK")
        until(lambda: switch.api(f"uuid_getvar {first.uuid} bridge_uuid") == second.uuid, 5, "talk")
        try:
            yield phone
        finally:
            for party in (phone, caller):
                party.hang_up()


REFERS = [
    "<sip:x@127.0.0.1:{port}?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db>",
    "<sip:x@127.0.0.1:{port};a=b,execute_on_answer=system:touch$IFS{canary}?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db>",
    "<sip:x@127.0.0.1:{port};a=b,execute_on_media=system:touch$IFS{canary}?X=y&Replaces=n%3Bto-tag%3Da%3Bfrom-tag%3Db>",
    "<sip:%24%7Bsystem%20touch%20{canary}%7D@127.0.0.1:{port}>",
    "<sip:{premium}@127.0.0.1:{port}>",
]


@pytest.mark.parametrize("to", REFERS)
def test_a_phone_in_a_talk_can_refer_nobody_anywhere(
    switch: Switch, taken: Callable[[], Session], canary: Path, to: str
) -> None:
    """FreeSWITCH would dial what stands in such a REFER, braces and all: measured, the first canary that sang."""
    with in_a_talk(switch, taken) as phone, RawCalled() as elsewhere:
        phone.refer(to.format(port=elsewhere.port, canary=canary, premium=PREMIUM))
        assert phone.answer() == 405
        with pytest.raises(TimeoutError):
            elsewhere.answer(elsewhere.invited(within=1))
    assert not canary.exists()


def redirects(port: int, canary: Path) -> list[tuple[str, ...]]:
    return [
        (f"<sip:{PREMIUM}@127.0.0.2:{port};maddr=127.0.0.1>",),
        (f"<sip:{PREMIUM}@localhost:{port};maddr=127.0.0.1>",),
        (f"<sip:x@localhost:{port};maddr=127.0.0.1>;q=0.9", f"<sip:{PREMIUM}@127.0.0.1:{port}>;q=0.1"),
        (f"<sip:x@localhost:{port};maddr=127.0.0.1;a=b,execute_on_answer=system:touch$IFS{canary}>",),
        (f"<sip:{PREMIUM}@127.0.0.1:{port}>",),
    ]


@pytest.mark.parametrize("which", range(5))
@pytest.mark.parametrize("how", ["bridge", "originate"])
def test_whoever_answers_moved_has_nobody_else_called(
    switch: Switch, taken: Callable[[], Session], carrier_port: int, canary: Path, how: str, which: int
) -> None:
    """A phone with call forwarding would have a premium number dialled past the allow-list: measured."""
    with RawCaller(switch.settings.trunks.port) as caller, RawCalled(carrier_port) as called, RawCalled() as elsewhere:
        if how == "bridge":
            caller.invite()
            leg = EslLeg(taken().channel)
            leg.answer()
            dialling = gevent.spawn(lambda: leg.dial(Dial(GATEWAY, 5)).end is DialEnd.FAILED)
        else:
            leg_of_ours = f"{{outbound_redirect_fatal=true,originate_timeout=5}}sofia/gateway/pstn/{GATEWAY.number}"
            dialling = gevent.spawn(lambda: switch.api(f"originate {leg_of_ours} &park()").startswith("-ERR"))
        called.redirect(called.invited(), *redirects(elsewhere.port, canary)[which])
        with pytest.raises(TimeoutError):
            elsewhere.answer(elsewhere.invited(within=1))
        assert dialling.get(timeout=8)
        if how == "bridge":
            caller.hang_up()
    assert not canary.exists()
