"""Two channels that hear each other, from CHANNEL_BRIDGE to what becomes of each afterwards (switch_ivr_bridge.c)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from gevent.event import Event

from fsapp.switchboard.channel_work import Interrupted
from fsapp.switchboard.parking import park_session
from fsapp.switchboard.transferring import transfer_after_bridge

if TYPE_CHECKING:
    from fsapp.switchboard.channel import Channel


class Talk:
    """A talk, or one that is about to begin. The originator `a` tells of it; `b` lives in its time as long as it lasts.

    Each side runs in its own greenlet: `b` by `come`, past these states; `a` by `meet` and then `lead`.
    """

    def __init__(self, a: Channel, b: Channel, states: Sequence[str] = ()) -> None:
        self.a = a
        self.b = b
        self.over = False
        self._states = states
        self._arrived = False
        self._begun = False
        self._left = Event()

    def come(self) -> None:
        """The originatee's part, and what becomes of it. Where the other one does not come, nobody ever wakes it."""
        b = self.b
        for state in self._states:
            b.enter(state)
        self._arrived = True
        self.a.timeline.wake()
        with suppress(Interrupted):
            b.idle(until=lambda: self._begun, resting=True, deaf=True)
        self._arrived = False
        if not self._begun:
            self.a.timeline.wake()
            return
        if not b.is_wanted_elsewhere:
            b.enter("CS_EXCHANGE_MEDIA")
            with suppress(Interrupted):
                _attend(b, self.a)
        self._leave()

    def meet(self) -> bool:
        """Waits for the originatee; False where it was taken elsewhere, or is gone. Raises Interrupted."""
        self.a.idle(until=lambda: self._arrived or self._is_astray, resting=True, deaf=True)
        return not self._is_astray

    @property
    def _is_astray(self) -> bool:
        wanted = self.b.wanted
        return bool(self.b.cause) or (wanted is not None if self._arrived else wanted != self.come)

    def take_along(self, channel: Channel) -> None:
        """Who hangs up while holding the other side takes it along, or sends it where `hold_hangup_xfer_exten` says."""
        other = self.other(channel)
        if where := channel.variables.get("hold_hangup_xfer_exten"):
            other.set("transfer_after_bridge", where)
        elif not other.is_wanted_elsewhere:
            other.hang_up()

    def other(self, channel: Channel) -> Channel:
        return self.b if channel is self.a else self.a

    def end(self) -> None:
        """One side leaves; both notice."""
        self.over = True
        self.a.timeline.wake()
        self.b.timeline.wake()

    def lead(self, variables: Mapping[str, str]) -> None:
        """The originator's part; `variables` are set once the other side is heard. Raises Interrupted."""
        a, b = self.a, self.b
        ends = {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid}
        self._begin()
        a.fire("CHANNEL_BRIDGE", before=ends)
        _connect(a, b)
        a.variables |= variables
        with suppress(Interrupted):
            _attend(a, b)
        self.end()
        self._left.wait()
        a.talks.remove(self)
        a.set("bridge_to", None)
        if cause := a.cause or b.cause:
            a.set("bridge_hangup_cause", cause)
        a.fire("CHANNEL_UNBRIDGE", before=ends)
        if a.is_wanted_elsewhere:
            raise Interrupted
        _after_leading(a, b.cause)

    def _begin(self) -> None:
        a, b = self.a, self.b
        b.keep_time_with(a)
        b.timeline.follow(a.timeline)
        a.profile.times["Channel-Bridged-Time"] = b.profile.times["Channel-Bridged-Time"] = a.now
        self._begun = True
        a.talks.append(self)
        b.talks.append(self)
        b.timeline.wake()
        for each in (a, b):
            each.telephone.talking(each)

    def _leave(self) -> None:
        """The originatee is out of it."""
        b = self.b
        self.end()
        b.timeline.part()
        b.talks.remove(self)
        b.set("bridge_to", None)
        b.set("call_uuid", b.uuid)
        if self.a.cause:
            b.set("bridge_hangup_cause", self.a.cause)
        if not b.is_wanted_elsewhere:
            _after_following(b)
        self._left.set()


def _connect(a: Channel, b: Channel) -> None:
    b.set("call_uuid", a.uuid)
    for one, other in ((a, b), (b, a)):
        one.variables |= {"bridge_to": other.uuid, "last_bridge_to": other.uuid}
        one.variables |= {
            "bridge_channel": other.profile.channel_name,
            "bridge_uuid": other.uuid,
            "signal_bond": other.uuid,
        }


def _attend(channel: Channel, other: Channel) -> None:
    """Until it is interrupted. Commands nest; keys are told, and go to the other side unless they are filtered."""
    filtered = channel.variables.get("bridge_filter_dtmf") == "true"

    def on_key(key: str) -> bool:
        other.keys_out += "" if filtered else key
        return False

    while True:
        channel.broken = False
        channel.idle(on_key=on_key)


def _after_leading(channel: Channel, cause: str) -> None:
    """An originator whose other side has gone; where nothing is said, it goes on with the next thing it was to do."""
    hang_up = channel.variables.get("hangup_after_bridge", "")
    if hang_up == "explicit":
        channel.hang_up(cause or "NORMAL_CLEARING")
    elif channel.variables.get("park_after_bridge") == "true":
        park_session(channel)
    elif where := channel.variables.get("transfer_after_bridge"):
        transfer_after_bridge(channel, where)
    elif hang_up == "true":
        channel.hang_up(cause or "NORMAL_CLEARING")


def _after_following(channel: Channel) -> None:
    """An originatee whose other side has gone."""
    if channel.variables.get("park_after_bridge") == "true":
        park_session(channel)
    elif where := channel.variables.get("transfer_after_bridge"):
        transfer_after_bridge(channel, where)
    else:
        channel.hang_up()
