"""Where the boxes of a picture stand, in pixels: columns beside one another, each box level with its neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fsapp.flow.draw_boxes import Box
from fsapp.flow.draw_layers import Arrow, Layers, Slot, arranged

LETTER = 6.6
"""The width of a Latin letter at the picture's 12 px: what the usual fonts need at most, on average."""
HEADER = 26.0
ROW = 19.0
PADDING = 10.0
MARGIN = 28.0
PILL = 26.0
"""The height of a box that is no label."""
BETWEEN_BOXES = 22.0
BETWEEN_LINES = 14.0
GAP = 56.0
"""Between two columns, beside the room for arrows that go back."""
LANE = 9.0
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Places:
    """The picture's geometry. `left` and `width` are by box, `top` by slot, `columns` their left and right edges.

    `leaving` and `entering` are, by gap (the one with number n lies left of column n), the boxes to which arrows go
    back that begin in this gap, or end in it.
    """

    boxes: Mapping[str, Box]
    layers: Layers
    left: Mapping[str, float]
    top: Mapping[Slot, float]
    columns: Sequence[tuple[float, float]]
    leaving: Mapping[int, list[str]]
    entering: Mapping[int, list[str]]

    @property
    def right(self) -> float:
        """The right edge of everything: boxes, bows, and arrows that go back from the last column."""
        return self.columns[-1][1] + 2 * LANE + LANE * len(self.leaving.get(len(self.columns), ()))

    def width(self, name: str) -> float:
        return box_width(self.boxes[name])

    def slot(self, name: str) -> Slot:
        return name, self.layers.column_of[name]

    def bottom(self, name: str) -> float:
        return self.top[self.slot(name)] + box_height(self.boxes[name])

    def entry(self, slot: Slot) -> float:
        """The height at which arrows come into a slot."""
        return self.top[slot] + _entry(self, slot)

    def exit(self, slot: Slot, row: int) -> float:
        """The height at which an arrow leaves a slot."""
        return self.top[slot] + _exit(self, slot, row)

    def is_box(self, slot: Slot) -> bool:
        return self.layers.column_of[slot[0]] == slot[1]


def box_width(box: Box) -> float:
    return box.columns * LETTER + 2 * PADDING


def box_height(box: Box) -> float:
    return HEADER + ROW * len(box.rows) + PADDING / 2 if box.is_label else PILL


def placed(boxes: Mapping[str, Box]) -> Places:
    """Finds a place for every box."""
    layers = arranged(list(boxes), arrows(boxes))
    leaving, entering = _gaps_used(layers)
    columns: list[tuple[float, float]] = []
    right = MARGIN - GAP
    for index, slots in enumerate(layers.columns):
        lanes = len(leaving.get(index, ())) + len(entering.get(index, ()))
        links = sum(link.after[1] == index for link in layers.links)
        left = right + GAP + min(LANE / 3 * links, GAP) + LANE * lanes
        right = left + max(
            [box_width(boxes[name]) for name, column in slots if layers.column_of[name] == column] or [0]
        )
        columns.append((left, right))
    lefts = {name: columns[column][0] for name, column in layers.column_of.items()}
    places = Places(boxes, layers, lefts, {}, columns, leaving, entering)
    return _levelled(places)


def arrows(boxes: Mapping[str, Box]) -> list[Arrow]:
    """The arrows of a picture, in reading order; those of a box to itself are drawn at the box."""
    return [
        (box.name, number, row.leads_to)
        for box in boxes.values()
        for number, row in enumerate(box.rows)
        if row.leads_to in boxes and row.leads_to is not None and row.leads_to != box.name
    ]


def _gaps_used(layers: Layers) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    leaving: dict[int, list[str]] = {}
    entering: dict[int, list[str]] = {}
    for source, _, target in layers.back:
        for gaps, gap in ((leaving, layers.column_of[source] + 1), (entering, layers.column_of[target])):
            if target not in gaps.setdefault(gap, []):
                gaps[gap].append(target)
    return leaving, entering


def _entry(places: Places, slot: Slot) -> float:
    if not places.is_box(slot):
        return 0.0
    return HEADER / 2 if places.boxes[slot[0]].is_label else PILL / 2


def _exit(places: Places, slot: Slot, row: int) -> float:
    if not places.is_box(slot):
        return 0.0
    return HEADER + ROW * (row + 0.5) if places.boxes[slot[0]].is_label else PILL / 2


def _levelled(places: Places) -> Places:
    """Lets each column settle, to and fro, as level with its neighbours as the boxes' heights allow."""
    top: dict[Slot, float] = {}
    for column in places.layers.columns:
        heights = [_room(places, slot) for slot in column]
        top.update(zip(column, settled([0.0] * len(column), heights), strict=True))
    neighbours = _neighbours(places)
    for sweep in range(ROUNDS):
        for column in places.layers.columns[:: 1 if sweep % 2 == 0 else -1]:
            wanted = [_wish(top, slot, neighbours.get(slot, ())) for slot in column]
            top.update(zip(column, settled(wanted, [_room(places, slot) for slot in column]), strict=True))
    highest = min(top.values())
    moved = {slot: value - highest for slot, value in top.items()}
    return Places(places.boxes, places.layers, places.left, moved, places.columns, places.leaving, places.entering)


def _room(places: Places, slot: Slot) -> float:
    return box_height(places.boxes[slot[0]]) + BETWEEN_BOXES if places.is_box(slot) else BETWEEN_LINES


def _neighbours(places: Places) -> dict[Slot, list[tuple[Slot, float]]]:
    """The slots that a slot has links with, and how far below their tops its own would be level with them."""
    found: dict[Slot, list[tuple[Slot, float]]] = {}
    for link in places.layers.links:
        step = _exit(places, link.before, link.row) - _entry(places, link.after)
        found.setdefault(link.after, []).append((link.before, step))
        found.setdefault(link.before, []).append((link.after, -step))
    return found


def _wish(top: Mapping[Slot, float], slot: Slot, neighbours: Sequence[tuple[Slot, float]]) -> float:
    """Where a slot would be level with its neighbours to both sides."""
    return sum(top[other] + step for other, step in neighbours) / len(neighbours) if neighbours else top[slot]


def settled(wanted: Sequence[float], rooms: Sequence[float]) -> list[float]:
    """The places nearest to those wanted (least squares) at which each one has its room above the next.

    Without the rooms this is isotonic regression, solved by pooling neighbours that are out of order.
    """
    pools: list[tuple[float, int]] = []
    above = 0.0
    for want, room in zip(wanted, rooms, strict=True):
        mean, size = want - above, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
        above += room
    result, above, rest = [], 0.0, iter(rooms)
    for mean, size in pools:
        for _ in range(size):
            result.append(mean + above)
            above += next(rest)
    return result
