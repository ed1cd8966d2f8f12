"""Which events a connection hears: `event`, `myevents`, `filter`, as mod_event_socket decides it."""

import re

from fsapp.switchboard.event_text import SwitchEvent

MY_EVENTS = frozenset(
    {
        "CHANNEL_ANSWER",
        "CHANNEL_APPLICATION",
        "CHANNEL_BRIDGE",
        "CHANNEL_CREATE",
        "CHANNEL_DATA",
        "CHANNEL_DESTROY",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE",
        "CHANNEL_ORIGINATE",
        "CHANNEL_OUTGOING",
        "CHANNEL_PARK",
        "CHANNEL_PROGRESS",
        "CHANNEL_PROGRESS_MEDIA",
        "CHANNEL_STATE",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_UNPARK",
        "CHANNEL_UUID",
        "DETECTED_SPEECH",
        "DTMF",
        "NOTALK",
        "TALK",
    }
)
_PLAIN = re.compile(r"[a-z0-9_][a-z0-9_-]*")
_FORMS = ("plain", "json", "xml")


class Subscription:
    """What one connection asked for. Without a filter or `myevents` it hears every channel of the switch."""

    def __init__(self, own_uuid: str) -> None:
        self.form = "plain"
        self._own_uuid = own_uuid
        self._names: set[str] = set()
        self._subclasses: set[str] = set()
        self._mine = False
        self._filters: list[tuple[str, str]] = []
        self._plain: dict[str, set[str]] = {}
        """Filters that are whole values, by header: thousands of ids, where thousands wait."""

    def hears(self, name: str) -> bool:
        """Whether an event of this name could be wanted."""
        return name in self._names or "ALL" in self._names

    def wants(self, event: SwitchEvent) -> bool:
        if not self.hears(event.name):
            return False
        subclass = event.headers.get("Event-Subclass")
        if subclass and not {subclass, "ALL"} & (self._subclasses | self._names):
            return False
        if self._mine:
            return self._own_uuid in (event.headers.get("Unique-ID"), event.headers.get("Job-Owner-UUID"))
        return not (self._filters or self._plain) or self._passes(event.headers)

    def _passes(self, headers: dict[str, str]) -> bool:
        """A filter that matches lets pass; one that begins with `-` and matches keeps out."""
        passes = any(headers.get(name, "").lower() in values for name, values in self._plain.items())
        for name, wanted in self._filters:
            keeps_out = wanted.startswith("-")
            if name in headers and _matches(headers[name], wanted.lstrip("+- ")):
                if keeps_out:
                    return False
                passes = True
        return passes

    def change(self, verb: str, rest: str) -> str:
        """Obeys a command; the text of its reply."""
        if verb == "filter":
            return self._filter(rest)
        if verb == "myevents":
            return self._my_events(rest)
        if verb == "event":
            return self._event(rest)
        if verb == "nixevent":
            self._names -= set(rest.split())
            return "+OK events nixed" if rest else "-ERR no keywords supplied"
        told = "+OK no longer listening for events" if self._names else "-ERR not listening for events"
        self._names = set()
        return told

    def _filter(self, rest: str) -> str:
        words = rest.split(" ", 1)
        if len(words) < 2:
            return "-ERR invalid syntax"
        if words[0] == "delete":
            name, _, value = words[1].partition(" ")
            self._delete(name, value)
            return f"+OK filter deleted. [{name}][{value}]"
        name, value = words[1].split(" ", 1) if words[0] == "add" else (words[0], words[1])
        if _PLAIN.fullmatch(value):
            self._plain.setdefault(name, set()).add(value)
        else:
            self._filters.append((name, value))
        return f"+OK filter added. [{name}]=[{value}]"

    def _delete(self, name: str, value: str) -> None:
        if name == "all":
            self._filters, self._plain = [], {}
            return
        self._filters = [kept for kept in self._filters if not _deleted(kept, name, value)]
        left = self._plain.get(name, set()) - {value} if value else set()
        self._plain = {other: values for other, values in self._plain.items() if other != name}
        if left:
            self._plain[name] = left

    def _my_events(self, rest: str) -> str:
        if self._mine:
            return "-ERR aready enabled."
        self._own_uuid = self._own_uuid or rest.partition(" ")[0]
        self._mine = True
        self._names |= MY_EVENTS
        if "json" in rest.lower():
            self.form = "json"
        return "+OK Events Enabled"

    def _event(self, rest: str) -> str:
        words = rest.split()
        if words and words[0].lower() in _FORMS:
            self.form = words.pop(0).lower()
        if not words:
            return "-ERR no keywords supplied"
        custom = next((index for index, word in enumerate(words) if word.upper() == "CUSTOM"), len(words))
        self._names |= {word.upper() for word in words[: custom + 1]}
        self._subclasses |= set(words[custom + 1 :])
        return f"+OK event listener enabled {self.form}"


def _matches(value: str, wanted: str) -> bool:
    if wanted.startswith("/"):
        return re.search(wanted.strip("/"), value) is not None
    return value.lower() == wanted.lower()


def _deleted(kept: tuple[str, str], name: str, value: str) -> bool:
    return kept[0] == name and value in ("", kept[1])
