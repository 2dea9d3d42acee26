"""What an expression in a test is: of this instance, of this fixture, in this row of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.know.origins import argument_for
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.decide.linked import Linked
    from migrator.know.origins import Origin
    from migrator.read.nodes import Node

_HOPS = 12


class ExpectedRow(NamedTuple):
    """A test's parameter that a literal fills, and what fills the others at the same time."""

    parameter: Node
    given: Mapping[str, Node]


class Instances:
    """Values as a test sees them; what is not certain is looked up as everywhere else."""

    def __init__(self, linked: Linked) -> None:
        self.project = linked.project
        self.values = linked.values

    def of(self, node: Node, given: Mapping[str, Node] | None = None) -> tuple[Origin, ...]:
        """The values of an expression, a test's parameters having the values `given`."""
        source = self.source(node, given or {})
        if source.kind == "Attribute":
            found = self._attribute(source, given or {})
            if found is not None:
                return found
        return self.values.of(source)

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

    # -- fields of an instance ---------------------------------------------------------------------

    def _attribute(self, node: Node, given: Mapping[str, Node]) -> tuple[Origin, ...] | None:
        base = node.child("value")
        return self.field(base, str(node.value), given) if base is not None else None

    def field(self, base: Node, name: str, given: Mapping[str, Node]) -> tuple[Origin, ...] | None:
        """What a field of the instance that an expression is holds; none where that cannot be told."""
        call = self.source(base, given)
        if call.kind != "Call":
            return None
        func = call.child("func")
        maker = self.source(func, given) if func is not None else None
        classes = [v.node for v in self.values.of(maker) if v.kind == "class"]
        return self._field(classes[0], name, call, given) if len(classes) == 1 else None

    def _field(
        self, cls: Node, name: str, call: Node, given: Mapping[str, Node]
    ) -> tuple[Origin, ...] | None:
        """What a field of the instance that `call` makes holds; none where that cannot be told."""
        if any(k.value is None for k in call.all("keywords")):
            return None
        for owner in self.values.mro(cls):
            if isinstance(owner, str):
                continue
            for index in owner.file.bindings.get((owner.index, "__init__"), ()):
                if not self._hands_on(owner.file.node(index), owner, name):
                    return self._set_in(owner.file.node(index), owner, name, call, given)
            if owner.file.bindings.get((owner.index, name)):
                keyword = call.keyword(name)
                return self.of(keyword, given) if keyword is not None else self._default(owner, name, call)
        return None

    def _hands_on(self, init: Node, cls: Node, name: str) -> bool:
        """Whether `__init__` leaves a field to `super().__init__(**given)`."""
        supers = (c for c in init.within("Call") if last_name(c.child("func")) == "__init__")
        spread = any(k.value is None for c in supers for k in c.all("keywords"))
        return spread and not any(one.inside(init) for one in self.values.attribute_stores(cls, name))

    def _default(self, cls: Node, name: str, call: Node) -> tuple[Origin, ...] | None:
        """A record's default, unless it is filled by position."""
        declared = [s for s in cls.all("body") if s.kind in ("AnnAssign", "Assign")]
        for statement in declared:
            target = statement.child("target") or statement.child("targets")
            if target is not None and target.value == name and not call.all("args"):
                return self.values.of(statement.child("value"))
        return None

    def _set_in(
        self, init: Node, cls: Node, name: str, call: Node, given: Mapping[str, Node]
    ) -> tuple[Origin, ...] | None:
        """`self.name = parameter` (or `parameter or other`) in `__init__`, with this call's arguments."""
        stores = self.values.attribute_stores(cls, name)
        value = _assigned(stores[0]) if len(stores) == 1 else None
        if value is None:
            return None
        parts = value.all("values") if value.kind == "BoolOp" and value.value == "Or" else [value]
        found: list[Origin] = []
        for part in parts:
            argument = self._argument(part, init, call)
            if argument is not None:
                return self.of(argument, given)
            found += self._left_out(part, init)
        return tuple(found)

    def _argument(self, part: Node, init: Node, call: Node) -> Node | None:
        own = self._own_parameter(part, init)
        return argument_for(call, init, own) if own is not None else None

    def _left_out(self, part: Node, init: Node) -> tuple[Origin, ...]:
        own = self._own_parameter(part, init)
        return self.values.of(own.child("default")) if own is not None else self.values.of(part)

    def _own_parameter(self, part: Node, init: Node) -> Node | None:
        bindings = self.project.bindings(part) if part.kind == "Name" else []
        own = [b for b in bindings if b.kind == "arg" and b.parent == init]
        return own[0] if len(bindings) == 1 and own else None

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
