"""A FreeSWITCH with known holes is told of at each connection; refusing the switch there is would help nobody."""

import logging
import re

from fsapp.domain.errors import EslError
from fsapp.esl.client import Client
from fsapp.esl.commands import Api

_LOG = logging.getLogger("fsapp.switch")

OLDEST = (1, 10, 11)
"""Older ones can be stopped by a packet (CVE-2023-51443, -2021-41105, -41145) or trusted too much (-2021-37624)."""

_VERSION = re.compile(r"Version (\d+)\.(\d+)\.(\d+)")


def look(client: Client) -> None:
    """Asks the switch, and logs what is wrong. Raises nothing."""
    try:
        said = client.api(Api.VERSION)
    except EslError:
        return
    if sentence := problem(said):
        _LOG.error("%s", sentence)


def problem(said: str) -> str:
    """What is wrong with a switch that says so of itself; empty where nothing is known."""
    match = _VERSION.search(said)
    if match is None:
        return f"the switch does not tell its version: {said.strip()[:60]!r}"
    version = tuple(map(int, match.groups()))
    if version >= OLDEST:
        return ""
    return f"FreeSWITCH {'.'.join(match.groups())} has known holes: upgrade to {'.'.join(map(str, OLDEST))} or later"
