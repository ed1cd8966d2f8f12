"""Strongly connected components (Tarjan, SIAM J. Comput. 1972), without recursion: flows may be long."""

from collections.abc import Iterator, Sequence


def components(following: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The sets of nodes that can all reach one another; `following[n]` are the nodes after node n."""
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    for start in range(len(following)):
        stack = [] if start in order else [(start, iter(following[start]))]
        while stack:
            node, targets = stack[-1]
            if node not in order:
                order[node] = lowest[node] = len(order)
                path.append(node)
                on_path.add(node)
            new = None
            for target in targets:
                if target not in order:
                    new = target
                    break
                if target in on_path:
                    lowest[node] = min(lowest[node], order[target])
            if new is not None:
                stack.append((new, iter(following[new])))
                continue
            stack.pop()
            if stack:
                above = stack[-1][0]
                lowest[above] = min(lowest[above], lowest[node])
            if lowest[node] == order[node]:
                yield _cut(path, on_path, node)


def _cut(path: list[int], on_path: set[int], node: int) -> list[int]:
    """Takes off the path what came since `node`, itself included."""
    component: list[int] = []
    while not component or component[-1] != node:
        component.append(path.pop())
    on_path.difference_update(component)
    return component
