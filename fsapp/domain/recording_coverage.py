"""Whether each answered second of a talk is in a recording, or has a reason why not. All times are milliseconds."""

from collections.abc import Iterable, Iterator, Sequence

from fsapp.domain.recording import RecordingRecord, RecordingState, RecordRule, Span

LEFT = "the talk was over"
HUNG_UP = "the call was over"
NATURAL_ENDS = (LEFT, HUNG_UP)
"""Why a recording ends by itself; any other reason stands for what follows too."""

TOLERATED = 1500
"""Between an answer and the first recorded packet, and as much at the end."""

_FOR_EVER = 1 << 62


RuleHistory = Sequence[tuple[int, str]]
"""What a queue said of recording: from when on, and what, in order."""


def rule_at(history: RuleHistory, at: int) -> RecordRule | None:
    """What a queue said at a moment; None where nobody knows."""
    said = [rule for since, rule in history if since <= at]
    return RecordRule(said[-1]) if said else None


def unexplained(talk: Span, records: Iterable[RecordingRecord]) -> list[Span]:
    """The parts of a talk longer than TOLERATED that no recording of the call holds and no reason explains."""
    gaps = [talk]
    for first, last in (span for record in records for span in _explained(record)):
        gaps = [part for gap in gaps for part in _without(gap, first, last)]
    return [(first, last) for first, last in gaps if last - first > TOLERATED]


def too_short(record: RecordingRecord) -> bool:
    """Whether a file holds less than the time it took to make."""
    took = (record.ended_at or record.started_at) - record.started_at
    return record.state == RecordingState.SAVED and took - record.ms > max(TOLERATED, took // 50)


def _explained(record: RecordingRecord) -> Iterator[Span]:
    if record.state in (RecordingState.OPEN, RecordingState.FAILED) or record.ended_at is None:
        yield record.started_at, _FOR_EVER
        return
    natural = record.why in NATURAL_ENDS
    yield record.started_at, record.ended_at if natural else _FOR_EVER


def _without(gap: Span, first: int, last: int) -> Iterator[Span]:
    """What is left of a span when another is taken out of it."""
    for left in ((gap[0], min(gap[1], first)), (max(gap[0], last), gap[1])):
        if left[1] > left[0]:
            yield left
