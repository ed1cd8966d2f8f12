"""An agent's telephone: registered here, rung by `originate` and `bridge`, held by a test or by habit.

phone = AgentPhone(switch, "1001")                        # registered; a test does the rest
AgentPhone(switch, "1002", Habit(answers_after=2.0, talks=30.0))
leg = phone.wait_ringing()
phone.answer()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from gevent import Timeout, sleep

from fsapp.domain.causes import Cause
from fsapp.domain.leg import DialEnd
from fsapp.switchboard import phone_transfers, registrations
from fsapp.switchboard.key_script import FarEnd
from fsapp.switchboard.registrations import DOMAIN, Registration
from fsapp.switchboard.telephone import SilentTelephone, caller_hangs_up, hang_up_after_talk, press_keys

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel
    from fsapp.switchboard.ringing import Ring
    from fsapp.switchboard.switch import Switch

_ANSWERED = FarEnd(DialEnd.ANSWERED, Cause.NORMAL_CLEARING)
_ENDS = {Cause.USER_BUSY: DialEnd.BUSY}
_LOOK_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Habit:
    """What whoever holds a phone does without being told, in seconds of the channel's time.

    Answers after some seconds (None: rings until a test says; inf: never), or refuses at once; in each talk presses
    keys, and hangs up after `talks` seconds. `auto_answers`: a call that asks for it is answered at once.
    """

    answers_after: float | None = None
    refuses: Cause | None = None
    talks: float = inf
    keys: str = ""
    keys_after: float = 1.0
    auto_answers: bool = True


class AgentPhone(SilentTelephone):
    """A telephone of the switch's phone book. `channels` are its calls, the oldest first."""

    def __init__(self, switch: Switch, user: str, habit: Habit | None = None, *, domain: str = DOMAIN) -> None:
        """Is registered from the beginning."""
        self.user = user
        self.habit = habit or Habit()
        self.domain = domain
        self.registration: Registration | None = None
        self.channels: list[Channel] = []
        self._switch = switch
        self._rings: list[Ring] = []
        switch.phone_book.add(self)
        self.register()

    # Registration.

    def register(self) -> None:
        """Registers, or does so again: `sofia::register`."""
        self.registration = Registration(self.user, self.domain, self._switch.now())
        self._switch.fire(registrations.registered(self._switch, self.registration))

    def unregister(self) -> None:
        """`sofia::unregister`; from now on it cannot be rung."""
        self._leave(registrations.unregistered)

    def expire(self) -> None:
        """Has not registered again in time: `sofia::expire`."""
        self._leave(registrations.expired)

    def _leave(self, event: Callable[[Switch, Registration], object]) -> None:
        registration, self.registration = self.registration, None
        if registration is not None:
            self._switch.fire(event(self._switch, registration))  # type: ignore[arg-type]

    # What a test has it do.

    @property
    def channel(self) -> Channel:
        """The call in hand: the last that came up. Raises LookupError without one."""
        if not self.channels:
            raise LookupError(f"phone {self.user} has no call")
        return self.channels[-1]

    @property
    def ringing(self) -> Channel | None:
        """The leg that rings here, the first if there are several."""
        return self._rings[0].leg if self._rings else None

    def wait_ringing(self, seconds: float = 5.0) -> Channel:
        """Until it rings; the leg. Raises gevent.Timeout."""
        self._wait(lambda: bool(self._rings), seconds)
        return self._rings[0].leg

    def wait_talking(self, seconds: float = 5.0) -> Channel:
        """Until it is connected to another channel; its own. Raises gevent.Timeout."""
        self._wait(lambda: bool(self.channels) and self.channel.talk is not None, seconds)
        return self.channel

    def wait_idle(self, seconds: float = 5.0) -> None:
        """Until it neither rings nor has a call. Raises gevent.Timeout."""
        self._wait(lambda: not self._rings and not self.channels, seconds)

    def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        with Timeout(seconds):
            while not condition():
                sleep(_LOOK_SECONDS)

    def answer(self) -> None:
        """Raises LookupError where it does not ring."""
        self._first_ring().decide(_ANSWERED)

    def reject(self, cause: Cause = Cause.CALL_REJECTED) -> None:
        """Refuses what rings. Raises LookupError."""
        self._first_ring().decide(_refusal(cause))

    def hang_up(self) -> None:
        """Ends the call in hand. Raises LookupError."""
        caller_hangs_up(self.channel)

    def press(self, keys: str) -> None:
        """Presses keys now."""
        for key in keys:
            self.channel.press(key)

    def dial(self, number: str, uuid: str = "") -> Channel:
        """Calls a number: the channel comes in to the context `phones`."""
        channel = self._switch.dial_in(registrations.dialled(self.user, self.domain, number, uuid), "phones", self)
        self.channels.append(channel)
        return channel

    def hold(self) -> None:
        """The other side hears music."""
        phone_transfers.hold(self.channel)

    def take_back(self) -> None:
        """Ends `hold`."""
        phone_transfers.take_back(self.channel)

    def transfer(self, number: str) -> None:
        """Sends the other side of the call in hand to a number, by REFER."""
        phone_transfers.blind(self.channel, number, self.user)

    def transfer_attended(self) -> None:
        """Connects the other sides of its last two calls, by REFER with Replaces."""
        phone_transfers.attended(self.channels[-2], self.channels[-1])

    def _first_ring(self) -> Ring:
        if not self._rings:
            raise LookupError(f"phone {self.user} does not ring")
        return self._rings[0]

    # What the switch tells it.

    @property
    def is_driven(self) -> bool:
        """Whether it rings until a test does something: meanwhile time stands still where it takes no real time."""
        return self.habit.answers_after is None

    def decides_at_once(self, leg: Channel) -> bool:
        """Whether it answers or refuses without ringing."""
        return self.habit.refuses is not None or self.habit.answers_after == 0 or self._answers_itself(leg)

    def _answers_itself(self, leg: Channel) -> bool:
        return self.habit.auto_answers and leg.variables.get("sip_auto_answer") == "true"

    def rings(self, ring: Ring) -> None:
        self._rings.append(ring)
        if self.habit.refuses is not None:
            ring.decide(_refusal(self.habit.refuses))
        elif self._answers_itself(ring.leg):
            ring.decide(_ANSWERED)
        elif self.habit.answers_after is not None and self.habit.answers_after < inf:
            ring.after(self.habit.answers_after, partial(ring.decide, _ANSWERED))

    def rings_no_more(self, ring: Ring) -> None:
        self._rings.remove(ring)

    def answered(self, channel: Channel) -> None:
        if channel not in self.channels:
            self.channels.append(channel)

    def talking(self, channel: Channel) -> None:
        press_keys(channel, self.habit.keys, self.habit.keys_after)
        hang_up_after_talk(channel, self.habit.talks)

    def ended(self, channel: Channel, cause: str) -> None:  # noqa: ARG002  # the protocol's
        if channel in self.channels:
            self.channels.remove(channel)


def _refusal(cause: Cause) -> FarEnd:
    return FarEnd(_ENDS.get(cause, DialEnd.FAILED), cause)
