"""One channel of the stand-in: its variables, its events, its keys, and the commands that it carries out in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from fsapp.switchboard import executing
from fsapp.switchboard.channel_headers import Profile, event_headers
from fsapp.switchboard.channel_work import Command, Interrupted, Key
from fsapp.switchboard.event_text import SwitchEvent
from fsapp.switchboard.expansion import expanded
from fsapp.switchboard.sip_variables import stage
from fsapp.switchboard.timeline import Timeline

if TYPE_CHECKING:
    from fsapp.switchboard.listener import Listener
    from fsapp.switchboard.switch import Switch
    from fsapp.switchboard.talk import Talk
    from fsapp.switchboard.telephone import Telephone


@dataclass(slots=True)
class Channel:
    """State of one leg. Only its own greenlet runs its applications; `press`, `hang_up`, `queue` come from anywhere.

    `depth` counts the applications that run inside one another, `keys_out` are the keys that its telephone was sent.
    """

    switch: Switch
    profile: Profile
    telephone: Telephone
    started: int
    variables: dict[str, str]
    timeline: Timeline
    state: str = "CS_INIT"
    next_state: str = "CS_INIT"
    call_state: str = "DOWN"
    answer_state: str = "ringing"
    has_codec: bool = True
    cause: str = ""
    bond: tuple[str, Profile] | None = None
    keys: deque[Key] = field(default_factory=deque)
    digits_dialled: str = ""
    commands: deque[Command] = field(default_factory=deque)
    locks: int = 0
    broken: bool = False
    wanted: Callable[[], None] | None = None
    lost: bool = False
    acknowledged: bool = True
    talks: list[Talk] = field(default_factory=list)
    parked: bool = False
    hit_dialplan: bool = False
    depth: int = 0
    keys_out: str = ""
    listeners: list[Channel] = field(default_factory=list)
    actions: deque[tuple[str, str]] = field(default_factory=deque)
    listener: Listener | None = None
    sessions_recorded: dict[str, float] = field(default_factory=dict)

    @property
    def uuid(self) -> str:
        return self.profile.uuid

    @property
    def talk(self) -> Talk | None:
        """The one under way; one that a bridge within it interrupts waits below it in `talks`."""
        return self.talks[-1] if self.talks else None

    @property
    def now(self) -> int:
        """Microseconds since 1970."""
        return self.started + round(self.timeline.now * 1_000_000)

    # Variables.

    def set(self, name: str, value: str | None) -> None:
        """Sets a variable, which moves it to the end; None or an empty text removes it."""
        self.variables.pop(name, None)
        if value:
            self.variables[name] = value

    def append(self, name: str, value: str) -> None:
        """Adds to a variable that is a list."""
        before = self.variables.get(name)
        self.set(name, f"ARRAY::{before.removeprefix('ARRAY::')}|:{value}" if before else value)

    def expanded(self, text: str) -> str:
        """`${name}` replaced by variables; an API call in `${…}` is noted by the switch and gives nothing."""
        if "${" not in text or self.variables.get("app_disable_expand_variables") == "true":
            return text
        return expanded(text, self.variables, self.switch.expanded.append)

    # Events.

    def fire(self, name: str, before: Mapping[str, str] | None = None, after: Mapping[str, str] | None = None) -> None:
        """Sends an event of this channel to whoever listens; `before` and `after` are headers of its kind."""
        if self.switch.is_heard(name):
            self.switch.fire(SwitchEvent(event_headers(self, name, before or {}, after or {})))

    def enter(self, state: str) -> None:
        self.state = self.next_state = state
        self.fire("CHANNEL_STATE")

    # From outside.

    def press(self, key: str) -> None:
        """The caller presses a key now."""
        self.keys.append(Key(key, self.variables.get("sensitive_dtmf") == "true"))
        self.timeline.wake()

    def queue(self, command: Command) -> None:
        """A command waits for its turn; after a hang-up it is dropped in silence."""
        if not self.cause:
            self.commands.append(command)
            self.timeline.wake()

    def break_off(self, everything: bool) -> None:
        """Ends what is being played, and with `everything` what is queued."""
        self.broken = True
        if everything:
            self.commands.clear()
        self.timeline.wake()

    def hang_up(self, cause: str = "NORMAL_CLEARING", by_caller: bool = False) -> None:
        """Ends the leg; its greenlet notices and reports."""
        if self.cause:
            return
        self.acknowledge()
        held = self.unhold()
        if self.talk:
            self.set("last_bridge_role", "originator" if self.talk.a is self else "originatee")
        was_answered, self.answer_state = self.answer_state == "answered", "hangup"
        self.cause, self.next_state = cause, "CS_HANGUP"
        self.variables |= _hang_up_variables(by_caller, was_answered)
        self.fire("CHANNEL_HANGUP")
        if was_answered and by_caller:
            self.set("sip_hangup_disposition", "recv_bye")
        self.telephone.ended(self, cause)
        other = self.switch.channels.get(self.variables.get("signal_bond", ""))
        if other and not other.cause:
            other.set("last_bridge_hangup_cause", cause)
        if self.listener and self.switch.notices_first:
            self.listener.channel_is_down()
        if held and self.talk:
            self.talk.take_along(self)
        for listener in self.listeners:
            listener.timeline.wake()
        self._stop()

    def take(self, what: Callable[[], None]) -> None:
        """The channel is wanted elsewhere (a bridge, a transfer): what it does is interrupted."""
        self.wanted = what
        self._stop()

    def lose_engine(self) -> None:
        """The socket that holds it is gone; with `socket_resume` whatever runs is interrupted at once."""
        self.lost = self.variables.get("socket_resume") == "true"
        if self.lost:
            self.next_state = "CS_RESET"
        self._stop()

    def _stop(self) -> None:
        """What runs is looked at again; a talk that one side leaves is over."""
        for talk in self.talks if self.is_wanted_elsewhere else ():
            talk.end()
        self.timeline.wake()

    @property
    def is_wanted_elsewhere(self) -> bool:
        """Whether what it does is to end: it was hung up, taken, or lost its engine."""
        return bool(self.cause or self.wanted or self.lost)

    def unhold(self) -> bool:
        """Its telephone does not hold the other side any more; whether it did."""
        if self.call_state != "HELD":
            return False
        self.call_state = "UNHELD"
        self.fire("CHANNEL_UNHOLD")
        return True

    # In the channel's own greenlet.

    def idle(
        self,
        seconds: float = inf,
        on_key: Callable[[str], bool] | None = None,
        until: Callable[[], bool] | None = None,
        *,
        resting: bool = False,
        deaf: bool = False,
    ) -> bool:
        """Lets time pass, carrying out commands that may nest. True where a key, a break or `until` ended it.

        `resting` waits for the engine, not for media; who is `deaf` leaves commands in the queue, and breaks unheard.
        """
        deadline = self.timeline.now + seconds
        while True:
            if self.is_wanted_elsewhere or any(talk.over for talk in self.talks):
                raise Interrupted
            if (self.broken and not deaf) or (until and until()):
                return True
            if on_key and self.keys:
                if on_key(self._next_key()):
                    return True
            elif self.commands and not self.locks and not deaf:
                executing.obey(self)
            elif self.timeline.now >= deadline:
                return False
            elif resting:
                self.timeline.rest(deadline)
            else:
                self.timeline.pass_to(deadline)

    def _next_key(self) -> str:
        key = self.keys.popleft()
        if not key.sensitive:
            self.digits_dialled += key.digit
            self.fire("DTMF", after={"DTMF-Digit": key.digit, "DTMF-Duration": "2080", "DTMF-Source": "RTP"})
        return key.digit

    def execute(self, name: str, argument: str = "", event_uuid: str = "") -> None:
        """Runs an application with its two events; see executing.py."""
        executing.execute(self, name, argument, event_uuid)

    def acknowledge(self) -> None:
        """The caller's ACK has come since the answer."""
        if not self.acknowledged:
            self.acknowledged = True
            self.variables |= stage("inbound acknowledged", **self.switch.filled_in(self.profile))

    def keep_time_with(self, other: Channel) -> None:
        """A leg without a greenlet of its own, or in a talk, lives as long as the other one."""
        self.timeline.now = max(self.timeline.now, (other.now - self.started) / 1_000_000)


def _hang_up_variables(by_caller: bool, was_answered: bool) -> dict[str, str]:
    if not by_caller:
        return {}
    return stage("hung up by caller" if was_answered else "cancelled by caller")
