"""Frames keep callers apart: one activation of a function, and the rows of the loops around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.values import Entry, Frame, Site, Value
from migrator.read.scopes import activated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.nodes import Node

MAX_HEIGHT = 5
"""Frames inside one another that are told apart; from there on the callers of a function are one."""
MAX_ACTIVE = 1
"""Activations of one function inside one another that are told apart."""


class Frames:
    """Makes each frame once, so that frames are compared and hashed as objects."""

    def __init__(self) -> None:
        self._made: dict[object, Frame] = {}
        self._any: dict[Node, Frame | None] = {}
        self._coarse: dict[Value, Value] = {}

    def any(self, function: Node) -> Frame | None:
        """The frame of all calls of a function together; none for a module or a class at its top."""
        if function in self._any:
            return self._any[function]
        around = activated(function)
        is_inside = around.kind != "Module"
        found = self._frame(around, (), None, self.any(around.scope), ()) if is_inside else None
        self._any[function] = found
        return found

    def alone(self, function: Node) -> Frame | None:
        """The one frame of a function whose calls are not told apart; none where they are."""
        return None

    def of(self, node: Node) -> Frame | None:
        """The frame of all calls of the function that a node stands in."""
        return self.any(node.scope)

    def enter(
        self,
        function: Node,
        sites: tuple[Site, ...],
        receiver: Value | None = None,
        closure: Frame | None = None,
    ) -> Frame:
        """The frame of one call."""
        if receiver is not None and _height_of(receiver) >= MAX_HEIGHT:
            receiver = self.coarse(receiver)
        if closure is not None and closure.height >= MAX_HEIGHT:
            closure = self.any(closure.function)
        if _sites_height(sites) >= MAX_HEIGHT or _count(function, sites) >= MAX_ACTIVE:
            sites = tuple(map(self.coarse_site, sites))
        return self._frame(function, sites, receiver, closure, ())

    def at_row(self, frame: Frame | None, loop: Node, element: Value) -> Frame | None:
        """A frame in which a loop stands at one element (or a parameter is one of its values)."""
        if _height_of(element) >= MAX_HEIGHT:
            element = self.coarse(element)
        if frame is None:
            return self._frame(loop.file.nodes[0], (), None, None, ((loop, element),))
        rows = (*((node, value) for node, value in frame.rows if node is not loop), (loop, element))
        return self._frame(frame.function, frame.sites, frame.receiver, frame.closure, rows)

    def outside(self, frame: Frame | None, loops: Iterable[Node]) -> Frame | None:
        """A frame in which some loops stand at no element."""
        if frame is None or not frame.rows:
            return frame
        gone = set(loops)
        rows = tuple(row for row in frame.rows if row[0] not in gone)
        if len(rows) == len(frame.rows):
            return frame
        if not rows and frame.function.kind == "Module":
            return None
        return self._frame(frame.function, frame.sites, frame.receiver, frame.closure, rows)

    def coarse(self, value: Value) -> Value:
        """A value made in any frame of the function that made it."""
        known = self._coarse.get(value)
        if known is None:
            data, more = (self._coarse_part(part) for part in (value.data, value.more))
            frame = self._coarse_frame(value.frame)
            known = self._coarse[value] = value._replace(frame=frame, data=data, more=more)
        return known

    def coarse_site(self, site: Site) -> Site:
        """What gives arguments, in any frame."""
        given = site.given
        if given is not None:
            given = tuple((key, frozenset(map(self.coarse, values))) for key, values in given)
        return site._replace(frame=self._coarse_frame(site.frame), given=given)

    def _coarse_frame(self, frame: Frame | None) -> Frame | None:
        return None if frame is None else self.any(frame.function)

    def _coarse_part(self, part: Any) -> Any:  # noqa: ANN401
        if isinstance(part, Value):
            return self.coarse(part)
        if isinstance(part, Site):
            return self.coarse_site(part)
        if isinstance(part, Entry):
            known = frozenset(map(self.coarse, part.known))
            return part._replace(frame=self._coarse_frame(part.frame), known=known)
        if isinstance(part, (tuple, frozenset)):
            return type(part)(map(self._coarse_part, part))
        return part

    def _frame(
        self,
        function: Node,
        sites: tuple[Site, ...],
        receiver: Value | None,
        closure: Frame | None,
        rows: tuple[tuple[Node, Value], ...],
    ) -> Frame:
        key = function, sites, receiver, closure, rows
        found = self._made.get(key)
        if found is None:
            found = Frame()
            found.number = len(self._made)
            self._made[key] = found
            found.function, found.sites, found.receiver = function, sites, receiver
            found.closure, found.rows = closure, rows
            inside = _sites_height(sites) + 1 if sites else 0
            around = [_height_of(value) + (value.kind != "constant") for _, value in rows]
            own = _height_of(receiver) + (receiver.frame is not None) if receiver is not None else 0
            found.height = max([inside, own, _height(closure), *around])
        return found


def in_order(frames: Iterable[Frame | None]) -> list[Frame | None]:
    """Frames in the order in which they were made; any frame first."""
    return sorted(frames, key=lambda frame: frame.number if frame is not None else -1)


def _height(frame: Frame | None) -> int:
    return frame.height if frame is not None else 0


def _sites_height(sites: tuple[Site, ...]) -> int:
    return max(map(_part_height, sites), default=0)


def _height_of(value: Value) -> int:
    if value.kind == "constant":
        return 0
    return max(_height(value.frame), _part_height(value.data), _part_height(value.more))


def _part_height(part: Any) -> int:  # noqa: ANN401
    """The height of what a value is made of."""
    if isinstance(part, Value):
        return _height_of(part)
    if isinstance(part, Site):
        inner = max((_height_of(v) for _, values in part.given or () for v in values), default=0)
        return max(_height(part.frame), inner)
    if isinstance(part, Entry):
        return max(_height(part.frame), _part_height(part.known))
    if isinstance(part, (tuple, frozenset)):
        return max(map(_part_height, part), default=0)
    return 0


def _count(function: Node, sites: tuple[Site, ...]) -> int:
    """How often a function is active in what calls it."""
    count = 0
    while sites:
        frame = sites[-1].frame
        if frame is None:
            break
        count += frame.function is function
        sites = frame.sites
    return count
