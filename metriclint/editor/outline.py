"""What stands where in a YAML or JSON text: keys and values with their routes. Offsets count characters."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from metriclint.editor.reading import entry_at
from metriclint.files.positions import Read, reader
from metriclint.files.problem import Route
from metriclint.files.regions import cut


class Node(NamedTuple):
    """A value in a text, with its key if it has one."""

    route: Route
    key_start: int
    """Where its key starts; -1 for items of lists and the top."""
    key_end: int
    start: int
    end: int
    value: str | None
    """Text of a scalar; ``None`` for mappings and lists."""
    mapping: bool = False

    def on_key(self, offset: int) -> bool:
        """Does an offset lie on its key."""
        return self.key_start <= offset <= self.key_end and self.key_start >= 0

    def holds(self, offset: int) -> bool:
        """Does an offset lie on its key or value."""
        return self.on_key(offset) or self.start <= offset <= self.end


@lru_cache(maxsize=8)
def nodes(text: str) -> tuple[Node, ...]:
    """Everything in a text, outer before inner, as far as it can be read."""
    found: list[Node] = []
    read = reader(text)
    while (event := read()) is not None:
        if hasattr(event, "anchor"):
            _value(event, (), None, read, found)
            break
    return tuple(found)


_DEEPEST = 60
"""Levels that are looked into; a text of people has a dozen."""


def _value(event: Any, route: Route, key: Any, read: Read, found: list[Node]) -> None:
    """Take up a value and all that is in it, without recursion."""
    stack: list[_Open] = []
    _take(event, route, key, found, stack)
    while stack:
        top = stack[-1]
        child = read()
        if child is None or not hasattr(child, "anchor"):
            stack.pop()
            _close(top, child, found, stack)
        elif hasattr(child, "flow_style") and (top.keyed or len(stack) > _DEEPEST):
            # A key that is no text, or a nest that nobody wrote by hand.
            _skip(child, read)
            if top.keyed and (value := read()) is not None:
                _skip(value, read)
            top.count += 1
        elif top.keyed:
            _pair(top, child, read, found, stack)
        else:
            _take(child, (*top.route, top.count), None, found, stack)
            top.count += 1


def _pair(top: "_Open", key: Any, read: Read, found: list[Node], stack: "list[_Open]") -> None:
    """A key and its value; of a text that ends behind the key the key alone."""
    route = (*top.route, str(getattr(key, "value", "")))
    value = read()
    if value is None:
        found.append(_node(key, route, key, None))
    elif hasattr(value, "flow_style") and len(stack) > _DEEPEST:
        _skip(value, read)
    else:
        _take(value, route, key, found, stack)


class _Open:
    """A mapping or list that has not ended yet."""

    def __init__(self, index: int, route: Route, keyed: bool) -> None:
        self.index, self.route, self.keyed = index, route, keyed
        self.count = self.end = 0


def _take(event: Any, route: Route, key: Any, found: list[Node], stack: list[_Open]) -> None:
    found.append(_node(event, route, key, getattr(event, "value", None)))
    if hasattr(event, "flow_style"):
        keyed = type(event).__name__ == "MappingStartEvent"
        found[-1] = found[-1]._replace(value=None, mapping=keyed)
        stack.append(_Open(len(found) - 1, route, keyed))


def _node(event: Any, route: Route, key: Any, value: str | None) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if key is None:
        return Node(route, -1, -1, start, end, value)
    return Node(route, key.start_mark.index, key.end_mark.index, start, end, value)


def _close(top: _Open, event: Any, found: list[Node], stack: list[_Open]) -> None:
    """A collection ends: a bracket has its own end, a block that of the last thing in it."""
    node = found[top.index]
    end = max(node.end, found[-1].end, top.end)
    if event is not None and event.start_mark.index < event.end_mark.index:
        end = max(end, event.end_mark.index)
    found[top.index] = node._replace(end=end)
    if stack:
        stack[-1].end = max(stack[-1].end, end)


def _skip(event: Any, read: Read) -> None:
    """Read over a value to its end."""
    depth = 0
    while event is not None:
        if hasattr(event, "flow_style"):
            depth += 1
        elif not hasattr(event, "anchor"):
            depth -= 1
        if depth == 0:
            return
        event = read()


def around(text: str, offset: int) -> tuple[Node, ...]:
    """Nodes of the entry that an offset lies in, which can be read though others are broken; else of the whole text."""
    region = entry_at(text, offset)
    if region is not None:
        own = _of_part(text[region.start : region.end], region.section, region.start)
        if own and any(n.route[:2] == (region.section, region.key) for n in own):
            return own
    return nodes(text)


def _of_part(part: str, section: str, start: int) -> tuple[Node, ...]:
    head = f"{section}:\n"
    down = start - len(head)
    return tuple(
        n._replace(
            key_start=n.key_start + down if n.key_start >= 0 else -1,
            key_end=n.key_end + down if n.key_end >= 0 else -1,
            start=n.start + down,
            end=n.end + down,
        )
        for n in nodes(head + part)
        if len(n.route) > 1
    )


def node_at(text: str, offset: int) -> Node | None:
    """The innermost key or value at an offset."""
    found = None
    for node in around(text, offset):
        if node.holds(offset) and node.route and (found is None or node.start >= found.start or node.on_key(offset)):
            found = node
    return found


def locate(text: str, routes: Iterable[Route]) -> dict[Route, Node]:
    """The nodes of some routes, as far as they are there; only the entries that they lie in are looked through."""
    wanted = set(routes)
    keys: dict[str, set[str]] = {}
    for route in wanted:
        if len(route) > 1 and isinstance(route[0], str) and isinstance(route[1], str):
            keys.setdefault(route[0], set()).add(route[1])
    cut_ = cut(text, keys) if all(len(r) > 1 and isinstance(r[1], str) for r in wanted) else None
    found = {n.route: n for n in (_of_regions(text, cut_) if cut_ is not None else nodes(text)) if n.route in wanted}
    if cut_ is not None and len(found) < len(wanted):
        found = {n.route: n for n in nodes(text) if n.route in wanted}
    return found


def _of_regions(text: str, regions: Any) -> Iterator[Node]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for (section, _), region in regions.items():
        yield from _of_part(region.text, section, starts[region.lines_before])
