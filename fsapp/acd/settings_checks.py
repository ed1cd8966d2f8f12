"""What must hold between queues, and between queues and agents."""

from collections.abc import Iterable, Iterator, Mapping

from fsapp.domain.errors import Problem
from fsapp.files.places import Document

Overflow = Mapping[str, str]


def overflow_problems(document: Document, overflow: Mapping[str, Overflow]) -> Iterator[Problem]:
    """Overflow into a queue that does not exist, or round in a circle. `overflow` is each queue's, by reason."""
    for name, ways in overflow.items():
        for reason, target in ways.items():
            place = (name, "overflow", str(reason))
            if target not in document.data:
                known = ", ".join(sorted(document.data))
                yield document.problem(place, f"there is no queue {target!r} to overflow into; known: {known}")
            elif (circle := _circle(name, target, overflow)) is not None:
                yield document.problem(place, f"contacts would overflow in a circle: {' -> '.join(circle)}")


def _circle(name: str, target: str, overflow: Mapping[str, Overflow]) -> list[str] | None:
    """The way from `target` back to `name`, as a list that begins and ends with `name`."""
    ways = [[name, target]]
    seen = {target}
    while ways:
        way = ways.pop()
        if way[-1] == name:
            return way
        for following in overflow.get(way[-1], {}).values():
            if following not in seen or following == name:
                seen.add(following)
                ways.append([*way, following])
    return None


def unheld_skills(
    wanted: Mapping[str, Mapping[str, int]], agents: Iterable[tuple[Iterable[str], Mapping[str, int]]]
) -> Iterator[str]:
    """Sentences about skills that no agent of a queue holds at the level asked for.

    `wanted` is, for each queue, the highest level that flows ask of each skill; an agent is given as the queues it
    serves and the levels it holds. A warning, not an error: agents are hired after flows are written.
    """
    staff = [(set(serves), skills) for serves, skills in agents]
    for queue, levels in wanted.items():
        for skill, level in levels.items():
            best = max((skills.get(skill, 0) for serves, skills in staff if queue in serves), default=0)
            if best == 0:
                yield f"no agent of the queue {queue!r} holds the skill {skill!r}"
            elif best < level:
                yield f"no agent of the queue {queue!r} holds {skill!r} at level {level}; the best is {best}"
