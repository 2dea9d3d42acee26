"""What an expression in a test is: of this instance, of this fixture, in this row of parameters."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from migrator.know.solver import UnsolvedError
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.decide.linked import Linked
    from migrator.know.origins import Origin
    from migrator.know.values import Frame
    from migrator.read.nodes import Node

_HOPS = 12


class ExpectedRow(NamedTuple):
    """A test's parameter that a literal fills, and what fills the others at the same time."""

    parameter: Node
    given: Mapping[str, Node]


class Instances:
    """Values as a test sees them; what is not certain is looked up as everywhere else."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.project = linked.project
        self.values = linked.values

    def of(self, node: Node, given: Mapping[str, Node] | None = None) -> tuple[Origin, ...]:
        """The values of an expression, a test's parameters having the values `given`."""
        return self.field(node, "", given or {})

    def field(self, base: Node, name: str, given: Mapping[str, Node]) -> tuple[Origin, ...]:
        """What a field (or with no name all) of the object that an expression is holds."""
        source = self.source(base, given)
        know, frame = self.linked.know, self._filled_in(source, given)
        with suppress(UnsolvedError, RecursionError):
            values = know.value(source, frame)
            if name:
                values = frozenset(one for made in values for one in know.member(made, name, source, frame))
            return self.values.placed(values)
        return self.values.of(source) if not name else ()

    def _filled_in(self, node: Node, given: Mapping[str, Node]) -> Frame | None:
        """The frame around an expression, in which fixtures and rows fill the parameters of a test."""
        know = self.linked.know
        frame = know.frames.of(node)
        function = frame.function if frame is not None else None
        for parameter in parameters(function) if function is not None and function.kind in FUNCTIONS else ():
            filled = given.get(str(parameter.value)) or self._fixture_result(parameter)
            values = self.linked.known(filled) if filled is not None else ()
            if len(values) == 1:
                frame = know.frames.at_row(frame, parameter, next(iter(values)))
        return frame

    def source(self, node: Node, given: Mapping[str, Node]) -> Node:
        """The expression behind names that are bound once, fixtures and `self.x` of a test case."""
        for _ in range(_HOPS):
            behind = self._behind(node, given)
            if behind is None:
                break
            node = behind
        return node

    def _behind(self, node: Node, given: Mapping[str, Node]) -> Node | None:
        if node.kind == "Await":
            return node.child("value")
        if node.kind == "Attribute":
            base, cls = node.child("value"), enclosing_class(node)
            own = base is not None and base.kind == "Name" and base.value == "self"
            stores = self.values.attribute_stores(cls, str(node.value)) if own and cls is not None else []
            return _assigned(stores[0]) if len(stores) == 1 else None
        bindings = self.project.bindings(node) if node.kind == "Name" else []
        if len(bindings) != 1:
            return None
        [binding] = bindings
        if binding.kind == "arg":
            return given.get(str(binding.value)) or self._fixture_result(binding)
        return _assigned(binding)

    # -- fixtures ----------------------------------------------------------------------------------

    def fixture(self, parameter: Node) -> Node | None:
        """The fixture that fills a test's parameter: in its own file, else in the nearest conftest."""
        named = self.project.functions_by_name.get(str(parameter.value), ())
        fixtures = [f for f in named if _decorated(f, "fixture") and f != parameter.parent]
        here = [f for f in fixtures if f.file is parameter.file]
        near = [f for f in fixtures if _serves(f.file.path, parameter.file.path)]
        near.sort(key=lambda f: -len(f.file.path))
        return next(iter([*here, *near]), None)

    def _fixture_result(self, parameter: Node) -> Node | None:
        function = self.fixture(parameter)
        if function is None:
            return None
        handed = function.file.returns.get(function.index, ())
        results = [function.file.node(index).child("value") for index in handed]
        return results[0] if len(results) == 1 else None

    # -- rows of parameters ------------------------------------------------------------------------

    def row(self, literal: Node) -> ExpectedRow | None:
        """Where a literal is what `pytest.mark.parametrize` gives a test."""
        for above in literal.ancestors():
            if above.kind == "Call" and last_name(above.child("func")) == "parametrize":
                return self._filled(above, literal)
            if above.is_statement:
                return None
        return None

    def _filled(self, call: Node, literal: Node) -> ExpectedRow | None:
        function, arguments = call.parent, call.all("args")
        if function is None or function.kind not in FUNCTIONS or len(arguments) < 2:
            return None
        names = _names(arguments[0])
        for row in arguments[1].all("elts"):
            cells = row.all("args") if row.kind == "Call" and last_name(row.child("func")) == "param" else []
            if len(names) > 1 and not cells:
                cells = row.all("elts")
            given = dict(zip(names, cells or [row], strict=False))
            wanted = next((name for name, cell in given.items() if cell == literal), "")
            own = [p for p in parameters(function) if p.value == wanted]
            if own and len(given) == len(names):
                return ExpectedRow(own[0], given)
        return None


def _names(node: Node) -> list[str]:
    if node.kind == "Constant":
        return [name.strip() for name in str(node.value).split(",")]
    return [str(one.value) for one in node.all("elts")]


def _assigned(store: Node) -> Node | None:
    parent = store.parent
    return parent.child("value") if parent is not None and parent.kind in ("Assign", "AnnAssign") else None


def _decorated(function: Node, name: str) -> bool:
    return any(last_name(d.child("func") or d) == name for d in function.all("decorator_list"))


def _serves(conftest: str, path: str) -> bool:
    folder, _, name = conftest.rpartition("/")
    return name == "conftest.py" and (not folder or path.startswith(folder + "/"))
