"""Where a number goes: like `flow`, and through arithmetic, `int`, `min`, slices and command-line options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.flows.flow_uses import State, Use
from migrator.decide.flows.forward import Flow
from migrator.read.scopes import last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node

PLAIN = frozenset({"int", "float", "round", "abs", "min", "max", "floor", "ceil"})
_OPTIONS = frozenset({"add_argument", "option", "add_option"})
_ENDS = frozenset({"Mod", "Pow", "LShift", "RShift", "BitAnd", "BitOr", "BitXor", "MatMult"})


class NumberFlow(Flow):
    """Forward flow of numbers over one project."""

    def _operation(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield Use("arithmetic", parent, f"{parent.value}:{node.field}", state.part, state.trail)
        is_taken_away = node.field == "right" and parent.value in ("Sub", "Div", "FloorDiv")
        if not is_taken_away and parent.value not in _ENDS:
            yield State(parent, state.part, state.trail)

    def _unpacked(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        """`kept, left = [], LIMIT`."""
        statement, place = parent.parent, parent.all("elts").index(node)
        targets = statement.all("targets") if statement is not None else []
        same = [one.all("elts") for one in targets if one.kind == "Tuple"]
        if parent.field == "value" and same and len(same[0]) == len(parent.all("elts")):
            yield from self._target(state, same[0][place])
        else:
            yield from super()._display(state, node, parent)

    def _signed(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield State(parent, state.part, state.trail)

    def _bound(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if parent.parent is not None and parent.parent.kind.startswith("Subscript"):
            yield Use("slice", parent.parent, node.field, state.part, state.trail)

    def _argument(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field == "args" and last_name(parent.first) in PLAIN:
            yield Use("argument", parent, f"#{parent.all('args').index(node)}", state.part, state.trail)
            yield State(parent, state.part, state.trail)
            return
        yield from super()._call(state, node, parent)

    def _option(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        call = parent.parent
        if call is not None and parent.value == "default" and last_name(call.first) in _OPTIONS:
            for load in self._option_loads(call):
                yield State(load, state.part, (*state.trail, load))
            return
        yield from super()._keyword(state, node, parent)

    def _option_loads(self, call: Node) -> Iterator[Node]:
        """Loads of what an option of argparse (`args.name`) or click (a parameter) is called."""
        name = option_name(call)
        for index in call.file.attributes.get(name, ()):
            yield call.file.node(index)
        function = call.parent if call.field == "decorator_list" else None
        for parameter in parameters(function) if function is not None else ():
            if parameter.value == name:
                yield from self.project.loads(parameter)


def option_name(call: Node) -> str:
    """The name under which the value of `add_argument("--max-tokens")` is read."""
    for argument in call.all("args"):
        if argument.kind == "Constant" and str(argument.value).startswith("--"):
            return str(argument.value).lstrip("-").replace("-", "_")
    return ""


NumberFlow.steps = {
    **Flow.steps,
    "BinOp": NumberFlow._operation,
    "UnaryOp": NumberFlow._signed,
    "Slice": NumberFlow._bound,
    "Tuple": NumberFlow._unpacked,
    "Call": NumberFlow._argument,
    "keyword": NumberFlow._option,
}
