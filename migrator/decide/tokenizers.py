"""Look-ups of a tokenizer by a model's name: kept from raising for an id that the library may not know."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.decide.import_edits import import_changes
from migrator.decide.limits.numbers import source
from migrator.decide.records import Additions, edit_id
from migrator.inventory import Finding
from migrator.inventory.edit_records import (
    DeleteStatement,
    Edit,
    InsertStatement,
    RenameKeyword,
    ReplaceExpression,
)
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node
    from migrator.rulebook.limit_rules import TokenizerRule

RULE = "GPT55-L010"
_WORD = re.compile(r"\w+")
_CATCHING = frozenset({"Exception", "BaseException", "LookupError"})


def tokenizers(planner: Planner) -> Additions:
    """Edits of the look-ups that a rewritten id reaches; they move with the id."""
    added = Additions()
    edited: dict[str, list[Lookup]] = defaultdict(list)
    for call, (rule, ones) in sorted(_reached(planner).items(), key=lambda i: (i[0].file.path, i[0].index)):
        lookup = Lookup(planner, call, rule, ones)
        if not (is_caught(call, rule.raises) or lookup.is_known() or lookup.is_out_of_reach()):
            found = lookup.additions()
            added.extend(found)
            if found.edits:
                edited[call.file.path].append(lookup)
    for lookups in edited.values():
        added.edits += _import_edits(planner, lookups)
    return added


def _import_edits(planner: Planner, lookups: list[Lookup]) -> Iterator[Edit]:
    """The imports of one file after its look-ups changed."""
    wanted = {one.imports for one in lookups if one.imports is not None}
    gone = {node for one in lookups for node in one.gone()}
    for other in lookups[1:]:
        planner.groups.join(lookups[0].ones[0].id, other.ones[0].id)
    for anchor, operation in import_changes(planner.engine.linked.project, wanted, gone):
        yield lookups[0]._edit(anchor, operation)


def _reached(planner: Planner) -> dict[Node, tuple[TokenizerRule, list[Judged]]]:
    """Look-ups that take a value which is rewritten."""
    by_callee = {name: rule for rule in planner.engine.rulebook.limits.tokenizer for name in rule.callees}
    found: dict[Node, tuple[TokenizerRule, list[Judged]]] = {}
    for one in planner.judged:
        if one.id not in planner.variants or one.node is None:
            continue
        for use in planner.engine.linked.flow.uses(one.node):
            rule = by_callee.get(last_name(use.node.child("func"))) if use.kind == "argument" else None
            if rule is not None and use.name in (rule.keyword or "#0", "model_name", "model"):
                ones = found.setdefault(use.node, (rule, []))[1]
                if one not in ones:
                    ones.append(one)
    return found


class Lookup:
    """One look-up and what becomes of it."""

    def __init__(self, planner: Planner, call: Node, rule: TokenizerRule, ones: list[Judged]) -> None:
        self.planner = planner
        self.call = call
        self.rule = rule
        self.ones = ones
        self.encoding = f'"{rule.encoding}"'
        self.changed: list[tuple[Node, Operation]] = []
        self.imports: tuple[Node, str] | None = None

    def is_known(self) -> bool:
        """Whether the project's own requirements allow only releases that know the id."""
        older = self.rule.knows.replace(">=", "<")
        bare = all(self.planner.namings.is_bare(one) for one in self.ones)
        return bare and bool(older and self.planner.engine.pins.too_old(older, self.call.file.path))

    def is_out_of_reach(self) -> bool:
        """Whether a test on the name sends every new id another way."""
        name, inner = source(self._given()), self.call
        targets = {self.planner.namings.written(one) for one in self.ones}
        for above in self.call.ancestors():
            if above.kind in ("FunctionDef", "AsyncFunctionDef", "Module"):
                return False
            is_chosen = above.kind in ("If", "IfExp") and inner.field == "body"
            if is_chosen and all(holds(above.child("test"), name, target) is False for target in targets):
                return True
            inner = above
        return False

    def additions(self) -> Additions:
        added = Additions()
        wanted = self.planner.written(self.call.file.path, self.call.line, RULE)
        self.changed = list(self._changes())
        if wanted and self.changed:
            added.edits += [self._edit(anchor, operation) for anchor, operation in self.changed]
        else:
            added.findings.append(self._finding())
        return added

    def _changes(self) -> Iterator[tuple[Node, Operation]]:
        if self.rule.keyword:
            yield from self._exchanged()
        elif self._is_closed():
            yield from self._named()
        else:
            yield from self._guarded()

    # -- the three forms ---------------------------------------------------------------------------

    def _exchanged(self) -> Iterator[tuple[Node, Operation]]:
        """`from_tiktoken_encoder(model_name=MODEL)` names the encoding instead."""
        given = self.call.keyword(self.rule.keyword)
        if given is not None and self.call.keyword(self.rule.other_keyword) is None:
            yield self.call, RenameKeyword(name=self.rule.keyword, new=self.rule.other_keyword)
            yield given, ReplaceExpression(source=self.encoding)

    def _named(self) -> Iterator[tuple[Node, Operation]]:
        """The encoding by its own name, where only rewritten ids arrive."""
        func = self.call.child("func")
        if not self.rule.becomes:
            yield self.call, ReplaceExpression(source=self.encoding)
            return
        base = self._base(func)
        if base is not None:
            yield self.call, ReplaceExpression(source=f"{base}{self.rule.becomes}({self.encoding})")
            self._import(func)

    def _guarded(self) -> Iterator[tuple[Node, Operation]]:
        """A fallback beside the look-up, where other ids may arrive as well."""
        func, statement = self.call.child("func"), self.call.statement
        base = self._base(func)
        whole = source(self.call)
        if base is None or not whole:
            return
        other = f"{base}{self.rule.becomes}({self.encoding})" if self.rule.becomes else self.encoding
        head = _head(statement, self.call)
        if head:
            lines = ("try:", f"    {head}{whole}", f"except {self.rule.raises}:", f"    {head}{other}")
            yield statement, InsertStatement(source="\n".join(lines), before=True)
            yield statement, DeleteStatement()
        else:
            yield self.call, ReplaceExpression(source=f"{other} if {self._is_new()} else {whole}")
        self._import(func)

    def _is_new(self) -> str:
        """The test for an id that may not be known: any that is written may come here by a way not seen."""
        given = source(self._given())
        targets = dict.fromkeys([*self._written(self.ones), *sorted(self._written(self._moving()))])
        names = [f'"{target}"' for target in targets]
        return f"{given} == {names[0]}" if len(names) == 1 else f"{given} in ({', '.join(names)})"

    def _written(self, ones: Iterable[Judged]) -> list[str]:
        return [self.planner.namings.written(one) for one in ones]

    def _moving(self) -> Iterator[Judged]:
        """What is rewritten and is no name inside a text or a table."""
        planner = self.planner
        return (
            one
            for one in planner.judged
            if one.id in planner.variants
            and planner.wanted(one)
            and one.verdict.role in ("default", "call-argument")
        )

    # -- names -------------------------------------------------------------------------------------

    def _base(self, func: Node | None) -> str | None:
        """What stands before the callee's name: `tiktoken.`, nothing where it was imported itself."""
        if func is None or func.kind == "Name":
            return ""
        base = source(func.child("value"))
        return f"{base}." if base else None

    def _import(self, func: Node | None) -> None:
        """Remember that the name must be imported that takes the place of one imported by itself."""
        if func is None or func.kind != "Name" or not self.rule.becomes:
            return
        if self.call.file.bindings.get((0, self.rule.becomes)):
            return
        for binding in self.planner.engine.linked.project.bindings(func):
            statement = binding.parent
            if binding.kind == "alias" and statement is not None and statement.kind == "ImportFrom":
                self.imports = statement, self.rule.becomes
                return

    def gone(self) -> Iterator[Node]:
        """The names that the edits no longer use."""
        for anchor, operation in self.changed:
            if isinstance(operation, ReplaceExpression):
                kept = set(_WORD.findall(operation.source))
                for node in (anchor, *anchor.descendants()):
                    if node.kind == "Name" and node.value not in kept:
                        yield node

    def _is_closed(self) -> bool:
        """Whether every value of the look-up is an id that is rewritten."""
        moving = {one.node for one in self.ones if self.planner.wanted(one)}
        values = self.planner.engine.linked.values.of(self._given())
        return bool(values) and all(value.kind == "text" and value.node in moving for value in values)

    def _given(self) -> Node | None:
        """The argument that names the model."""
        named = [keyword.child("value") for keyword in self.call.all("keywords")]
        return next(iter([*self.call.all("args"), *named]), None)

    # -- records -----------------------------------------------------------------------------------

    def _edit(self, anchor: Node, operation: Operation) -> Edit:
        ids = [one.id for one in self.ones]
        self.planner.groups.join_all(ids)
        return Edit(
            id=edit_id(anchor.file.path, anchor.span, operation),
            path=anchor.file.path,
            anchor=anchor.span,
            operation=operation,
            group=ids[0],
            why=self._why(),
            rule=RULE,
            rank=1,
            references=tuple(ids),
        )

    def _why(self) -> str:
        new = self.planner.namings.written(self.ones[0])
        callee, known = last_name(self.call.child("func")), self.rule.knows
        why = f"{callee} raises {self.rule.raises} for {new} before {known}"
        return f"{why}; the encoding is {self.rule.encoding}, as before"

    def _finding(self) -> Finding:
        return Finding(
            rule=RULE,
            path=self.call.file.path,
            line=self.call.line,
            column=self.call.span[1] + 1,
            message=self._why(),
            references=tuple(one.id for one in self.ones),
        )


