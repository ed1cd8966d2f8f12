"""Keys typed ahead, keys read: what a caller's typing means to a request. Pure."""

from dataclasses import dataclass

from fsapp.domain.leg import CollectKeys, KeysCollected, KeysEnd


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row of keys is to a request: its result, if they suffice; and the keys left for the next one."""

    result: KeysCollected | None
    left: str = ""


def read(keys: str, request: CollectKeys) -> Reading:
    """Reads until a terminator or the last digit wanted. A terminator behind that still belongs to the number."""
    for index, key in enumerate(keys):
        left = keys[index + 1 :]
        if key in request.terminators:
            return Reading(KeysCollected(keys[:index], KeysEnd.TERMINATOR, key), left)
        if index + 1 == request.max_digits:
            belated = left[:1] if left[:1] in tuple(request.terminators) else ""
            return Reading(KeysCollected(keys[: index + 1], KeysEnd.FULL), left.removeprefix(belated))
    return Reading(None)


def ahead(pressed: str, consumed: str) -> str:
    """The keys that were pressed before the switch began to read, and which its reading therefore lacks.

    `pressed` are the keys seen as events since the read was sent, `consumed` those that the read took. The read's keys
    come last; of sensitive ones, which give no events, perhaps only the first few or none.
    """
    for length in range(len(consumed), 0, -1):
        if pressed.endswith(consumed[:length]):
            return pressed[:-length]
    return pressed


def timed_out(keys: str) -> KeysCollected:
    """Reading ended because nothing more was pressed."""
    return KeysCollected(keys, KeysEnd.TIMEOUT if keys else KeysEnd.NOTHING)
