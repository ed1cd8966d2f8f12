"""Orders to record prompts at a telephone: a file each, named by the number that is keyed there."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from secrets import randbelow

import orjson

from fsapp.domain.errors import MediaError
from fsapp.domain.prompt import ORDER_DIGITS, PromptOrder

VALID_HOURS = 24

_VALID_MS = VALID_HOURS * 3_600_000
_TRIES = 1000


class PromptOrders:
    """`now` is UTC milliseconds. Raises OSError where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, language: str, names: Sequence[str], by: str, now: int) -> PromptOrder:
        """A new order, with a number that no other has."""
        self._forget_old(now)
        self._folder.mkdir(mode=0o770, parents=True, exist_ok=True)
        for _ in range(_TRIES):
            number = str(10 ** (ORDER_DIGITS - 1) + randbelow(9 * 10 ** (ORDER_DIGITS - 1)))
            order = PromptOrder(number, language, tuple(names), by, now)
            try:
                with self._file(number).open("xb") as file:
                    file.write(orjson.dumps(asdict(order)))
            except FileExistsError:
                continue
            return order
        raise MediaError("there are too many orders to record; they end after a day")

    def find(self, number: str, now: int) -> PromptOrder | None:
        """The order of a number as it was keyed, unless it is done or over."""
        if len(number) != ORDER_DIGITS or not (number.isascii() and number.isdecimal()):
            return None
        order = _read(self._file(number))
        return order if order is not None and now - order.at < _VALID_MS else None

    def done(self, order: PromptOrder, name: str) -> None:
        """One of its prompts is recorded; after the last there is no order."""
        file = self._file(order.number)
        kept = _read(file) or order
        rest = replace(kept, names=tuple(each for each in kept.names if each != name))
        if not rest.names:
            file.unlink(missing_ok=True)
            return
        part = file.with_suffix(".part")
        part.write_bytes(orjson.dumps(asdict(rest)))
        part.replace(file)

    def _forget_old(self, now: int) -> None:
        for file in self._folder.glob("*.json"):
            order = _read(file)
            if order is None or now - order.at >= _VALID_MS:
                file.unlink(missing_ok=True)

    def _file(self, number: str) -> Path:
        return self._folder / f"{number}.json"


def _read(file: Path) -> PromptOrder | None:
    try:
        fields = orjson.loads(file.read_bytes())
        return PromptOrder(**{**fields, "names": tuple(fields["names"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
