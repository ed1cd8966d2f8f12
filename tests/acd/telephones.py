"""A switch for tests of the shell around the dispatcher: phones that ring until somebody does something about it.

    rig = Rig(live={"strategy": "ring_all"})
    rig.hire("2001")
    place = rig.call()
    phone = rig.ringing("2001")
    phone.answer()
    assert rig.talks() == {"caller-1": phone.uuid}

It behaves as FreeSWITCH does as far as queues can see: an answered leg is parked until it is connected; who hangs up in
a talk ends the other's leg, unless that one is a caller or is to be parked; whatever is asked of a channel that is gone
is refused. Nothing here takes time: `Rig.pass_time` does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.event import Event as Signal

from fsapp.acd.dispatcher import Dispatcher
from fsapp.acd.events import AgentSignedIn, DeadlinePassed, PhoneRegistered, PhoneUnregistered, QueuesLoaded
from fsapp.acd.people import People
from fsapp.acd.places import Place
from fsapp.acd.records import RunRecords, WallTime
from fsapp.acd.service import Service
from fsapp.acd.settings import QueueSettings
from fsapp.domain.agent import AgentRecord, QueuePlace
from fsapp.domain.arguments import Endpoint, Name, Number
from fsapp.domain.call import Call
from fsapp.domain.errors import CallEnded, EslError
from fsapp.domain.events import Event
from fsapp.domain.leg import Utterance
from fsapp.domain.queueing import News, QueueRequest
from fsapp.domain.ringing import Ring, RingEnd, Rung
from fsapp.domain.talk import Listening

LIMIT = 5.0


class Phone:
    """A leg that was placed. What the person at the phone does: `answer`, `refuse`, `press`, `put_down`.

    Satisfies fsapp.acd.ports.PhoneLeg.
    """

    def __init__(
        self, switch: "Switch", uuid: str, ring: Ring, on_key: Callable[[str], None], on_gone: Callable[[], None]
    ) -> None:
        self.asked = ring
        self.rings = False
        self.up = False
        self.ended = ""
        """The cause; empty while the leg lives."""
        self.heard: list[str] = []
        """Files that were played to this phone alone, and `music`."""
        self.watches = ""
        """The channel whose talk this phone hears."""
        self._switch = switch
        self._uuid = uuid
        self._on_key = on_key
        self._on_gone = on_gone
        self._outcome: AsyncResult[Rung] = AsyncResult()
        self._over = Signal()

    @property
    def number(self) -> str:
        return self.asked.endpoint.number

    # What the person does.

    def answer(self) -> None:
        """Picks up, and everything that follows from it happens."""
        self.pick_up()
        settle()

    def pick_up(self) -> None:
        """Without anything of what follows, so far."""
        assert self.rings, f"{self.number} does not ring"
        self.rings, self.up = False, True
        self._outcome.set(Rung(RingEnd.ANSWERED))

    def refuse(self, end: RingEnd = RingEnd.REJECTED, cause: str = "") -> None:
        """Or nobody picks up, or the phone is not there: any end but an answer."""
        assert self.rings, f"{self.number} does not ring"
        self._end(cause or end.value.upper(), Rung(end, cause))
        settle()

    def press(self, key: str) -> None:
        self._on_key(key)
        settle()

    def put_down(self) -> None:
        """Hangs up."""
        assert self.up, f"{self.number} is not up"
        self._switch.leg_ended(self)
        settle()

    # What the engine asks.

    @property
    def uuid(self) -> str:
        return self._uuid

    @property
    def gone(self) -> bool:
        return not self.up

    def ring(self) -> Rung:
        if self._switch.down:
            return Rung(RingEnd.FAILED, "there is no connection to FreeSWITCH")
        if self.ended:
            return Rung(RingEnd.FAILED, self.ended)
        self.rings = True
        self._outcome.wait(LIMIT)
        return self._outcome.get(block=False) or Rung(RingEnd.FAILED)

    def play(self, utterances: Sequence[Utterance]) -> None:
        """Over at once, unless the switch's `speaking` is held."""
        self._check()
        self.heard += [each.path for each in utterances]
        while not self._switch.speaking.is_set() and not self._over.is_set():
            gevent.wait([self._switch.speaking, self._over], count=1, timeout=LIMIT)
        self._check()

    def tell(self, utterances: Sequence[Utterance]) -> None:
        self._check()
        self.heard += [each.path for each in utterances]

    def wait_music(self) -> None:
        self._check()
        self.heard.append("music")

    def stop_music(self) -> None:
        self._check()
        self.heard.append("silence")

    def watch(self, channel: str, *, join: bool) -> None:
        self._check()
        self.watches = channel
        self._over.wait(LIMIT)
        raise CallEnded("NORMAL_CLEARING")

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        if not self._switch.down and not self.ended:
            self._switch.leg_ended(self, cause)

    def _check(self) -> None:
        if self._switch.down:
            raise EslError("there is no connection to FreeSWITCH")
        if self.gone:
            raise CallEnded(self.ended)

    # What the switch does.

    def _end(self, cause: str, rung: Rung) -> None:
        was_up, self.up, self.rings, self.ended = self.up, False, False, cause
        self._over.set()
        if was_up:
            self._on_gone()
        elif not self._outcome.ready():
            self._outcome.set(rung)

    def lose(self, cause: str) -> None:
        """The leg is over, by whatever hand."""
        if not self.ended:
            self._end(cause, Rung(RingEnd.FAILED, cause))


