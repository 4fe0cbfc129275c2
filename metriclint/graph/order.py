"""Order in which nodes of a graph without circles can be worked out."""

from collections.abc import Callable, Iterable


def ends_first(starts: Iterable[str], following: Callable[[str], Iterable[str]]) -> list[str]:
    """Everything that can be reached from the starts, each node behind all that follow on it; O(V + E)."""
    order: list[str] = []
    done: set[str] = set()
    for start in starts:
        stack = [(start, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
            elif node not in done:
                done.add(node)
                stack.append((node, True))
                stack.extend((after, False) for after in following(node) if after not in done)
    return order
