"""What stands beside an id in a record that is read outside the program: fields, entries, attributes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.know.record_classes import default_of
from migrator.know.solver import UnsolvedError
from migrator.know.values import Site, Value
from migrator.read.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.flows.value_ends import End, ValueEnds
    from migrator.know.values import Entries, Frame, Values
    from migrator.read.nodes import Node

    Given = tuple[str, Node, Values]

_OUTSIDE = ("kept", "unknown")


class RecordedBeside:
    """Looks for what new models refuse under a name that means a parameter: `llm_temperature`."""

    def __init__(self, ends: ValueEnds) -> None:
        self.ends = ends
        self.know = ends.know
        self.inferred = ends.linked.inferred

    def refused(self, end: End) -> tuple[str, Node] | None:
        """The first that new models refuse, and where it is given."""
        if (
            end.kind not in _OUTSIDE
            or self.ends.linked.sends_unknown_model
            or self.ends.linked.requests.get(end.node)
        ):
            return None
        with suppress(UnsolvedError, RecursionError):
            found = (one for one in self._beside(end) if self.inferred.means_refused(one[0], one[2]))
            return min(((name, node) for name, node, _ in found), key=_order, default=None)
        return None

    def _beside(self, end: End) -> Iterator[Given]:
        place, frame = end.node, end.held.frame
        made = self.know.value(place, frame) if place.kind == "Call" else frozenset()
        for value in self.ends.containing(end.held) | made:
            if value.kind == "mapping":
                yield from self._among(self.know.entries(value))
            elif value.kind == "instance":
                yield from self._among(self.know.fields(value))
        if place.kind == "Call":
            yield from self._among(self.know.arguments((Site(place, frame),)))
        elif place.kind in ("Assign", "AnnAssign"):
            yield from self._kept(place, frame)

    def _among(self, entries: Entries) -> Iterator[Given]:
        for entry in entries:
            if isinstance(entry.key, str):
                yield entry.key, entry.node or entry.holder, self.know.given(entry)

    def _kept(self, place: Node, frame: Frame | None) -> Iterator[Given]:
        """The other fields of a class, and the other attributes of the same object."""
        cls = place.scope if place.scope.kind == "ClassDef" else None
        fields = self.know.record_fields(cls) if cls is not None else {}
        for name, field in fields.items():
            if field.default is not None and cls is not None:
                known = default_of(self.know, Value("instance", cls, None, cls), field, name)
                yield name, field.holder, self.know.given(known)
        for store in place.scope.within("NameStore" if cls is not None else "AttributeStore"):
            is_same = store.scope is cls if cls is not None else self._is_beside(store, place)
            if is_same and store.value not in fields:
                yield str(store.value), store, self.know.value(store.statement.child("value"), frame)

    @staticmethod
    def _is_beside(store: Node, place: Node) -> bool:
        """Whether an attribute is of the object whose attribute is set at a place."""
        targets = [one for one in place.all("targets") if one.kind == "AttributeStore"]
        return any(dotted(store.first) == dotted(one.first) for one in targets)


def _order(found: tuple[str, Node]) -> tuple[str, int, str]:
    name, place = found
    return place.file.path, place.index, name