class Held:
    """The line of an agent who called and holds on. Satisfies fsapp.acd.ports.HeldLine."""

    def __init__(self, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> None:
        self.press = on_key
        self.put_down = on_gone
        self.heard: list[str] = []

    def tell(self, utterances: Sequence[Utterance]) -> None:
        self.heard += [each.path for each in utterances]

    def wait_music(self) -> None:
        self.heard.append("music")

    def stop_music(self) -> None:
        self.heard.append("silence")

    def let_go(self) -> None:
        self.heard.append("over")


class Switch:
    """Satisfies fsapp.acd.ports.Lines. `down`: there is no connection to it."""

    def __init__(self) -> None:
        self.phones: list[Phone] = []
        self.gone: set[str] = set()
        """Callers who hung up."""
        self.talks: dict[str, Phone] = {}
        """Who hears whom: by a caller's channel, or by a phone's where two phones are connected."""
        self.keys: list[tuple[str, str]] = []
        self.on_connect: Callable[[], object] | None = None
        """Happens while the next two channels are connected."""
        self.refuse_next = False
        """Connects nobody, once."""
        self.kept: set[str] = set()
        """Callers who would wait on at the end of their talk."""
        self.partners: dict[str, str] = {}
        """Whom channels that agents called from talk to."""
        self.held: dict[str, Held] = {}
        """Lines of agents who called, by their channels."""
        self.down = False
        self.speaking = Signal()
        self.speaking.set()
        self._numbers = count(1)

    def caller_hangs_up(self, caller: str) -> None:
        """The agent's leg ends with it."""
        self.gone.add(caller)
        phone = self.talks.pop(caller, None)
        if phone is not None:
            phone.lose("NORMAL_CLEARING")

    def leg_ended(self, phone: Phone, cause: str = "NORMAL_CLEARING") -> None:
        """Whoever it was connected with hears nobody now."""
        self.talks = {one: other for one, other in self.talks.items() if other is not phone and one != phone.uuid}
        phone.lose(cause)

    def phone(self, ring: Ring, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> Phone:
        made = Phone(self, f"leg-{next(self._numbers)}", ring, on_key, on_gone)
        self.phones.append(made)
        return made

    def connect(self, caller: str, leg: str) -> bool:
        self._check()
        meanwhile, self.on_connect = self.on_connect, None
        if meanwhile is not None:
            meanwhile()
            settle()
        phone = self._up(leg)
        refused, self.refuse_next = self.refuse_next, False
        if caller in self.gone or phone is None or refused:
            return False
        former, self.talks[caller] = self.talks.get(caller), phone
        if former is not None and former is not phone:  # it ends with its talk, which is known before the answer is
            former.lose("NORMAL_CLEARING")
            settle()
        return True

    def keep(self, caller: str, *, on: bool) -> None:
        self._check()
        self.kept.add(caller) if on else self.kept.discard(caller)

    def connect_agents(self, asking: str, asked: str) -> bool:
        self._check()
        phone = self._up(asked)
        if self._up(asking) is None or phone is None:
            return False
        self.talks[asking] = phone
        return True

    def watch(self, leg: str, channel: str, how: Listening) -> None:
        phone = self._up(leg)
        if phone is None:
            raise CallEnded("NORMAL_CLEARING")
        phone.watch(channel, join=how is Listening.BARGE)

    def part(self, caller: str, leg: str) -> None:
        self._check()
        if caller in self.gone or self._up(leg) is None:
            raise EslError("no such channel")
        self.talks.pop(caller, None)

    def sit(self, leg: str, on_key: Callable[[str], None], on_gone: Callable[[], None]) -> "Held":
        self._check()
        self.held[leg] = Held(on_key, on_gone)
        return self.held[leg]

    def call_id(self, channel: str) -> str:
        self._check()
        return f"sip-{channel}"

    def partner(self, channel: str) -> str:
        self._check()
        return self.partners.get(channel, "")

    def play_to_both(self, channel: str, path: str) -> None:
        self._check()

    def send_keys(self, channel: str, keys: str) -> None:
        self._check()
        self.keys.append((channel, keys))

    def exists(self, channel: str) -> bool:
        self._check()
        return self._up(channel) is not None or (channel not in self.gone and not channel.startswith("leg-"))

    def drop(self, channel: str) -> None:
        self._check()
        for phone in self.phones:
            if phone.uuid == channel:
                self.leg_ended(phone)

    def _up(self, leg: str) -> Phone | None:
        return next((each for each in self.phones if each.uuid == leg and each.up), None)

    def _check(self) -> None:
        if self.down:
            raise EslError("there is no connection to FreeSWITCH")


class Screens:
    """Satisfies fsapp.acd.ports.Screen."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        """What happened, and the agent's number."""

    def tell(self, moment: str, fields: Mapping[str, Any]) -> None:
        self.told.append((moment, fields["agent"]))


class Rig:
    """A service with queues, agents, phones and a clock that a test moves."""

    def __init__(self, **queues: Mapping[str, Any]) -> None:
        """`live` is the queue where nothing else is said."""
        settings = {"live": {"wrap_up_time": 0}, **queues}
        self.now = 1000.0
        self.events: list[Event] = []
        self.switch = Switch()
        self.screen = Screens()
        self.people = People(lambda phone: Endpoint(Number(phone), profile=Name("phones"), domain=Name("site")))
        self.service = Service(
            Dispatcher({}, Random(0), now=self.now, run="o"),
            self.switch,
            self.people,
            RunRecords("run", WallTime(0), [self.events.append]),
            self.screen,
            lambda: self.now,
            engine="leg",
        )
        loaded = {name: QueueSettings.model_validate(each) for name, each in settings.items()}
        self.service.load(loaded)
        self.service.tell(QueuesLoaded(loaded))
        self._callers = count(1)

    # Agents.

    def hire(self, *agents: str, queue: str = "live", **record: Any) -> None:
        """Agents on duty, each at a phone of the same number."""
        new = {each: AgentRecord(each, f"Agent {each}", queues={queue: QueuePlace()}, **record) for each in agents}
        for event in self.people.load({**self.people.records, **new}):
            self.service.tell(event)
        for each in agents:
            self.service.tell(PhoneRegistered(each))
            self.service.tell(AgentSignedIn(each, each))
        settle()

    def unregister(self, phone: str) -> None:
        self.service.tell(PhoneUnregistered(phone))
        settle()

    def state(self, agent: str) -> str:
        """State and reason."""
        found = self.service.dispatcher.agent(agent)
        assert found is not None
        return f"{found.state}({found.reason})" if found.reason else str(found.state)

    def ringing(self, number: str) -> Phone:
        """The phone that rings there now."""
        found = [each for each in self.switch.phones if each.number == number and each.rings]
        assert len(found) == 1, f"{len(found)} legs ring at {number}"
        return found[0]

    def rung(self) -> list[str]:
        """The numbers whose phones ring."""
        return [each.number for each in self.switch.phones if each.rings]

    def up(self) -> Phone:
        """A leg that somebody else placed, and that was answered."""
        leg = self.switch.phone(Ring(self.people.endpoint("0"), "", 1.0), lambda _: None, lambda: None)
        leg.up = True
        return leg

    # Callers.

    def call(self, queue: str = "live", caller: str = "", **asked: Any) -> Place:
        """Somebody enters a queue."""
        uuid = caller or f"caller-{next(self._callers)}"
        call = Call(uuid, "13800138000", "7001", datetime(2026, 11, 24, tzinfo=UTC))
        place = self.service.enter(QueueRequest(call, queue, "zh", **asked))
        settle()
        return place

    def hang_up(self, place: Place) -> None:
        """The caller does; the flow closes the place, as flow/queueing.py does."""
        self.switch.caller_hangs_up(place.caller)
        place.close()
        settle()

    def news(self, place: Place) -> list[News]:
        """What the caller's flow has been told since it was last asked."""
        settle()
        told: list[News] = []
        while not place._news.empty():
            told.append(place.next())
        return told

    def talks(self) -> dict[str, str]:
        """Who hears whom, by their channels."""
        return {one: other.uuid for one, other in self.switch.talks.items()}

    # Time and records.

    def pass_time(self, seconds: float) -> None:
        """Time passes; deadlines are met on the way, in order."""
        until = self.now + seconds
        while (due := self.service.dispatcher.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.service.tell(DeadlinePassed())
            settle()
        self.now = until

    def kept(self, kind: str) -> list[Mapping[str, Any]]:
        """The fields of the events of a kind that were recorded."""
        return [each.fields for each in self.events if each.kind == kind]

    def ends(self) -> list[str]:
        """How contacts ended, in order."""
        return [str(each["end"]) for each in self.kept("ContactEnded")]


def settle() -> None:
    """Until every greenlet waits for something that only a test brings about."""
    for _ in range(20):
        gevent.sleep(0)
