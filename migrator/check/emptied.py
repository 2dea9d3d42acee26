"""What is sifted or matched by a written name, and of which something is taken: nothing may be left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.tables.missing_keys import is_caught
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Frame
    from migrator.read.nodes import FileFacts, Node

_SIFTING = ("ListComp", "SetComp", "GeneratorExp")
_KEEPING = ("list", "tuple", "sorted", "reversed", "iter", "set")
_PARTS = ("group", "groups", "groupdict", "start", "end", "span")
_TAKING = ("next", "max", "min")


def sifted(know: Evaluator, file: FileFacts) -> Iterator[Node]:
    """The comprehensions with conditions, of which something is taken whether it is there or not."""
    calls = (file.nodes[index] for index in file.calls.get("startswith", ()))
    found = dict.fromkeys(_sifting(test) for test in (*file.of_kind("Compare"), *calls))
    yield from (n for n in found if n is not None and (_is_needed(know, n) or has_default(n)))


def _sifting(test: Node) -> Node | None:
    """The comprehension that a test is a condition of."""
    while test.field != "ifs" and test.parent is not None and test.parent.kind in ("BoolOp", "UnaryOp"):
        test = test.parent
    node = test.parent.parent if test.field == "ifs" and test.parent is not None else None
    return node if node is not None and node.kind in _SIFTING else None


def _is_needed(know: Evaluator, node: Node) -> bool:
    """Whether the program raises where a collection is empty."""
    above = node.parent
    if above is None or is_caught(node):
        return False
    match above.kind:
        case "Subscript":
            key = above.child("slice")
            return node.field == "value" and key is not None and key.kind in ("Constant", "UnaryOp")
        case "Assign":
            return any(_is_taken_by(know, target) for target in above.all("targets"))
        case "Attribute":
            return above.value == "pop" and above.field == "func"
        case "Assert":
            return node.field == "test"
        case "Call" if node.field == "args" and last_name(above.first) in _TAKING:
            return len(above.all("args")) == 1 and above.keyword("default") is None
        case "Call" if node.field == "args" and last_name(above.first) in _KEEPING:
            return _is_needed(know, above)
    return False


def has_default(node: Node) -> bool:
    """Whether something else is taken where nothing is left: `next(…, default)`."""
    call = node.parent
    is_taken = call is not None and call.kind == "Call" and node.field == "args"
    return is_taken and call is not None and last_name(call.first) == "next" and len(call.all("args")) > 1


def is_gone_through(know: Evaluator, node: Node, frame: Frame | None, name: str) -> bool:
    """Whether something that a comprehension goes through says a name."""
    loop = node.all("generators")[0].child("iter")
    bases = know.value(loop, frame) if loop is not None else ()
    rows = (
        v for base in bases if base.kind == "sequence" for e in know.elements(base) for v in know.given(e)
    )
    return any(part.value == name for row in rows for part in row.node.among("Constant"))


def _is_taken_by(know: Evaluator, target: Node) -> bool:
    """Whether a target takes elements: `[row] = …`, or a name of which they are taken in any case."""
    if target.kind in ("List", "Tuple"):
        return not any(one.kind == "Starred" for one in target.all("elts"))
    first = next(iter(know.project.loads(target)), None) if target.kind == "NameStore" else None
    return first is not None and first.statement.parent is target.statement.parent and _is_needed(know, first)


def is_part_taken(know: Evaluator, match: Node) -> bool:
    """Whether a part of a match is taken without asking whether there is one."""
    above = match.parent
    if above is None or match.field != "value" or is_caught(match):
        return False
    if above.kind == "Assign":
        target = above.all("targets")[0]
        first = next(iter(know.project.loads(target)), None) if target.kind == "NameStore" else None
        return first is not None and first.statement.parent is above.parent and is_part_taken(know, first)
    return above.kind == "Subscript" or (above.kind == "Attribute" and above.value in _PARTS)


def is_emptied(know: Evaluator, node: Node, frame: Frame | None) -> bool:
    """Whether nothing is left of what a comprehension goes through, which is known."""
    found = know.value(node, frame)
    return bool(found) and all(one.kind == "sequence" and not know.elements(one) for one in found)
