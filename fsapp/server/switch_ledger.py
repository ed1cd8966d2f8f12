"""The engine's records against FreeSWITCH's own: leg by leg. What only FreeSWITCH saw is added, marked as such."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from fsapp.domain.events import Event
from fsapp.domain.ledger import Check, Difference, call_differences, clock
from fsapp.domain.periods import Period
from fsapp.domain.switch_legs import SwitchLeg, call_events, leg_event
from fsapp.server.switch_cdrs import NoRecord, files, legs
from fsapp.store.known_legs import KnownLegs

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Compared:
    """What came of it: the differences, and the events of what only FreeSWITCH saw. `files` counts its records."""

    differences: list[Difference] = field(default_factory=list)
    unseen: list[Event] = field(default_factory=list)
    files: int = 0


def compare(folder: Path, period: Period, known: KnownLegs, zone: tzinfo, progress: Progress) -> Compared:
    """Everything that began in the period. `known` is what the database has of it."""
    compared = Compared()
    told = list(_told(folder, period, compared, progress))
    callers = {leg.uuid: leg for leg in told if leg.is_caller}
    _calls(callers, known, zone, compared)
    _placed([leg for leg in told if not leg.is_caller], callers, known, zone, compared)
    if compared.files:
        _unwritten(callers, {leg.uuid for leg in told}, known, compared)
    elif known.calls:
        sentence = f"FreeSWITCH has no record of that day in {folder}, and the engine has {len(known.calls)} calls"
        compared.differences.append(Difference(Check.SWITCH, str(folder), sentence))
    return compared


def _told(folder: Path, period: Period, compared: Compared, progress: Progress) -> Iterator[SwitchLeg]:
    for leg in legs(files(folder, period), progress):
        if isinstance(leg, NoRecord):
            compared.differences.append(Difference(Check.SWITCH, "", str(leg)))
        elif period.since <= leg.started_at < period.until:
            compared.files += 1
            yield leg


def _calls(callers: Mapping[str, SwitchLeg], known: KnownLegs, zone: tzinfo, compared: Compared) -> None:
    for uuid, leg in callers.items():
        cdr = known.cdr(uuid)
        if cdr is not None:
            compared.differences += call_differences(cdr, leg, zone)
        elif not known.is_open(uuid):
            compared.unseen += call_events(leg)
            what = f"call {uuid} from {leg.ani or 'nobody'} to {leg.number} at {clock(leg.started_at, zone)}"
            sentence = f"{what} was seen by FreeSWITCH alone"
            compared.differences.append(Difference(Check.SWITCH, uuid, sentence))


def _placed(
    placed: Iterable[SwitchLeg], callers: Mapping[str, SwitchLeg], known: KnownLegs, zone: tzinfo, compared: Compared
) -> None:
    """Legs that were placed: for a call that the engine knows, it knows the leg too."""
    added: dict[str, int] = {}
    for leg in placed:
        if known.has_leg(leg) or known.is_open(leg.call):
            continue
        where = f"a leg to {leg.number} at {clock(leg.started_at, zone)}"
        if not leg.call:
            sentence = f"{where} ({leg.uuid}) was seen by FreeSWITCH alone, and belongs to no call"
        else:
            sentence = f"call {leg.call}: {where} ({leg.uuid}) was seen by FreeSWITCH alone"
            number = added[leg.call] = added.get(leg.call, known.legs_added(leg.call)) + 1
            if leg.call in callers or known.cdr(leg.call) is not None:
                compared.unseen.append(leg_event(leg, number))
        compared.differences.append(Difference(Check.SWITCH, leg.uuid, sentence))


def _unwritten(callers: Mapping[str, SwitchLeg], told: set[str], known: KnownLegs, compared: Compared) -> None:
    """What the engine tells of, and FreeSWITCH does not."""
    for uuid in known.calls:
        if uuid not in callers:
            sentence = f"call {uuid} is in the engine's records, and FreeSWITCH has none of it"
            compared.differences.append(Difference(Check.SWITCH, uuid, sentence))
    for call, leg in known.dialled:
        if leg not in told:
            sentence = f"call {call}: the leg {leg} is in the engine's records, and FreeSWITCH has none of it"
            compared.differences.append(Difference(Check.SWITCH, leg, sentence))


def import_events(told: Sequence[SwitchLeg], known: Collection[str]) -> Sequence[Event]:
    """The events of those calls that are not `known`, each call's with its legs'."""
    fresh = {leg.uuid: leg for leg in told if leg.is_caller and leg.uuid not in known}
    placed: dict[str, list[SwitchLeg]] = {uuid: [] for uuid in fresh}
    for leg in told:
        if not leg.is_caller and leg.call in placed:
            placed[leg.call].append(leg)
    return [
        event
        for uuid, leg in fresh.items()
        for event in (*call_events(leg), *(leg_event(each, number) for number, each in enumerate(placed[uuid], 1)))
    ]
