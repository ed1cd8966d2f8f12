"""What settings would lay open: a port that asks for no password, a secret in a file that everybody reads."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address

from fsapp.domain.errors import Problem
from fsapp.files.places import Document, Path

_PASSWORD_IN_URL = re.compile(r"[a-z+]+://[^/\s:@]*:[^/\s@]+@")
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"})
_OTHERS = 0o007
"""The bits of a file's mode that let everybody in."""


def is_private(host: str) -> bool:
    """Whether a host is an address of this machine or of a private network; a name is not judged, but for localhost."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return not address.is_unspecified and (address.is_loopback or address.is_private)


def is_private_network(network: IPv4Network | IPv6Network) -> bool:
    """Whether nobody beyond this machine and private networks is in it."""
    return network.prefixlen > 0 and (network.is_loopback or network.is_private)


def secrets_in_the_open(document: Document, mode: int) -> Iterator[Problem]:
    """The passwords that are written in a settings file which others may read."""
    if mode & _OTHERS:
        for path in _secrets(document.data, ()):
            yield document.problem(path, "a secret in a file that everybody may read: chmod o-rwx, or put it elsewhere")


def _secrets(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _secrets(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _secrets(each, (*path, index))
    elif isinstance(value, str) and _is_secret(value, str(path[-1]) if path else ""):
        yield path


def _is_secret(value: str, key: str) -> bool:
    if value.startswith("file:"):
        return False
    return bool(_PASSWORD_IN_URL.match(value)) or key.lower() in _SECRET_HEADERS