def holds(test: Node | None, name: str, value: str) -> bool | None:
    """The outcome of a test on a name's text for one value; none where it says more than that."""
    if test is None:
        return None
    if test.kind == "BoolOp":
        found = [holds(one, name, value) for one in test.all("values")]
        decided = bool(test.value == "Or")
        if decided in found:
            return decided
        return None if None in found else not decided
    if test.kind == "UnaryOp" and test.value == "Not":
        inner = holds(test.child("operand"), name, value)
        return None if inner is None else not inner
    if test.kind == "Compare":
        return _compared(test, name, value)
    return _starts(test, name, value) if test.kind == "Call" else None


def _compared(test: Node, name: str, value: str) -> bool | None:
    left, right = test.child("left"), test.child("comparators")
    if left is None or right is None or len(test.value) != 1:
        return None
    if test.value == ("In",) and left.kind == "Constant" and source(right) == name:
        return str(left.value) in value
    if test.value == ("Eq",) and right.kind == "Constant" and source(left) == name:
        return str(right.value) == value
    return None


def _starts(test: Node, name: str, value: str) -> bool | None:
    func, given = test.child("func"), test.child("args")
    if (
        func is None
        or given is None
        or last_name(func) != "startswith"
        or source(func.child("value")) != name
    ):
        return None
    return value.startswith(given.value) if isinstance(given.value, str) else None


