"""Where a model object goes: like `flow`, and through pipes and into the objects that it is given to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.flows.flow_uses import WHOLE, State, Use
from migrator.decide.flows.forward import Flow
from migrator.decide.flows.upward_steps import operated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.meanings import Names
    from migrator.know.origins import Origins
    from migrator.read.nodes import Node
    from migrator.read.project import Project


class ObjectFlow(Flow):
    """Forward flow of model objects over one project; `names` says what names mean, by the rules."""

    def __init__(self, project: Project, values: Origins, names: Names) -> None:
        super().__init__(project, values)
        self.names = names

    def _operation(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if parent.value == "BitOr":
            yield State(parent, WHOLE, state.trail)
        else:
            yield from operated(self, state, node, parent)

    def _method(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield from super()._attribute(state, node, parent)
        call = parent.parent
        if call is not None and parent.field == "func" and self.names("object-binding", str(parent.value)):
            yield State(call, state.part, state.trail)

    def _argument(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield from super()._call(state, node, parent)
        if node.field == "args" and self._is_foreign(parent):
            yield State(parent, WHOLE, state.trail)

    def _named(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield from super()._keyword(state, node, parent)
        call = parent.parent
        if call is not None and call.kind == "Call" and self._is_foreign(call):
            yield State(call, WHOLE, state.trail)

    def _is_foreign(self, call: Node) -> bool:
        """Whether a call makes an object of a library, which keeps what it is given: `Chain(llm=llm)`."""
        func = call.child("func")
        name = str(func.value) if func is not None and func.kind in ("Name", "Attribute") else ""
        is_maker = name[:1].isupper() or self.names("object-maker", name)
        return is_maker and not any(value.kind in ("function", "class") for value in self.values.of(func))


ObjectFlow.steps = {
    **Flow.steps,
    "BinOp": ObjectFlow._operation,
    "Attribute": ObjectFlow._method,
    "Call": ObjectFlow._argument,
    "keyword": ObjectFlow._named,
}
