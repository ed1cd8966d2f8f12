"""What a FreeSWITCH configuration must never say, whoever wrote it. Used by `fsapp check`.

It reads a tree as it stands, rendered or not: a value that still waits for its variable (`$${name}`) is not judged.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from xml.parsers import expat

from fsapp.domain.errors import Problem

_VARIABLE = re.compile(r"\$\$\{(\w+)\}")
_API_CALL = re.compile(r"(?<!\$)\$\{\w+[ (]")
_CONTAINERS = ("configuration", "profile")
_TRUE = ("true", "yes", "on", "enabled", "active", "allow", "1")  # switch_true() in switch_utils.h

_UNWANTED_MODULES = {
    "mod_xml_rpc": "it is a web door to every API command",
    "mod_shell_stream": "it makes a file name a shell command",
    "mod_cdr_csv": "it makes an account code a file name",
    "mod_python3": "it runs whatever a dialplan names",
    "mod_lua": "it runs whatever a dialplan names",
}

_LOCKS = ("disable_system_app_commands", "disable_system_api_commands")
"""Global variables that must be true: whoever reaches an application or an api command could start a program."""


@dataclass(frozen=True, slots=True)
class _Tag:
    """An element, its line, and the configuration or SIP profile it stands in."""

    file: Path
    line: int
    name: str
    attributes: Mapping[str, str]
    container: tuple[str, str]

    def problem(self, sentence: str) -> Problem:
        return Problem(str(self.file), self.line, sentence)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A parameter's good values. `place` is a configuration's name, or `profile`: each SIP profile.

    Where `required`, a missing parameter is a problem too: FreeSWITCH's default is not good.
    """

    place: str
    parameter: str
    good: Callable[[str], bool]
    sentence: str
    required: bool = False


def _true(value: str) -> bool:
    return value.lower() in _TRUE


def _not_true(value: str) -> bool:
    return not _true(value)


def _strong(password: str) -> bool:
    return len(password) >= 20


def _not_public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not address.is_unspecified and (address.is_loopback or address.is_private)


_RULES = (
    _Rule("switch.conf", "api-expansion", _not_true, "api-expansion must be false: it makes text a command", True),
    _Rule("event_socket.conf", "password", _strong, "the event socket's password is easy: render makes one", True),
    _Rule("event_socket.conf", "listen-ip", _not_public, "the event socket must not listen on a public address"),
    _Rule("event_socket.conf", "apply-inbound-acl", bool, "the event socket must say who may connect", True),
    _Rule("profile", "auth-calls", _true, "auth-calls must be true: anybody could call", True),
    _Rule("profile", "auth-messages", _true, "auth-messages must be true: a SIP MESSAGE could run a command", True),
    _Rule(
        "profile",
        "enable-chat",
        _not_true,
        "enable-chat must be false: an agent's SIP MESSAGE could run a command",
        True,
    ),
    _Rule("profile", "disable-transfer", _true, "disable-transfer must be true: a REFER could run a command", True),
    _Rule("profile", "disable-auth-messages", _not_true, "a SIP MESSAGE could run a command: remove this"),
    _Rule("profile", "accept-blind-reg", _not_true, "accept-blind-reg must be false: anybody could be an agent"),
    _Rule("profile", "accept-blind-auth", _not_true, "accept-blind-auth must be false: anybody could call"),
)


def problems(directory: Path) -> list[Problem]:
    """Every problem of the XML files below `directory`, in the order of files and lines."""
    found: list[Problem] = []
    tags: list[_Tag] = []
    for file in sorted(directory.rglob("*.xml")):
        try:
            tags += _tags(file)
        except (expat.ExpatError, OSError) as error:
            found.append(Problem(str(file), getattr(error, "lineno", 1), f"this is no XML: {error}"))
    tags = _resolved(tags)
    return sorted([*found, *_broken_rules(tags), *_open_locks(tags), *_unwanted(tags), *_readable_secrets(tags)])


def _tags(file: Path) -> list[_Tag]:
    tags: list[_Tag] = []
    containers = [("", "")]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in _CONTAINERS:
            containers.append((name, attributes.get("name", "")))
        tags.append(_Tag(file, parser.CurrentLineNumber, name, attributes, containers[-1]))

    def end(name: str) -> None:
        if name in _CONTAINERS:
            containers.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(file.read_bytes(), True)
    return tags


def _resolved(tags: list[_Tag]) -> list[_Tag]:
    variables = dict(
        tag.attributes.get("data", "").split("=", 1)
        for tag in tags
        if tag.attributes.get("cmd") == "set" and "=" in tag.attributes.get("data", "")
    )

    def value(match: re.Match[str]) -> str:
        return variables.get(match[1], match[0])

    def filled(tag: _Tag) -> _Tag:
        return replace(tag, attributes={key: _VARIABLE.sub(value, text) for key, text in tag.attributes.items()})

    return [filled(tag) for tag in tags]


def _broken_rules(tags: list[_Tag]) -> Iterator[Problem]:
    for place in (tag for tag in tags if tag.name in _CONTAINERS and _is_judged(tag)):
        inside = [
            tag for tag in tags if tag.name == "param" and (tag.file, tag.container) == (place.file, place.container)
        ]
        for rule in _RULES:
            if rule.place in place.container:
                yield from _broken(rule, place, inside)


def _is_judged(tag: _Tag) -> bool:
    """A `profile` of logfile.conf is no SIP profile: only those that stand in a file of their own are."""
    return tag.name == "configuration" or tag.file.parent.name == "sip_profiles"


def _broken(rule: _Rule, place: _Tag, inside: Iterable[_Tag]) -> Iterator[Problem]:
    settings = [tag for tag in inside if tag.attributes.get("name") == rule.parameter]
    if rule.required and not settings:
        yield place.problem(f"{rule.parameter} is missing; {rule.sentence}")
    for tag in settings:
        value = tag.attributes.get("value", "")
        if not _VARIABLE.search(value) and not rule.good(value):
            yield tag.problem(rule.sentence)


def _open_locks(tags: list[_Tag]) -> Iterator[Problem]:
    for document in (tag for tag in tags if tag.name == "document"):
        for lock in _LOCKS:
            set_to = [tag for tag in tags if tag.attributes.get("data", "").startswith(f"{lock}=")]
            for tag in set_to or [document]:
                if not _true(tag.attributes.get("data", "").partition("=")[2]):
                    yield tag.problem(f"{lock} must be true: a command could start a program")


def _unwanted(tags: list[_Tag]) -> Iterator[Problem]:
    for tag in tags:
        module = tag.attributes.get("module", "")
        if tag.name == "load" and module in _UNWANTED_MODULES:
            yield tag.problem(f"{module} must not be loaded: {_UNWANTED_MODULES[module]}")
        if tag.name == "action" and _API_CALL.search(tag.attributes.get("data", "")):
            yield tag.problem("an API command in an argument: with api-expansion off it does nothing")


def _readable_secrets(tags: list[_Tag]) -> Iterator[Problem]:
    for tag in tags:
        if _holds_secret(tag) and tag.file.stat().st_mode & 0o007:
            yield tag.problem("others can read this password: chmod 600, and change it")


def _holds_secret(tag: _Tag) -> bool:
    """A password written out in this very file; one that came in by a variable stands elsewhere."""
    if tag.attributes.get("cmd") == "set":
        return tag.attributes.get("data", "").partition("=")[0].endswith("password")
    secret = tag.attributes.get("name") in ("password", "a1-hash")
    return secret and tag.container == ("", "") and "value" in tag.attributes