def _head(statement: Node, call: Node) -> str:
    """What stands before the call where a `try` can take the statement."""
    if call.parent != statement or call.field != "value":
        return ""
    if statement.kind == "Return":
        return "return "
    targets = [_store(target) for target in statement.all("targets")]
    if statement.kind != "Assign" or not all(targets):
        return ""
    return "".join(f"{target} = " for target in targets)


def _store(target: Node) -> str:
    if target.kind == "NameStore":
        return str(target.value)
    if target.kind == "AttributeStore":
        base = source(target.child("value"))
        return f"{base}.{target.value}" if base else ""
    return ""


def is_caught(call: Node, error: str) -> bool:
    """Whether a call stands in a `try` that catches the error, or is itself the fallback."""
    inner = call
    for above in call.ancestors():
        if above.kind == "ExceptHandler":
            return True
        if above.kind in ("Try", "TryStar") and inner.field == "body" and _catches(above, error):
            return True
        if above.kind == "With" and any(_suppresses(item, error) for item in above.all("items")):
            return True
        if above.kind in ("FunctionDef", "AsyncFunctionDef", "Lambda", "ClassDef"):
            return False
        inner = above
    return False


def _catches(statement: Node, error: str) -> bool:
    for handler in statement.all("handlers"):
        if any(one.kind == "Raise" for one in handler.descendants()):
            continue
        kind = handler.child("type")
        if kind is None:
            return True
        names = {last_name(one) for one in (kind, *kind.all("elts"))}
        if names & (_CATCHING | {error}):
            return True
    return False


def _suppresses(item: Node, error: str) -> bool:
    call = item.child("context_expr")
    if call is None or last_name(call.child("func")) != "suppress":
        return False
    return any(last_name(argument) in (_CATCHING | {error}) for argument in call.all("args"))
