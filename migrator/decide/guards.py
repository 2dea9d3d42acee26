"""Code that keeps a call's input within a window: cut, dropped from the front, or summarised in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.limit_links import scope_of
from migrator.decide.names import Names
from migrator.inventory import InsertStatement
from migrator.read.project import FUNCTIONS, last_name, local_name, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.inventory import Operation, Prompt, PromptVariable
    from migrator.read.facts import Node
    from migrator.rulebook import Model

SAFE_RATE = 3
"""Characters a token where a guard must hold: a text of fewer is rare."""


class Guards:
    """Writes guards for one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.rules = planner.engine.rulebook.limits
        self.names = Names(self.rules.names)

    def of(self, call: Node, model: Model) -> list[tuple[Node, Operation]]:
        """The statement to put in, with its anchor; nothing where what is sent has no name of its own."""
        function = scope_of(call)
        prompt = self.planner.prompts.of(self.planner.sites[call])
        tokens = self._room(model, prompt)
        for variable in self._candidates(prompt.variables):
            binding = self._binding(function, variable.source)
            place = self._place(function, binding) if binding is not None else None
            if place is not None:
                anchor, before = place
                code = self._code(function, variable, tokens, call)
                return [(anchor, InsertStatement(source=code, before=before))]
        return []

    def _room(self, model: Model, prompt: Prompt) -> int:
        """Tokens left beside the answer and the prompt's own text, rounded down."""
        window = model.context_window or 0
        answer = prompt.output_cap or int(window * self.rules.answer_share)
        room = min(model.max_input or window, window - answer) - self.planner.costs.constant(prompt)
        return max(room, window // 2) // 1_000 * 1_000

    def _candidates(self, variables: tuple[PromptVariable, ...]) -> list[PromptVariable]:
        """Texts and conversations that a plain name holds, those first whose name says so."""
        named = [v for v in variables if v.source.isidentifier() and v.kind in ("value", "conversation")]
        told = [v for v in named if v.kind == "conversation" or self._is_told(v.source)]
        return told or (named if len(named) == 1 else [])

    def _is_told(self, name: str) -> bool:
        return self.names("text", name) or self.names("conversation", name)

    # -- where -------------------------------------------------------------------------------------

    def _binding(self, function: Node, name: str) -> Node | None:
        found = function.file.bindings.get((function.index, name), ())
        return function.file.node(found[-1]) if found else None

    def _place(self, function: Node, binding: Node) -> tuple[Node, bool] | None:
        """Ahead of a function's first statement for a parameter, else behind the assignment."""
        if binding.kind == "arg" and function.kind in FUNCTIONS:
            body = [node for node in function.all("body") if not _is_docstring(node)]
            return (body[0], True) if body else None
        statement = binding.statement
        return (statement, False) if binding.kind == "NameStore" and statement.kind == "Assign" else None

    # -- what --------------------------------------------------------------------------------------

    def _code(self, function: Node, variable: PromptVariable, tokens: int, call: Node) -> str:
        name = variable.source
        if variable.kind == "conversation" or self.names("conversation", name):
            return _dropping(name, tokens * SAFE_RATE)
        if self._sums_up(function, name):
            return _in_parts(function, name, tokens * SAFE_RATE)
        helper = self._helper(call)
        if helper:
            return f"{name} = {helper}({name}, {tokens:_})"
        return f"{name} = {name}[:{tokens * SAFE_RATE:_}]  # about {tokens:,} tokens, what the model takes"

    def _sums_up(self, function: Node, name: str) -> bool:
        """Whether a function makes a summary of its first parameter, and could make one of summaries."""
        if function.kind != "FunctionDef" or not self.names("summary", str(function.value)):
            return False
        given = parameters(function)
        yields = any(node.kind in ("Yield", "YieldFrom") for node in function.descendants())
        is_free = function.scope.kind == "Module" and not function.all("decorator_list")
        return bool(given) and given[0].value == name and len(given) == 1 and is_free and not yields

    def _helper(self, call: Node) -> str:
        """The project's own function that cuts a text to a number of tokens, as this file names it."""
        for function in self._cutters():
            name = self._as_named(call, function)
            if name:
                return name
        return ""

    def _cutters(self) -> Iterator[Node]:
        for name, functions in sorted(self.linked.project.functions_by_name.items()):
            if self.names("cutter", name):
                yield from (function for function in functions if self._cuts(function))

    def _cuts(self, function: Node) -> bool:
        """`def truncate(text, limit)` that encodes and gives a text back."""
        given = parameters(function)
        if len(given) != 2 or function.scope.kind != "Module" or function.kind != "FunctionDef":
            return False
        calls = {last_name(node.child("func")) for node in function.descendants() if node.kind == "Call"}
        is_bound = any(self.names(one, str(given[1].value)) for one in ("input", "window", "count"))
        return (
            "encode" in calls and "decode" in calls and is_bound and self.names("text", str(given[0].value))
        )

    def _as_named(self, call: Node, function: Node) -> str:
        if function.file is call.file:
            return str(function.value)
        for index in (*call.file.tree.of_kind("ImportFrom"), *call.file.tree.of_kind("Import")):
            for alias in call.file.node(index).children():
                target = self.linked.project.imported(alias)
                if isinstance(target, list) and function in target:
                    return local_name(alias)
                if target is function.file:
                    return f"{local_name(alias)}.{function.value}"
        return ""


def _is_docstring(statement: Node) -> bool:
    value = statement.child("value")
    return statement.kind == "Expr" and value is not None and isinstance(value.value, str)


def _dropping(name: str, characters: int) -> str:
    return (
        f"{name} = list({name})\n"
        f"while len({name}) > 2 and sum(len(str(message)) for message in {name}) > {characters:_}:\n"
        f"    del {name}[1]  # the oldest turn goes first"
    )


def _in_parts(function: Node, name: str, characters: int) -> str:
    itself = str(function.value)
    return (
        f"if len({name}) > {characters:_}:\n"
        f"    starts = range(0, len({name}), {characters:_})\n"
        f"    parts = [{name}[start : start + {characters:_}] for start in starts]\n"
        f'    return {itself}("\\n\\n".join({itself}(part) for part in parts))'
    )
