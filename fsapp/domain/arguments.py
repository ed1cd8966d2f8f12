"""The types that may reach a FreeSWITCH argument. Whatever comes from outside becomes one of these, or is refused.

FreeSWITCH expands `${...}` in the argument of every application and splits dial strings at commas
(../docs/security.md lists the measured rules), so each type admits a character set in which neither can be written.
"""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\+?[0-9*#]{1,32}\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}\Z")
_UUID = re.compile(r"[0-9A-Fa-f-]{1,64}\Z")
_DISPLAY_NAME = re.compile(r"[^\W_](?:[^\W_]|[ .-]){0,63}\Z")
_PATH = re.compile(r"[\w./-]{1,512}\Z", re.ASCII)


def _checked(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.match(text):
        raise ValueError(f"{text[:40]!r} is no {what}")
    return text


class Number(str):
    """Something that can be dialled: digits, `*`, `#`, a leading `+`; 1 to 32 of them. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Number":
        if type(text) is cls:  # checked when it was made
            return text
        return super().__new__(cls, _checked(_NUMBER, text, "number that can be dialled"))


class Name(str):
    """A gateway, SIP profile, domain or variable name: letters, digits, `_`, `.`, `-`. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Name":
        if type(text) is cls:  # checked when it was made
            return text
        return super().__new__(cls, _checked(_NAME, text, "name"))


class Uuid(str):
    """The id of a channel or of a command. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Uuid":
        if type(text) is cls:  # checked when it was made
            return text
        return super().__new__(cls, _checked(_UUID, text, "channel id"))


class SoundPath(str):
    """A file on the switch's disk, without `..` or anything FreeSWITCH reads as a parameter. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> "SoundPath":
        if type(text) is cls:
            return text
        if ".." in text:
            raise ValueError(f"{text[:80]!r} leaves its folder")
        return super().__new__(cls, _checked(_PATH, text, "sound file path"))


class DisplayName(str):
    """What a phone shows of a caller: letters and digits of any script, blanks, `.` and `-`. Raises ValueError."""

    __slots__ = ()

    def __new__(cls, text: str) -> "DisplayName":
        if type(text) is cls:
            return text
        return super().__new__(cls, _checked(_DISPLAY_NAME, text, "name that a phone can show"))

    @classmethod
    def of(cls, text: str) -> "DisplayName | None":
        """What can be shown of a text, whatever it holds; None where nothing is left."""
        kept = "".join(character if character.isalnum() or character in "-." else " " for character in text)
        shown = " ".join(kept.split())[:64].strip(" .-")
        return cls(shown) if shown else None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a B-leg goes: a number through a gateway, or a registered phone of a SIP profile."""

    number: Number
    gateway: Name | None = None
    profile: Name | None = None
    domain: Name | None = None

    def __post_init__(self) -> None:
        if (self.gateway is None) == (self.profile is None):
            raise ValueError("an endpoint has a gateway or a profile, and not both")
