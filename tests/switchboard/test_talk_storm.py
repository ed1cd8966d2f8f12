"""Whatever is done to channels in whatever order: once all are hung up, none is left."""

import random
from collections.abc import Callable
from contextlib import closing, suppress

import gevent
import pytest

from fsapp.switchboard.agent_phone import AgentPhone, Habit
from fsapp.switchboard.channel import Channel
from fsapp.switchboard.channel_work import Command
from fsapp.switchboard.dialplan import shipped
from fsapp.switchboard.sounds import everything_exists
from fsapp.switchboard.switch import CallParameters, Switch
from fsapp.switchboard.timeline import Pace

STEPS = 120
SETTINGS = ("park_after_bridge true", "transfer_after_bridge waiting:XML:waiting", "hangup_after_bridge true")


class Storm:
    """Does anything at all to a switch."""

    def __init__(self, switch: Switch, seed: int) -> None:
        self._switch = switch
        self._chance = random.Random(seed)
        self._phones = [AgentPhone(switch, str(1001 + index), Habit(answers_after=0.0)) for index in range(3)]
        self._legs = 0

    def blow(self) -> None:
        acts: tuple[Callable[[], object], ...] = (
            self._arrive, self._originate, self._connect, self._connect, self._transfer, self._apart,
            self._hang_up, self._break, self._execute, self._bridge, self._set, self._press_a_button,
        )  # fmt: skip
        for _ in range(STEPS):
            if not self._switch.channels:
                self._arrive()
            self._chance.choice(acts)()
            gevent.sleep(self._chance.choice((0, 0.001)))

    def _any(self) -> Channel:
        return self._chance.choice(list(self._switch.channels.values()))

    def _phone(self) -> AgentPhone:
        return self._chance.choice(self._phones)

    def _next(self) -> str:
        self._legs += 1
        return f"leg-{self._legs}"

    def _arrive(self) -> None:
        self._switch.place(CallParameters("138", "95598", uuid=self._next()), (("answer", ""), ("park", "")))

    def _originate(self) -> None:
        dial_string = f"{{origination_uuid={self._next()},originate_timeout=3}}sofia/phones/{self._phone().user}"
        gevent.spawn(self._switch.run, f"originate {dial_string} &park()")

    def _connect(self) -> None:
        self._switch.run(f"uuid_bridge {self._any().uuid} {self._any().uuid}")

    def _transfer(self) -> None:
        option = self._chance.choice(("", "-both ", "-bleg "))
        self._switch.run(f"uuid_transfer {self._any().uuid} {option}agent XML waiting")

    def _apart(self) -> None:
        self._switch.run(f"uuid_dual_transfer {self._any().uuid} waiting/XML/waiting agent/XML/waiting")

    def _hang_up(self) -> None:
        self._any().hang_up(by_caller=self._chance.random() < 0.5)

    def _break(self) -> None:
        self._switch.run(f"uuid_break {self._any().uuid} all")

    def _execute(self) -> None:
        name, argument = self._chance.choice(
            (("playback", "local_stream://moh"), ("eavesdrop", self._any().uuid), ("three_way", self._any().uuid))
        )
        self._queue(name, argument)

    def _bridge(self) -> None:
        self._queue("bridge", f"{{origination_uuid={self._next()}}}sofia/phones/{self._phone().user}")

    def _queue(self, name: str, argument: str) -> None:
        head = {"call-command": "execute", "execute-app-name": name, "execute-app-arg": argument}
        self._any().queue(Command(head))

    def _set(self) -> None:
        self._switch.run(f"uuid_setvar {self._any().uuid} {self._chance.choice(SETTINGS)}")

    def _press_a_button(self) -> None:
        phone = self._phone()
        buttons = (phone.hold, phone.take_back, phone.transfer_attended, lambda: phone.transfer("waiting"))
        with suppress(LookupError):
            self._chance.choice(buttons)()


@pytest.mark.parametrize("media", [0.0, 0.005])
@pytest.mark.parametrize("seed", range(5))
def test_no_channel_outlives_its_hang_up(media: float, seed: int) -> None:
    pace = Pace(media=media, linger=0.001)
    with closing(Switch(pace, sounds=everything_exists, dialplan=shipped("127.0.0.1:1"))) as switch:
        Storm(switch, seed).blow()
        with gevent.Timeout(5, AssertionError("a channel hangs")):
            while switch.channels:
                for channel in list(switch.channels.values()):
                    channel.hang_up()
                gevent.sleep(0.001)
