"""What tests assert: the comparison around an expected value, and the calls that a test sets off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.expected.instances import Instances
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name, parameters, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import FileFacts, Node

_DEPTH = 5
_EQUAL = frozenset({"assertEqual", "assertEquals", "assertIn", "assert_equal"})
_MOCK = "assert_"
_SET_UP = ("setUp", "asyncSetUp", "setup_method", "setUpClass", "setup_class")


class Expected(NamedTuple):
    """What a test expects that an edit falsifies; no `operation`: a person must see to it.

    `groups` are members of the edits' groups, `places` where they are made.
    """

    node: Node
    operation: Operation | None
    what: str
    groups: tuple[str, ...]
    places: tuple[str, ...]
    references: tuple[str, ...] = ()


class Asserted:
    """Assertions of one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.values = self.linked.values
        self.instances = Instances(self.linked)
        self._sites: dict[Node, frozenset[Node]] = {}
        self._by_scope: dict[Node, list[Node]] = {}
        for call in planner.sites:
            self._by_scope.setdefault(scope_of(call), []).append(call)

    def files(self) -> Iterator[FileFacts]:
        """The files of tests."""
        for path, file in self.linked.project.files.items():
            if self.planner.engine.contexts.of(path, generated=file.generated) == "test":
                yield file

    def moving(self, ones: list[Judged]) -> list[Judged]:
        """Those of some references that are rewritten."""
        return [one for one in ones if self.planner.moves(one)]

    def fed(self, call: Node) -> list[Judged]:
        """The references that reach a call and are rewritten."""
        return self.moving(self.planner.by_site.get(call, []))

    # -- what a test sets off ----------------------------------------------------------------------

    def reached(self, function: Node, depth: int = _DEPTH) -> frozenset[Node]:
        """Call sites in what a function calls or hands on, in its fixtures and in its test case's set-up."""
        known = self._sites.get(function)
        if known is not None:
            return known
        self._sites[function] = frozenset()
        found = set(self._by_scope.get(function, ()))
        if depth and function.kind in FUNCTIONS:
            for callee in self._called(function):
                found |= self.reached(callee, depth - 1)
        self._sites[function] = frozenset(found)
        return self._sites[function]

    def _called(self, function: Node) -> Iterator[Node]:
        yield from self._prepared(function)
        for node in function.descendants():
            if node.kind in ("Name", "Attribute") and node.field in ("func", "args", "value"):
                found = [v.node for v in self.values.of(node) if v.kind == "function"]
                found = found or list(self._methods(node))
                yield from (one for one in found if one != function)

    def _prepared(self, function: Node) -> Iterator[Node]:
        """Fixtures and set-up."""
        for parameter in parameters(function):
            fixture = self.instances.fixture(parameter)
            if fixture is not None:
                yield fixture
        cls = enclosing_class(function)
        if cls is not None and str(function.value).startswith("test"):
            named = [index for name in _SET_UP for index in cls.file.bindings.get((cls.index, name), ())]
            yield from (cls.file.node(index) for index in named)

    def _methods(self, node: Node) -> Iterator[Node]:
        """The method of an object that only a fixture or the test itself tells."""
        base = node.child("value") if node.kind == "Attribute" and node.field == "func" else None
        for value in self.instances.of(base) if base is not None else ():
            for member in self.values.member(value, str(node.value), node):
                if value.kind == "instance" and member.kind == "function":
                    yield member.node


def assertion(node: Node) -> Node | None:
    """The comparison or assertion that a value is expected in."""
    for above in node.ancestors():
        if above.kind == "Compare":
            return above if any(one.kind == "Assert" for one in above.ancestors()) else None
        if above.kind == "Call":
            name = last_name(above.child("func"))
            if name in _EQUAL or name.startswith(_MOCK):
                return above
            if name not in ("dict", "call", "get"):
                return None
        elif above.is_statement:
            return None
    return None


def says_equal(asserted: Node) -> bool:
    """Whether an assertion is about equality."""
    return asserted.kind == "Call" or set(asserted.value) <= {"Eq", "Is"}


def compared(made: Node) -> tuple[Node | None, Node | None]:
    """The assertion that what a call makes is equal to something, and that, without what is asked of both."""
    asked: list[str] = []
    while made.parent is not None and made.parent.kind in ("Attribute", "Call") and len(asked) < _DEPTH:
        method = made.parent
        if method.kind == "Attribute" and method.field == "func" and method.parent is not None:
            made = method.parent
        elif made.field != "args" or last_name(method.child("func")) in _EQUAL:
            break
        else:
            made = method
        asked.append(last_name(made.child("func")))
    asserted = made.parent
    if asserted is None or asserted.kind not in ("Compare", "Call") or assertion(made) != asserted:
        return None, None
    others = [n for n in asserted.children() if n.field in ("left", "comparators", "args") and n != made]
    same = len(others) == 1 and says_equal(asserted)
    return asserted, _without(others[0], asked[::-1]) if same else None


def _without(node: Node, asked: list[str]) -> Node | None:
    """What an expression asks something of, the last question first."""
    for name in asked:
        func = node.child("func") if node.kind == "Call" else None
        if func is None or last_name(func) != name:
            return None
        inner = func.child("value") if func.kind == "Attribute" else next(iter(node.all("args")), None)
        if inner is None:
            return None
        node = inner
    return node


def is_mock(asserted: Node) -> bool:
    """`create.assert_called_with(…)`."""
    return asserted.kind == "Call" and last_name(asserted.child("func")).startswith(_MOCK)
