"""Code that keeps a call's input within a window: cut, dropped from the front, or summarised in parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.decide.meanings import Names
from migrator.decide.recommend.costs import Costs
from migrator.inventory.edit_records import InsertStatement
from migrator.inventory.prompt_records import PromptVariable
from migrator.read.project import local_name
from migrator.read.scopes import FUNCTIONS, last_name, parameters, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.inventory.edit_records import Operation
    from migrator.inventory.prompt_records import Prompt
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook.catalog_rules import Model

_OWN = re.compile(r"self\.\w+")
_BUILT = ("JoinedStr", "BinOp", "List", "Dict")
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
        for variable in [*self._candidates(prompt.variables), *self._written(function, call)]:
            place = self._place(function, variable.source, call)
            if place is not None:
                anchor, before = place
                code, needed = self._code(function, variable, tokens, call)
                return [(anchor, InsertStatement(source=code, before=before)), *needed]
        return []

    def _room(self, model: Model, prompt: Prompt) -> int:
        """Tokens left beside the answer and the prompt's own text, rounded down."""
        window = model.context_window or 0
        answer = prompt.output_cap or int(window * self.rules.answer_share)
        room = min(model.max_input or window, window - answer) - Costs(self.planner).constant(prompt)
        return max(room, window // 2) // 1_000 * 1_000

    def _candidates(self, variables: tuple[PromptVariable, ...]) -> list[PromptVariable]:
        """Texts and conversations that a plain name holds, those first whose name says so."""
        held = [v for v in variables if _OWN.fullmatch(v.source) and self.names("conversation", v.source[5:])]
        named = [v for v in variables if v.source.isidentifier() and v.kind in ("value", "conversation")]
        told = [v for v in named if v.kind == "conversation" or self._is_told(v.source)]
        return [*held, *told] or (named if len(named) == 1 else [])

    def _written(self, function: Node, call: Node) -> Iterator[PromptVariable]:
        """Names of texts in the prompt's expression, or in the template that is sent."""
        receiver = self.planner.sites[call].receiver
        for name in receiver.call.prompt if receiver is not None and call.kind == "Call" else ():
            for node in self._names_in(function, call.keyword(name)):
                if self.names("text", str(node.value)):
                    yield PromptVariable(name=str(node.value), source=str(node.value))

    def _names_in(self, function: Node, given: Node | None, depth: int = 2) -> Iterator[Node]:
        for node in (given, *given.descendants()) if given is not None and depth else ():
            if node.kind != "Name":
                continue
            known = function.file.bindings.get((function.index, node.value), ())
            stored = [function.file.node(index).parent for index in known]
            values = [one.child("value") for one in stored if one is not None and one.kind == "Assign"]
            built = [value for value in values if value is not None and value.kind in _BUILT]
            if built:
                for value in built:
                    yield from self._names_in(function, value, depth - 1)
            else:
                yield node

    def _is_told(self, name: str) -> bool:
        return self.names("text", name) or self.names("conversation", name)

    # -- where -------------------------------------------------------------------------------------

    def _place(self, function: Node, name: str, call: Node) -> tuple[Node, bool] | None:
        """Ahead of the first statement for a parameter or a loop's variable, else behind the assignment."""
        if _OWN.fullmatch(name):
            return call.statement, True
        known = function.file.bindings.get((function.index, name), ())
        if len(known) != 1:
            return None
        binding = function.file.node(known[0])
        if binding.kind == "arg" and function.kind in FUNCTIONS:
            body = [node for node in function.all("body") if not _is_docstring(node)]
            return (body[0], True) if body else None
        statement = binding.statement
        is_plain = binding.kind == "NameStore" and binding.parent == statement and not call.inside(statement)
        if is_plain and statement.kind == "Assign" and binding.index < call.index:
            return statement, False
        return self._in_loop(binding, call)

    @staticmethod
    def _in_loop(binding: Node, call: Node) -> tuple[Node, bool] | None:
        """`for text in texts:`, with the call in its body."""
        loop = binding.statement
        is_own = loop.kind in ("For", "AsyncFor") and binding.parent == loop and binding.field == "target"
        body = loop.all("body") if is_own else []
        return (body[0], True) if any(call.inside(one) for one in body) else None

    # -- what --------------------------------------------------------------------------------------

    def _code(
        self, function: Node, variable: PromptVariable, tokens: int, call: Node
    ) -> tuple[str, list[tuple[Node, Operation]]]:
        """The guard, and the import that it needs."""
        name = variable.source
        if variable.kind == "conversation" or self.names("conversation", name):
            return _dropping(name, tokens * SAFE_RATE), []
        if self._sums_up(function, name):
            return _in_parts(function, name, tokens * SAFE_RATE), []
        helper, needed = self._helper(call)
        if helper:
            return f"{name} = {helper}({name}, {tokens:_})", needed
        return (
            f"{name} = {name}[:{tokens * SAFE_RATE:_}]  # about {tokens:,} tokens, what the model takes",
            [],
        )

    def _sums_up(self, function: Node, name: str) -> bool:
        """Whether a function makes a summary of its first parameter, and could make one of summaries."""
        if function.kind != "FunctionDef" or not self.names("summary", str(function.value)):
            return False
        given = parameters(function)
        odd = any(node.kind in ("Yield", "YieldFrom") for node in function.descendants()) or any(
            node.field in ("vararg", "kwarg", "posonlyargs") for node in function.children()
        )
        is_free = function.scope.kind == "Module" and not function.all("decorator_list")
        return bool(given) and given[0].value == name and is_free and not odd

    # -- the project's own helper ------------------------------------------------------------------

    def _helper(self, call: Node) -> tuple[str, list[tuple[Node, Operation]]]:
        """The project's own function that cuts a text to a number of tokens, as this file (now) names it."""
        cutters = list(self._cutters())
        for function in cutters:
            name = self._as_named(call, function)
            if name:
                return name, []
        for function in cutters:
            needed = self._import(call.file, function)
            if needed is not None:
                return str(function.value), [needed]
        return "", []

    def _import(self, file: FileFacts, function: Node) -> tuple[Node, Operation] | None:
        """The import of a helper from a module that imports nothing of the project itself."""
        name, last = str(function.value), _last_import(file)
        if last is None or (0, name) in file.bindings or self._imports_own(function.file):
            return None
        parts = function.file.path.removesuffix(".py").split("/")
        for start in range(len(parts)):
            dotted = ".".join(parts[start:])
            if self.linked.project.module(file, dotted) is function.file:
                return last, InsertStatement(source=f"from {dotted} import {name}")
        return None

    def _imports_own(self, file: FileFacts) -> bool:
        aliases = (one for statement in file.of_kind("ImportFrom", "Import") for one in statement.children())
        return any(not isinstance(self.linked.project.imported(alias), str) for alias in aliases)

    def _cutters(self) -> Iterator[Node]:
        functions = self.linked.project.functions_by_name
        for name in sorted(functions):
            if self.names("cutter", name):
                yield from (function for function in functions[name] if self._cuts(function))

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
    copy = f"{name} = list({name})\n" if name.isidentifier() else ""
    return (
        f"{copy}while len({name}) > 2 and sum(len(str(message)) for message in {name}) > {characters:_}:\n"
        f"    del {name}[1]  # the oldest turn goes first"
    )


def _in_parts(function: Node, name: str, characters: int) -> str:
    itself = str(function.value)
    rest = "".join(f", {given.value}={given.value}" for given in parameters(function)[1:])
    return (
        f"if len({name}) > {characters:_}:\n"
        f"    starts = range(0, len({name}), {characters:_})\n"
        f"    parts = [{name}[start : start + {characters:_}] for start in starts]\n"
        f'    return {itself}("\\n\\n".join({itself}(part{rest}) for part in parts){rest})'
    )


def _last_import(file: FileFacts) -> Node | None:
    """The last import among the first statements of a module."""
    found = None
    for statement in file.node(0).all("body"):
        if statement.kind in ("Import", "ImportFrom"):
            found = statement
        elif found is not None:
            break
    return found
