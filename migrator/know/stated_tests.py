"""Names that the code around sets to a test: they say no more than that, whatever they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator
    from migrator.read.nodes import Node

_TESTS = ("Compare", "BoolOp", "UnaryOp")


def stated_tests(know: Evaluator, name: Node) -> list[Node]:
    """The tests that a name stands for, if it stands for nothing else and none of them asks it."""
    bindings = know.bindings(name) if name.kind == "Name" else []
    values = [b.statement.child("value") for b in bindings if b.kind == "NameStore"]
    tests = [value for value in values if value is not None and _is_test(know, value)]
    asks_itself = any(one.value == name.value for test in tests for one in test.among("Name"))
    return tests if len(tests) == len(bindings) and not asks_itself else []


def _is_test(know: Evaluator, value: Node) -> bool:
    """Whether it is a test in view: compared, or asked of a string by a method that is not the program's."""
    asked = value.first if value.kind == "Call" and value.first.kind == "Attribute" else None
    if asked is None:
        return value.kind in _TESTS
    return not know.project.functions_by_name.get(last_name(asked))
