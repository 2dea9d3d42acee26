"""Parameters that the program itself may withhold: unset settings, tests for what a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.tables.row_figures import Figures
from migrator.know.stated_tests import stated_tests
from migrator.read.kinds import LEAVING
from migrator.read.scopes import dotted, enclosing_class, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

_GIVEN = ("text", "number", "join", "list", "dict")


class Withheld:
    """Judges the values of parameters."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.names = linked.names
        self.flags = Figures(linked, linked.rulebook.tables)

    def by_program(self, value: Node) -> bool:
        """Whether the program sends it on its users' word alone, or asks first whether the model takes it."""
        return self._unset(value) or self.is_asked(value)

    def is_asked(self, value: Node) -> bool:
        """Whether the program asks first whether the model takes it."""
        return any(map(self._asks, _tests(value)))

    def _asks(self, test: Node) -> bool:
        return any(self._is_support(n) for n in (test, *test.descendants()))

    def _is_support(self, node: Node) -> bool:
        """Whether it names a flag: `is_reasoning`, `row["supports_temperature"]`.

        A name that the code around sets to a test is no more than that says, whatever it is called.
        """
        said = stated_tests(self.linked.know, node)
        if said:
            return any(map(self._asks, said))
        if node.kind in ("Name", "Attribute"):
            return self.names("support-test", last_name(node))
        text = node.value if node.kind == "Constant" and isinstance(node.value, str) else ""
        return self.names("support-test", text) or self.flags.flag(text) is not None

    def _unset(self, value: Node) -> bool:
        """Whether the project itself never gives an optional setting a value: only its users may."""
        name = str(value.value)
        if value.kind not in ("Name", "Attribute") or self._is_known(value):
            return False
        if self._left_out(value):
            return True
        if any(self._is_given(argument) for argument in self.linked.project.keywords(name)):
            return False
        return self._declared_none(value) or self._checked(value)

    def _left_out(self, value: Node) -> bool:
        """Whether it is a setting of a class of the project's that no construction gives a value."""
        base = value.child("value") if value.kind == "Attribute" else None
        classes = {v.node for v in self.linked.values.of(base) if v.kind == "instance"}
        owners = [c for c in classes if any(map(self._is_unset, self._declared(c, str(value.value))))]
        return bool(owners) and not any(self._is_constructed(cls, str(value.value)) for cls in owners)

    def _is_constructed(self, cls: Node, name: str) -> bool:
        """Whether the class itself, or a construction of it, gives a field a value."""
        if any(map(self._is_given, self._declared(cls, name))):
            return True
        for argument in self.linked.project.keywords(name):
            call = argument.parent.parent if argument.parent is not None else None
            made = self.linked.values.of(call.child("func")) if call is not None else ()
            if any(v.node == cls for v in made) and self._is_given(argument):
                return True
        return False

    def _declared_none(self, value: Node) -> bool:
        """Whether it is a field of the class around it that is None from the start."""
        cls = enclosing_class(value)
        if value.kind != "Attribute" or cls is None:
            return False
        owners = self.linked.values.mro(cls)
        declared = [given for owner in owners for given in self._declared(owner, str(value.value))]
        return bool(declared) and not any(map(self._is_given, declared))

    def _checked(self, value: Node) -> bool:
        """Whether it is another object's attribute that is sent only if that has it."""
        spelled = dotted(value)
        if value.kind != "Attribute" or spelled.startswith(("self.", "cls.")):
            return False
        return any(_mentions(test, spelled) for test in _tests(value))

    def _is_given(self, value: Node | None) -> bool:
        if value is None or self._is_unset(value):
            return False
        return value.kind not in ("Name", "Attribute") or self._is_known(value)

    def _is_unset(self, value: Node | None) -> bool:
        """Whether it stands for what is not given: None, `NOT_GIVEN`, a field that is made of it."""
        if value is None:
            return False
        if value.kind == "Lambda":
            return self._is_unset(value.child("body"))
        if value.kind == "Call":
            named = (value.keyword("default"), value.keyword("default_factory"))
            return any(map(self._is_unset, named))
        if value.kind == "Constant":
            return value.value is None
        return value.kind in ("Name", "Attribute") and self.names("unset", last_name(value))

    def _is_known(self, value: Node) -> bool:
        if any(found.kind in _GIVEN for found in self.linked.values.of(value)):
            return True
        return any(
            found.kind in ("mapping", "sequence") or (found.kind == "constant" and found.constant is not None)
            for found in self.linked.known(value)
        )

    def _declared(self, owner: Node | str, name: str) -> Iterator[Node | None]:
        """What a class's body and methods assign to a field."""
        if isinstance(owner, str):
            return
        for statement in owner.all("body"):
            target = statement.child("targets") or statement.child("target")
            if target is not None and target.kind == "NameStore" and target.value == name:
                yield statement.child("value")
        for store in self.linked.values.attribute_stores(owner, name):
            yield store.statement.child("value")


def _mentions(test: Node, spelled: str) -> bool:
    """Whether a test looks at an attribute: `config.stop`, `getattr(config, "stop", None)`."""
    base, _, name = spelled.rpartition(".")
    for node in (test, *test.descendants()):
        if node.kind == "Attribute" and dotted(node) == spelled:
            return True
        arguments = (
            node.all("args") if node.kind == "Call" and last_name(node.child("func")) == "getattr" else []
        )
        if len(arguments) > 1 and dotted(arguments[0]) == base and arguments[1].value == name:
            return True
    return False


def _tests(node: Node) -> Iterator[Node]:
    """What must hold, or must not, for a node to be reached: `if`s around it, `if`s before it that leave."""
    below = node.statement
    for above in node.ancestors():
        if above.kind in ("If", "IfExp"):
            yield from above.all("test")
        if above.kind in ("FunctionDef", "AsyncFunctionDef"):
            yield from _exits(above, below)
            return
        if above.is_statement:
            below = above


def _exits(function: Node, until: Node) -> Iterator[Node]:
    for statement in function.all("body"):
        if statement == until:
            return
        last = statement.all("body")[-1:] if statement.kind == "If" else []
        if last and last[0].kind in LEAVING:
            yield from statement.all("test")
