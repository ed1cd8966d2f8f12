"""One call of the load generator: what the engine says, and what a switch says to that. No socket, no clock.

It is agnostic of the script: whatever applications the engine asks for are answered, keys come from a key script in
order, or by the name of the variable they are read into.
"""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from fsapp.switchboard import event_text
from fsapp.switchboard.load_events import Templates, tail
from fsapp.switchboard.subscription import MY_EVENTS

_HEADER = re.compile(rb"^([A-Za-z-]+): *(.*)$", re.MULTILINE)
_OK = event_text.reply("+OK")
_INSTANT = frozenset({"answer", "set", "unset", "multiset", "multiunset", "export", "hangup", "park"})
_GONE = "the engine asked for something after the call had ended"


@dataclass(frozen=True, slots=True)
class Script:
    """What callers do: `keys` in order (`hangup` hangs up, as does the end of them), or by variable."""

    keys: tuple[str, ...] = ()
    by_variable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """An application that the engine asked for."""

    name: str
    argument: str
    event_uuid: bytes


class LoadCall:
    """The switch's side of a call. `receive` and `finish` give what is to be sent; `work` is what runs now."""

    def __init__(self, uuid: bytes, templates: Mapping[str, Templates], script: Script) -> None:
        self.uuid = uuid
        self.work: Work | None = None
        self.steps = 0
        self.ended = False
        self.failure = ""
        self._all_templates = templates
        self._templates = templates["plain"]
        self._events: dict[str, bytes] = {}
        self._names: frozenset[str] | set[str] = frozenset()
        self._unheard: set[str] = set()
        self._keys = deque(script.keys)
        self._by_variable = script.by_variable
        self._queue: deque[Work] = deque()
        self._pending = b""

    @property
    def idle(self) -> bool:
        """Whether the engine is to speak next."""
        return self.work is None and not self._queue

    def receive(self, data: bytes) -> list[bytes]:
        """Takes bytes of the engine; what to answer at once."""
        out: list[bytes] = []
        pending = self._pending + data
        while True:
            pending = pending.lstrip(b"\n")
            head, end, rest = pending.partition(b"\n\n")
            if not end:
                break
            headers = {name.lower(): value for name, value in _HEADER.findall(head)}
            size = int(headers.get(b"content-length", 0))
            if len(rest) < size:
                break
            self._obey(head.partition(b"\n")[0].decode(), headers, rest[:size], out)
            pending = rest[size:]
        self._pending = pending
        return out

    def _obey(self, line: str, headers: dict[bytes, bytes], body: bytes, out: list[bytes]) -> None:
        verb, _, rest = line.partition(" ")
        if verb == "sendmsg":
            out.append(_OK)
            argument = headers.get(b"execute-app-arg", body).decode()
            name = headers.get(b"execute-app-name", b"").decode()
            self._queue.append(Work(name, argument, headers.get(b"event-uuid", b"")))
        elif verb == "connect":
            out.append(self._all_templates["plain"].connect.replace(b"5a5a5a5a-0000-4000-8000-a5a5a5a5a5a5", self.uuid))
        elif verb in ("event", "myevents"):
            self._subscribe(verb, rest.split())
            out.append(event_text.reply("+OK Events Enabled"))
        else:
            if verb == "filter" and rest.startswith("Application -"):
                self._unheard.add(rest.removeprefix("Application -"))
            out.append(event_text.reply("+OK will linger 10 seconds" if verb == "linger" else "+OK"))

    def _subscribe(self, verb: str, words: list[str]) -> None:
        form = "json" if "json" in words else "plain"
        self._names = MY_EVENTS if verb == "myevents" else frozenset(words)
        self._templates = self._all_templates[form]
        self._events = self._templates.of_call(self.uuid)

    def begin(self) -> list[bytes]:
        """Begins what waits, if nothing runs; what that tells the engine."""
        if self.work is not None or not self._queue or self.ended:
            return []
        self.work = self._queue.popleft()
        return self._told("CHANNEL_EXECUTE", *self._application(self.work))

    @property
    def is_instant(self) -> bool:
        return self.work is not None and self.work.name in _INSTANT

    def finish(self) -> list[bytes]:
        """The application that runs has ended; what the engine is told."""
        work, self.work = self.work, None
        if work is None:
            return []
        out: list[bytes] = []
        read: tuple[tuple[str, str], ...] = ()
        if work.name == "play_and_get_digits":
            keys = self._next_keys(work.argument)
            if keys is None:
                return self.hang_up("NORMAL_CLEARING")
            read = self._read(work.argument, keys, out)
        elif work.name == "playback":
            read = (("variable_current_application_response", "FILE PLAYED"),)
        elif work.name == "hangup":
            return self.hang_up(work.argument or "NORMAL_CLEARING", work)
        elif work.name == "answer":
            out += self._told("CHANNEL_ANSWER")
        response = ("Application-Response", "FILE PLAYED" if work.name == "playback" else "_none_")
        if work.name not in self._unheard:
            out += self._told("CHANNEL_EXECUTE_COMPLETE", *read, *self._application(work), response)
        if work.name not in _INSTANT:
            self.steps += 1
        return out

    def _next_keys(self, argument: str) -> str | None:
        variable = argument.split(" ")[7]
        if variable in self._by_variable:
            return self._by_variable[variable]
        keys = self._keys.popleft() if self._keys else "hangup"
        return None if keys == "hangup" else keys

    def _read(self, argument: str, keys: str, out: list[bytes]) -> tuple[tuple[str, str], ...]:
        """The DTMF events of keys, and the variables that they leave."""
        words = argument.split(" ")
        for key in keys.strip("-"):
            out += self._told("DTMF", ("DTMF-Digit", key), ("DTMF-Duration", "2080"), ("DTMF-Source", "RTP"))
        terminated = keys[-1:] in words[4] and len(keys) > 0
        digits = (keys[:-1] if terminated else keys).strip("-")[: int(words[1])]
        result = (("variable_read_result", "success" if digits else "failure"),)
        used = (("variable_read_terminator_used", keys[-1]),) if terminated else ()
        return (*used, *(((f"variable_{words[7]}", digits),) if digits else ()), *result)

    def hang_up(self, cause: str, work: Work | None = None) -> list[bytes]:
        """The end of the call, by the engine's `hangup` or by the caller."""
        self.ended = True
        self._queue.clear()
        hung_up = ("Hangup-Cause", cause)
        out = self._told("CHANNEL_HANGUP", hung_up)
        if work is not None:
            out += self._told("CHANNEL_EXECUTE_COMPLETE", *self._application(work), hung_up)
        out += self._told("CHANNEL_UNPARK") + self._told("CHANNEL_STATE") + self._told("CHANNEL_STATE")
        out += self._told("CHANNEL_HANGUP_COMPLETE", ("variable_hangup_cause", cause), hung_up)
        return [*out, event_text.linger_notice(self.uuid.decode(), "sofia/internal/13800138000@127.0.0.1", 10)]

    def _application(self, work: Work) -> tuple[tuple[str, str], ...]:
        return (
            ("variable_current_application", work.name),
            ("variable_current_application_data", work.argument),
            ("Application", work.name),
            ("Application-Data", work.argument),
            ("Application-UUID", work.event_uuid.decode()),
        )

    def _told(self, name: str, *headers: tuple[str, str]) -> list[bytes]:
        if name not in self._names:
            return []
        templates = self._templates
        return [templates.complete(self._events[name], tail(templates.form, *headers))]
