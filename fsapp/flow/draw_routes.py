"""The lines of a picture: arrows to the right from column to column, arrows back around everything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fsapp.flow.draw_boxes import ON_ERROR
from fsapp.flow.draw_layers import Slot
from fsapp.flow.draw_places import HEADER, LANE, ROW, Places

LANE_ROOM = 16.0
_LOOP = 22.0
_CORNER = 6.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line to a box, as the `d` of an SVG path; `is_bow` where it is the box's own, `is_failure` from `on_error`."""

    path: str
    target: str
    is_bow: bool = False
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """All lines, and the room that they need above and below the boxes."""

    lines: tuple[Line, ...]
    above: float
    below: float


def routed(places: Places) -> Routes:
    """Finds the way of every arrow."""
    lanes, above, below = _lanes(places)
    lines = (*_forward(places), *_back(places, lanes), *_loops(places))
    return Routes(lines, above, below)


def _forward(places: Places) -> Iterator[Line]:
    failures = _only_failures(places)
    for link in places.layers.links:
        (name, column), (target, next_column) = link.before, link.after
        start_y, end_y = places.exit(link.before, link.row), places.entry(link.after)
        is_box = places.is_box(link.before)
        start = places.left[name] + places.width(name) if is_box else places.columns[column][0]
        edge, end = places.columns[column][1], places.columns[next_column][0]
        middle = (edge + end) / 2
        bend = f"C{middle:.1f} {start_y:.1f} {middle:.1f} {end_y:.1f} {end:.1f} {end_y:.1f}"
        path = f"M{start:.1f} {start_y:.1f}H{edge:.1f}{bend}"
        yield Line(path, target, is_failure=link.before in failures)


def _only_failures(places: Places) -> set[Slot]:
    """The slots through which nothing comes but the way to `on_error`."""
    before: dict[Slot, set[Slot]] = {}
    for link in places.layers.links:
        before.setdefault(link.after, set()).add(link.before)
    found = {(ON_ERROR, 0)}
    for column in places.layers.columns:
        found |= {slot for slot in column if not places.is_box(slot) and before[slot] <= found}
    return found


def _lanes(places: Places) -> tuple[Mapping[str, float], float, float]:
    """The height of the lane of each box to which arrows go back: above everything, or below."""
    bottom = max(places.bottom(name) for name in places.boxes)
    spans: dict[str, list[float]] = {}
    for source, row, target in places.layers.back:
        heights = spans.setdefault(target, [places.entry(places.slot(target))])
        heights.append(places.exit(places.slot(source), row))
    upper = [target for target, heights in spans.items() if sum(heights) / len(heights) < bottom / 2]
    lower = [target for target in spans if target not in upper]
    lanes = {target: -LANE_ROOM - LANE * index for index, target in enumerate(_nested(places, upper))}
    lanes |= {target: bottom + LANE_ROOM + LANE * index for index, target in enumerate(_nested(places, lower))}
    above = LANE_ROOM + LANE * len(upper) if upper else 0.0
    below = LANE_ROOM + LANE * len(lower) if lower else 0.0
    return lanes, above, below


def _nested(places: Places, targets: list[str]) -> list[str]:
    """Short lanes within long ones."""
    column_of = places.layers.column_of

    def length(target: str) -> int:
        return max(column_of[source] for source, _, to in places.layers.back if to == target) - column_of[target]

    return sorted(targets, key=length)


def _back(places: Places, lanes: Mapping[str, float]) -> Iterator[Line]:
    for source, row, target in places.layers.back:
        start = places.left[source] + places.width(source)
        start_y = places.exit(places.slot(source), row)
        gap = places.layers.column_of[source] + 1
        out = places.columns[gap - 1][1] + 12 + LANE * places.leaving[gap].index(target)
        gap = places.layers.column_of[target]
        end = places.left[target]
        back = end - 16 - LANE * places.entering[gap].index(target)
        points = [
            (out, start_y),
            (out, lanes[target]),
            (back, lanes[target]),
            (back, places.entry(places.slot(target))),
        ]
        yield Line(_rounded((start, start_y), points, (end, points[-1][1])), target)


def _rounded(start: tuple[float, float], corners: list[tuple[float, float]], end: tuple[float, float]) -> str:
    """A path of straight pieces with round corners."""
    path = [f"M{start[0]:.1f} {start[1]:.1f}"]
    points = [start, *corners, end]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        path.append(f"L{near[0]:.1f} {near[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {far[0]:.1f} {far[1]:.1f}")
    return "".join(path) + f"L{end[0]:.1f} {end[1]:.1f}"


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """A corner's radius away from it, towards the other point."""
    across, down = other[0] - corner[0], other[1] - corner[1]
    length = abs(across) + abs(down)
    share = min(_CORNER, length / 2) / length if length else 0.0
    return corner[0] + across * share, corner[1] + down * share


def _loops(places: Places) -> Iterator[Line]:
    """Exits that lead to their own label: a bow from the row up to the label's name."""
    for box in places.boxes.values():
        for number, row in enumerate(box.rows):
            if row.leads_to == box.name:
                right = places.left[box.name] + places.width(box.name)
                top = places.top[places.slot(box.name)]
                start, end, bow = top + HEADER + ROW * (number + 0.5), top + HEADER / 2, right + _LOOP
                path = f"M{right:.1f} {start:.1f}C{bow:.1f} {start:.1f} {bow:.1f} {end:.1f} {right:.1f} {end:.1f}"
                yield Line(path, box.name, is_bow=True)
