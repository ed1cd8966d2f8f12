"""Which box stands in which column, and in which order: layers by longest path, crossings few by barycentres.

After Sugiyama, Tagawa and Toda (IEEE Trans. SMC 1981). An arrow over several columns passes those between in slots of
their own, shared by all arrows to the same box: so none runs through a box, and many make one line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Arrow = tuple[str, int, str]
"""From the row with this number of a box, to a box."""

Slot = tuple[str, int]
"""A place in a column: a box's name and its own column, or an arrow's goal and the column that the arrow passes."""

SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of an arrow, from a slot to one in the next column; `row` where it begins at a box, else 0."""

    before: Slot
    row: int
    after: Slot


@dataclass(frozen=True, slots=True)
class Layers:
    """`columns` from left to right, each from top to bottom; `back` are the arrows that do not go to the right."""

    columns: tuple[tuple[Slot, ...], ...]
    column_of: Mapping[str, int]
    links: tuple[Link, ...]
    back: tuple[Arrow, ...]


def arranged(names: Sequence[str], arrows: Sequence[Arrow]) -> Layers:
    """Puts boxes into columns. `names` are in reading order; those that no arrow leads to come first."""
    back = _closing_circles(names, arrows)
    forward = [arrow for arrow in arrows if arrow not in back]
    column_of = _longest_paths(names, forward)
    links = tuple(dict.fromkeys(link for arrow in forward for link in _links(arrow, column_of)))
    columns = _ordered(_columns(names, column_of, links), links)
    return Layers(columns, column_of, links, tuple(back))


def _closing_circles(names: Sequence[str], arrows: Sequence[Arrow]) -> dict[Arrow, None]:
    """The arrows that lead back to where a depth-first walk came from."""
    leaving: dict[str, list[Arrow]] = {name: [] for name in names}
    for leaves in arrows:
        leaving[leaves[0]].append(leaves)
    done: set[str] = set()
    back: dict[Arrow, None] = {}
    for start in names:
        path: dict[str, Iterator[Arrow]] = {} if start in done else {start: iter(leaving[start])}
        while path:
            name = next(reversed(path))
            arrow = next(path[name], None)
            if arrow is None:
                done.add(name)
                del path[name]
            elif arrow[2] in path:
                back[arrow] = None
            elif arrow[2] not in done:
                path[arrow[2]] = iter(leaving[arrow[2]])
    return back


def _longest_paths(names: Sequence[str], forward: Sequence[Arrow]) -> dict[str, int]:
    after: dict[str, set[str]] = {name: set() for name in names}
    for before, _, target in forward:
        after[before].add(target)
    waiting = dict.fromkeys(names, 0)
    for targets in after.values():
        for target in targets:
            waiting[target] += 1
    column_of = dict.fromkeys(names, 0)
    ready = [name for name in names if not waiting[name]]
    while ready:
        name = ready.pop()
        for target in after[name]:
            column_of[target] = max(column_of[target], column_of[name] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return column_of


def _links(arrow: Arrow, column_of: Mapping[str, int]) -> Iterator[Link]:
    source, row, target = arrow
    slot = (source, column_of[source])
    for column in range(column_of[source] + 1, column_of[target] + 1):
        yield Link(slot, row, (target, column))
        slot, row = (target, column), 0


def _columns(names: Sequence[str], column_of: Mapping[str, int], links: Sequence[Link]) -> list[list[Slot]]:
    columns: list[list[Slot]] = [[] for _ in range(max(column_of.values()) + 1)]
    slots = dict.fromkeys((name, column_of[name]) for name in names) | dict.fromkeys(link.after for link in links)
    for slot in slots:
        columns[slot[1]].append(slot)
    return columns


def _ordered(columns: list[list[Slot]], links: Sequence[Link]) -> tuple[tuple[Slot, ...], ...]:
    """Sweeps to and fro, each slot to the mean place of its neighbours, and keeps the order with fewest crossings."""
    best, fewest = columns, crossings(columns, links)
    for sweep in range(SWEEPS):
        columns = _swept(columns, links, forward=sweep % 2 == 0)
        crossed = crossings(columns, links)
        if crossed < fewest:
            best, fewest = columns, crossed
    return tuple(map(tuple, best))


def _swept(columns: list[list[Slot]], links: Sequence[Link], *, forward: bool) -> list[list[Slot]]:
    columns = [list(column) for column in columns]
    for index in range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1):
        fixed = columns[index - 1 if forward else index + 1]
        places = {slot: float(place) for place, slot in enumerate(fixed)}
        neighbours: dict[Slot, list[float]] = {}
        for link in links:
            here, there = (link.after, link.before) if forward else (link.before, link.after)
            if here[1] == index and there in places:
                neighbours.setdefault(here, []).append(places[there] + (link.row / 100 if forward else 0))
        wanted = {slot: _mean(neighbours.get(slot, [float(place)])) for place, slot in enumerate(columns[index])}
        columns[index].sort(key=wanted.__getitem__)
    return columns


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def crossings(columns: Sequence[Sequence[Slot]], links: Sequence[Link]) -> int:
    """How many pairs of links cross."""
    place = {slot: index for column in columns for index, slot in enumerate(column)}
    by_column: dict[int, list[tuple[tuple[int, int], int]]] = {}
    for link in links:
        ends = ((place[link.before], link.row), place[link.after])
        by_column.setdefault(link.before[1], []).append(ends)
    return sum(
        (one[0] < other[0] and one[1] > other[1]) or (one[0] > other[0] and one[1] < other[1])
        for ends in by_column.values()
        for index, one in enumerate(ends)
        for other in ends[index + 1 :]
    )
