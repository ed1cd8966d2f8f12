"""URLs with places for arguments: the host is fixed, and no argument can leave its place."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BAD_TARGET = re.compile(r"[^\x21-\x7e]")
_LONGEST = 200
"""Characters of an argument."""


class Address:
    """`https://host/path/{argument}?name={argument}`. Raises ValueError for anything else."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address: write https://host/path")
        if "{" in parts.netloc or "@" in parts.netloc:
            raise ValueError(f"{url!r}: the host is fixed, and secrets stand in a header")
        if parts.fragment or _BAD_TARGET.search(url):
            raise ValueError(f"{url!r} holds a character that no address may have")
        self.scheme = parts.scheme
        self.host = parts.hostname
        self.port = parts.port
        self._path = parts.path or "/"
        self._query = parts.query
        for piece in (self._path, self._query):
            if set("{}") & set(_PLACE.sub("", piece)):
                raise ValueError(f"{url!r}: a place for an argument is a name in braces, like {{account}}")

    @property
    def arguments(self) -> frozenset[str]:
        return frozenset(_PLACE.findall(self._path) + _PLACE.findall(self._query))

    def target(self, arguments: Mapping[str, str]) -> str:
        """Path and query with the arguments in their places. Raises ValueError for one that would change the path."""
        path = _PLACE.sub(lambda match: _in_path(match[1], arguments[match[1]]), self._path)
        query = _PLACE.sub(lambda match: _quoted(match[1], arguments[match[1]]), self._query)
        return f"{path}?{query}" if query else path


def places(body: Any) -> frozenset[str]:
    """The arguments that a JSON body wants."""
    if isinstance(body, dict):
        return frozenset().union(*map(places, body.values()))
    if isinstance(body, list):
        return frozenset().union(*map(places, body))
    return frozenset(_PLACE.findall(body)) if isinstance(body, str) else frozenset()


def filled(body: Any, arguments: Mapping[str, str]) -> Any:
    """The JSON body with the arguments in its texts."""
    if isinstance(body, dict):
        return {key: filled(value, arguments) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, arguments) for value in body]
    return _PLACE.sub(lambda match: arguments[match[1]], body) if isinstance(body, str) else body


def _in_path(name: str, value: str) -> str:
    """Servers may decode `%2F` and resolve dots, so an argument must name something below its place."""
    if any(part in ("", ".", "..") for part in re.split(r"[/\\]", value)):
        raise ValueError(f"the argument {name!r} cannot stand in a path")
    return _quoted(name, value)


def _quoted(name: str, value: str) -> str:
    if len(value) > _LONGEST:
        raise ValueError(f"the argument {name!r} is longer than {_LONGEST} characters")
    return quote(value, safe="", errors="replace")
